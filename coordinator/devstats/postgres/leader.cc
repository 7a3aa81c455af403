#include "coordinator/devstats/postgres/leader.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats::postgres {
namespace {

using kube::TextAt;

// A pod that goes or has ended keeps its labels.
bool Stays(const Json& pod) {
  const std::string phase = TextAt(pod, {"status", "phase"});
  return TextAt(pod, {"metadata", "deletionTimestamp"}).empty() && phase != "Failed" && phase != "Succeeded";
}

bool Leads(const Json& pod) {
  const std::string role = TextAt(pod, {"metadata", "labels", "role"});
  return role == "master" || role == "primary";
}

bool TakesReads(const Json& pod) {
  if (TextAt(pod, {"metadata", "labels", "role"}) != "replica" || !Stays(pod)) return false;
  const Json& conditions = kube::At(pod, {"status", "conditions"});
  return conditions.is_array() &&
         std::any_of(conditions.begin(), conditions.end(), [](const Json& condition) {
           return TextAt(condition, {"type"}) == "Ready" && TextAt(condition, {"status"}) == "True";
         });
}

absl::StatusOr<kube::ObjectList> PodsOf(kube::KubeClient& client, const std::string& namespace_,
                                        const std::string& cluster) {
  return client.List(
      {"v1", "Pod", namespace_, absl::StrCat("name=devstats,type=postgres,cluster-name=", cluster)});
}

}  // namespace

absl::StatusOr<Endpoint> FindReplica(kube::KubeClient& client, const std::string& namespace_,
                                     const std::string& cluster) {
  const std::string context = absl::StrCat("replica of ", cluster, " in ", namespace_);
  ASSIGN_OR_RETURN(const kube::ObjectList pods, PodsOf(client, namespace_, cluster), context);
  std::vector<Endpoint> replicas;
  for (const Json& pod : pods.items) {
    const std::string address = TextAt(pod, {"status", "podIP"});
    if (TakesReads(pod) && !address.empty()) replicas.push_back({TextAt(pod, {"metadata", "name"}), address});
  }
  if (replicas.empty()) return absl::NotFoundError(absl::StrCat(context, ": none is ready"));
  return *std::min_element(replicas.begin(), replicas.end(),
                           [](const Endpoint& a, const Endpoint& b) { return a.pod < b.pod; });
}

absl::StatusOr<Endpoint> FindLeader(kube::KubeClient& client, const std::string& namespace_,
                                    const std::string& cluster) {
  const std::string context = absl::StrCat("leader of ", cluster, " in ", namespace_);
  ASSIGN_OR_RETURN(const kube::ObjectList pods, PodsOf(client, namespace_, cluster), context);
  std::vector<Endpoint> leaders;
  std::vector<std::string> names;
  for (const Json& pod : pods.items) {
    if (!Leads(pod) || !Stays(pod)) continue;
    leaders.push_back({TextAt(pod, {"metadata", "name"}), TextAt(pod, {"status", "podIP"})});
    names.push_back(leaders.back().pod);
  }
  if (leaders.empty()) {
    const std::string why = pods.items.empty()
                                ? "no pod of it is there"
                                : absl::StrCat("none of its ", pods.items.size(), " pods leads");
    return Hint(absl::UnavailableError(absl::StrCat(context, ": ", why)),
                "devstatsctl patroni status shows its members");
  }
  if (leaders.size() > 1) {
    return absl::UnavailableError(
        absl::StrCat(context, ": several say they lead: ", absl::StrJoin(names, ", ")));
  }
  if (leaders[0].host.empty()) {
    return absl::UnavailableError(absl::StrCat(context, ": pod ", leaders[0].pod, " has no address yet"));
  }
  return leaders[0];
}

}  // namespace devstats::postgres
