#include "coordinator/devstats/jobs/pod_log.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::jobs {
namespace {

using kube::At;
using kube::TextAt;

// Of a list of containers, or of their statuses; null: it is not there.
const Json& Named(const Json& list, const std::string& name) {
  static const auto& none = *new Json();
  if (!list.is_array()) return none;
  for (const Json& one : list)
    if (TextAt(one, {"name"}) == name) return one;
  return none;
}

bool IsSidecar(const Json& pod, const std::string& name) {
  return TextAt(Named(At(pod, {"spec", "initContainers"}), name), {"restartPolicy"}) == "Always";
}

bool HasBegun(const Json& status) {
  for (const char* state : {"running", "terminated"})
    if (!At(status, {"state", state}).is_null() || !At(status, {"lastState", state}).is_null()) return true;
  return false;
}

// What a kubelet answers, with success, in the place of a log that is gone.
bool IsExcuse(absl::string_view log) {
  return absl::StartsWith(log, "unable to retrieve container logs for ") ||
         absl::StartsWith(log, "failed to try resolving symlinks in path ");
}

}  // namespace

std::vector<std::string> ContainersThatSpoke(const Json& pod) {
  std::vector<std::string> names;
  const Json& before = At(pod, {"status", "initContainerStatuses"});
  if (before.is_array())
    for (const Json& status : before) {
      const std::string name = TextAt(status, {"name"});
      if (HasBegun(status) && !IsSidecar(pod, name)) names.push_back(name);
    }
  const Json& own = At(pod, {"spec", "containers"});
  const std::string name = own.is_array() && !own.empty() ? TextAt(own[0], {"name"}) : "";
  const Json& status = Named(At(pod, {"status", "containerStatuses"}), name);
  if (status.is_null() ? names.empty() : HasBegun(status)) names.push_back(name);
  return names;
}

absl::StatusOr<std::string> PodLog(kube::KubeClient& client, const Json& pod, int lines) {
  std::string all;
  std::vector<std::string> names = ContainersThatSpoke(pod);
  // Those before are of interest only as far as there is room.
  for (auto name = names.rbegin(); name != names.rend() && lines > 0; ++name) {
    absl::StatusOr<std::string> log = client.Logs({.namespace_ = TextAt(pod, {"metadata", "namespace"}),
                                                   .pod = TextAt(pod, {"metadata", "name"}),
                                                   .container = *name,
                                                   .tail_lines = lines});
    if (absl::IsInvalidArgument(log.status()) || absl::IsNotFound(log.status())) continue;
    RETURN_IF_ERROR(log.status());
    if (IsExcuse(*log)) continue;
    if (!log->empty() && !absl::EndsWith(*log, "\n")) log->push_back('\n');
    lines -= static_cast<int>(std::count(log->begin(), log->end(), '\n'));
    all.insert(0, *log);
  }
  return all;
}

}  // namespace devstats::jobs
