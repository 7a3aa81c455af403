#include "coordinator/devstats/units/capacity_unit.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/capacity.h"
#include "coordinator/devstats/cron_load.h"
#include "coordinator/devstats/workloads.h"

namespace devstats::domain {
namespace {

using kube::TextAt;
using Objects = std::vector<Json>;

// What the cluster has.
struct Standing {
  Objects nodes, pods, crons, workloads;
};

absl::StatusOr<Objects> AllOf(kube::KubeClient& client, const std::string& api_version,
                              const std::string& kind) {
  ASSIGN_OR_RETURN(kube::ObjectList list, client.List({.api_version = api_version, .kind = kind}), kind);
  return std::move(list.items);
}

void Append(const Objects& more, Objects* all) { all->insert(all->end(), more.begin(), more.end()); }

absl::StatusOr<Standing> StandingIn(kube::KubeClient& client) {
  Standing out;
  ASSIGN_OR_RETURN(out.nodes, AllOf(client, "v1", "Node"));
  ASSIGN_OR_RETURN(out.pods, AllOf(client, "v1", "Pod"));
  const auto kind = client.FindKind("batch/v1", "CronJob");
  if (!kind.ok() && !absl::IsNotFound(kind.status())) return kind.status();
  // Before Kubernetes 1.21 it is beta.
  ASSIGN_OR_RETURN(out.crons, AllOf(client, kind.ok() ? "batch/v1" : "batch/v1beta1", "CronJob"));
  for (const char* of_apps : {"Deployment", "StatefulSet"}) {
    ASSIGN_OR_RETURN(const Objects more, AllOf(client, "apps/v1", of_apps));
    Append(more, &out.workloads);
  }
  return out;
}

// Pods that are not restarted come and go: those of crons count by their CronJobs, jobs wait for room.
bool Stays(const Json& pod) { return TextAt(pod, {"spec", "restartPolicy"}) != "Never"; }

bool IsOf(const Json& object, const std::string& name_space) {
  return TextAt(object, {"metadata", "namespace"}) == name_space;
}

// All that room is needed for: what stays, the busiest hour of all crons, and of the environment's jobs the
// largest of each kind, which must fit at least alone.
Objects ToPlace(const Objects& wanted, const Standing& standing, const std::string& name_space) {
  Objects out, crons;
  std::set<std::string> kinds;
  for (const Json& object : wanted) {
    const std::string kind = TextAt(object, {"kind"});
    if (kind == "CronJob") crons.push_back(object);
    const bool again = kind == "Pod" && !kinds.insert(TextAt(object, {"metadata", "labels", "type"})).second;
    if (kind != "CronJob" && !again) out.push_back(object);
  }
  for (const Json& cron : standing.crons)
    if (!IsOf(cron, name_space)) crons.push_back(cron);
  Append(JobsOfBusiestHour(crons), &out);
  return out;
}

using Asked = std::set<std::string>;

absl::Status AddAsked(const Objects& objects, Asked* asked) {
  ASSIGN_OR_RETURN(const std::vector<Workload> workloads, WorkloadsOf(objects));
  for (const Workload& w : workloads)
    asked->insert(absl::StrCat(w.name, " ", w.replicas, " ", w.request.cpu, " ", w.request.memory, " ",
                               absl::StrJoin(w.node_selector, ",", absl::PairFormatter("="))));
  return absl::OkStatus();
}

// Whether all that is wanted stands there already, as large and as many.
absl::StatusOr<bool> AsksNothingNew(const Objects& wanted, const Standing& standing,
                                    const std::string& name_space) {
  Objects ours, there;
  for (const Json& object : wanted)
    if (TextAt(object, {"kind"}) != "Pod") ours.push_back(object);
  for (const auto* list : {&standing.workloads, &standing.crons})
    for (const Json& object : *list)
      if (IsOf(object, name_space)) there.push_back(object);
  Asked now, before;
  for (const auto& [objects, asked] : {std::make_pair(&ours, &now), std::make_pair(&there, &before)}) {
    RETURN_IF_ERROR(AddAsked(*objects, asked));
    RETURN_IF_ERROR(AddAsked(JobsOf(*objects), asked));
  }
  return std::includes(before.begin(), before.end(), now.begin(), now.end());
}

}  // namespace

absl::StatusOr<Json> CapacityUnit::Observe() {
  ASSIGN_OR_RETURN(const Objects wanted, wanted_.objects(), "what the environment asks for");
  ASSIGN_OR_RETURN(Standing standing, StandingIn(*client_));
  std::erase_if(standing.pods, [](const Json& pod) { return !Stays(pod); });
  const absl::Status room =
      CheckCapacity(ToPlace(wanted, standing, wanted_.name_space), standing.nodes, standing.pods);
  if (room.ok()) return Json{{"refused", ""}};
  if (!absl::IsResourceExhausted(room)) return room;
  ASSIGN_OR_RETURN(const bool nothing_new, AsksNothingNew(wanted, standing, wanted_.name_space));
  if (!nothing_new) return Json{{"refused", std::string(room.message())}, {"hint", HintOf(room)}};
  const std::string warning = absl::StrCat("the nodes have no room for all that stands: ", room.message());
  return Json{{"refused", ""}, {kWarnings, Json::array({warning})}};
}

absl::StatusOr<UnitPlan> CapacityUnit::Diff(const Json& observed) const {
  if (const std::string refused = TextAt(observed, {"refused"}); !refused.empty())
    return Hint(absl::ResourceExhaustedError(refused), TextAt(observed, {"hint"}));
  UnitPlan plan;
  for (const Json& warning : kube::At(observed, {kWarnings})) plan.add_warnings(warning.get<std::string>());
  return plan;
}

absl::Status CapacityUnit::Apply(const UnitPlan&, const StepContext&) { return absl::OkStatus(); }

}  // namespace devstats::domain
