#include "coordinator/ctl/network_charts.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/clock.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
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
    auto loaded = network.charts().Load(request);
    if (!loaded.ok() || !request.update_dependencies || !chart::CheckInstallable(**loaded).ok() ||
        chart::CheckDependencies(**loaded).ok())
      return loaded;
    const std::string path(absl::StripAsciiWhitespace(request.reference));
    if (!Exists(path)) return absl::FailedPreconditionError("only unpacked charts can be updated");
    // Not to standard output, where Helm puts it: there is what was asked for.
    RETURN_IF_ERROR(Update(
        network, {.folder = path, .credentials = request.credentials, .plain_http = request.plain_http},
        TellTo(*shell_.io.err), warn));
    return network.charts().Load(request);
  }

  absl::Status UpdateDependencies(const chartsource::DependencyRequest& request,
                                  const chartsource::Tell& tell) override {
    Network network(shell_, WarnTo(shell_));
    return Update(network, request, tell, WarnTo(shell_));
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
  static absl::Status Update(Network& network, const chartsource::DependencyRequest& request,
                             const chartsource::Tell& tell, const chart::Warn& warn) {
    return chartsource::UpdateDependencies(request, {.charts = network.charts(),
                                                     .clock = SystemClock(),
                                                     .limits = network.limits(),
                                                     .warn = warn,
                                                     .tell = tell});
  }

  Shell& shell_;
};

}  // namespace

std::unique_ptr<Charts> MakeNetworkCharts(Shell& shell) { return std::make_unique<NetworkCharts>(shell); }

}  // namespace devstats::ctl
