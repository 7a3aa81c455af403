#include "coordinator/devstats/upkeep/restart.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/release/wait/waiter.h"

namespace devstats::domain {
namespace {

constexpr char kApps[] = "apps/v1", kDeployment[] = "Deployment";

// Of these, those that are there.
absl::StatusOr<std::vector<std::string>> There(kube::KubeClient& client, const std::string& name_space,
                                               const std::vector<std::string>& names, bool absent_too) {
  ASSIGN_OR_RETURN(
      const kube::ObjectList list,
      client.List(
          {.api_version = kApps, .kind = kDeployment, .namespace_ = name_space, .metadata_only = true}));
  std::set<std::string> live;
  for (const Json& deployment : list.items) live.insert(kube::TextAt(deployment, {"metadata", "name"}));
  std::vector<std::string> there, missing;
  for (const std::string& name : names) (live.contains(name) ? there : missing).push_back(name);
  if (missing.empty() || absent_too) return there;
  return Hint(absl::NotFoundError(absl::StrCat("nothing was restarted: there is no deployment ",
                                               absl::StrJoin(missing, ", "))),
              "devstatsctl apply makes what is missing");
}

absl::Status Restart(kube::KubeClient& client, const std::string& name_space, const std::string& name,
                     absl::Time now) {
  const Json at{{kRestartedAt, absl::FormatTime(absl::RFC3339_full, now, absl::UTCTimeZone())}};
  return client
      .Apply({{"apiVersion", kApps},
              {"kind", kDeployment},
              {"metadata", {{"name", name}, {"namespace", name_space}}},
              {"spec", {{"template", {{"metadata", {{"annotations", at}}}}}}}},
             {.force = true, .manager = kRestartManager})  // kubectl may have set it before
      .status();
}

}  // namespace

absl::Status RestartDeployments(kube::KubeClient& client, const std::string& name_space,
                                const std::vector<std::string>& wanted, const RestartOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   There(client, name_space, wanted, options.absent_too));
  const size_t step = std::max<size_t>(1, options.parallel);
  for (size_t i = 0; i < names.size(); i += step) {
    std::vector<kube::ObjectRef> away;
    for (size_t j = i; j < std::min(names.size(), i + step); ++j) {
      if (!options.go_on()) return absl::CancelledError("interrupted");
      options.progress(absl::StrCat("restarting ", names[j], ", ", j + 1, " of ", names.size()));
      RETURN_IF_ERROR(Restart(client, name_space, names[j], options.clock->Now()), names[j]);
      away.push_back({kApps, kDeployment, name_space, names[j]});
    }
    release::WaitOptions wait{.deadline = absl::Now() + options.patience};
    wait.progress = options.progress;
    wait.go_on = options.go_on;
    RETURN_IF_ERROR(release::WaitUntilReady(away, client, wait),
                    absl::StrCat("stopped after ", i, " of ", names.size()));
  }
  return absl::OkStatus();
}

}  // namespace devstats::domain
