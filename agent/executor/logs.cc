#include "agent/executor/logs.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agent/host/systemd.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr uint32_t kDefaultLines = 100;
constexpr uint32_t kMaxLines = 1000;

const std::vector<absl::string_view>& Managed() {
  static const std::vector<absl::string_view> kUnits = {
      "devstats-agent", "devstats-agent-executor", "devstats-coordinator", "containerd", "kubelet",
      "chrony",         "systemd-timesyncd"};
  return kUnits;
}

}  // namespace

absl::Status TellLogs(Host* host, const v1::LogsRequest& request,
                      const std::function<bool(const v1::LogLine&)>& line) {
  const absl::string_view name = absl::StripSuffix(request.unit(), ".service");
  if (std::find(Managed().begin(), Managed().end(), name) == Managed().end())
    return Hint(absl::InvalidArgumentError(
                    absl::StrCat("\"", log::Printable(request.unit()), "\" is not a unit that we manage")),
                absl::StrCat("one of ", absl::StrJoin(Managed(), ", ")));
  const uint32_t lines = std::min(request.lines() == 0 ? kDefaultLines : request.lines(), kMaxLines);
  ASSIGN_OR_RETURN(const auto all,
                   host->systemd().Journal(absl::StrCat(name, ".service"), static_cast<int>(lines)));
  for (const JournalLine& l : all) {
    v1::LogLine out;
    out.set_time_ms(absl::ToUnixMillis(l.time));
    out.set_unit(l.unit);
    out.set_text(log::Printable(l.text));
    if (!line(out)) return absl::CancelledError("the caller has gone");
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
