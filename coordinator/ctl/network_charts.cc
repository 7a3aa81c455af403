#include "coordinator/ctl/network_charts.h"

#include "absl/strings/match.h"
#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/ctl/chart/local.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/network.h"

namespace devstats::ctl {
namespace {

class NetworkCharts : public Charts {
 public:
  explicit NetworkCharts(Shell& shell) : shell_(shell) {}

  absl::StatusOr<std::shared_ptr<const chart::Chart>> Load(const ChartRequest& request,
                                                           const chart::Warn& warn) override {
    Network network(shell_, warn);
    return network.charts().Load(request);
  }

  absl::StatusOr<std::string> ReadValues(const std::string& name) override {
    if (!absl::StrContains(name, "://")) return ReadLocalValues(shell_, name);
    Network network(shell_, WarnTo(shell_));
    ASSIGN_OR_RETURN(chartsource::Url url, chartsource::ParseUrl(name));
    chartsource::FetchRequest request{.url = url, .max_bytes = kMaxValuesBytes, .compressed = true};
    ASSIGN_OR_RETURN(const chartsource::Fetched fetched,
                     chartsource::Get(network.fetcher(), std::move(request), chartsource::Access()));
    RETURN_IF_ERROR(chartsource::CheckOk(fetched.response, fetched.url));
    return fetched.response.body;
  }

 private:
  Shell& shell_;
};

}  // namespace

std::unique_ptr<Charts> MakeNetworkCharts(Shell& shell) { return std::make_unique<NetworkCharts>(shell); }

}  // namespace devstats::ctl
