#include "coordinator/chart/render/order.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kInstallOrder[] = {"PriorityClass",
                                               "Namespace",
                                               "NetworkPolicy",
                                               "ResourceQuota",
                                               "LimitRange",
                                               "PodSecurityPolicy",
                                               "PodDisruptionBudget",
                                               "ServiceAccount",
                                               "Secret",
                                               "SecretList",
                                               "ConfigMap",
                                               "StorageClass",
                                               "PersistentVolume",
                                               "PersistentVolumeClaim",
                                               "CustomResourceDefinition",
                                               "ClusterRole",
                                               "ClusterRoleList",
                                               "ClusterRoleBinding",
                                               "ClusterRoleBindingList",
                                               "Role",
                                               "RoleList",
                                               "RoleBinding",
                                               "RoleBindingList",
                                               "Service",
                                               "DaemonSet",
                                               "Pod",
                                               "ReplicationController",
                                               "ReplicaSet",
                                               "Deployment",
                                               "HorizontalPodAutoscaler",
                                               "StatefulSet",
                                               "Job",
                                               "CronJob",
                                               "IngressClass",
                                               "Ingress",
                                               "APIService"};

// Not the other one backwards: Service and the workloads change places.
constexpr absl::string_view kUninstallOrder[] = {"APIService",
                                                 "Ingress",
                                                 "IngressClass",
                                                 "Service",
                                                 "CronJob",
                                                 "Job",
                                                 "StatefulSet",
                                                 "HorizontalPodAutoscaler",
                                                 "Deployment",
                                                 "ReplicaSet",
                                                 "ReplicationController",
                                                 "Pod",
                                                 "DaemonSet",
                                                 "RoleBindingList",
                                                 "RoleBinding",
                                                 "RoleList",
                                                 "Role",
                                                 "ClusterRoleBindingList",
                                                 "ClusterRoleBinding",
                                                 "ClusterRoleList",
                                                 "ClusterRole",
                                                 "CustomResourceDefinition",
                                                 "PersistentVolumeClaim",
                                                 "PersistentVolume",
                                                 "StorageClass",
                                                 "ConfigMap",
                                                 "SecretList",
                                                 "Secret",
                                                 "ServiceAccount",
                                                 "PodDisruptionBudget",
                                                 "PodSecurityPolicy",
                                                 "LimitRange",
                                                 "ResourceQuota",
                                                 "NetworkPolicy",
                                                 "Namespace",
                                                 "PriorityClass"};

using Ranks = absl::flat_hash_map<absl::string_view, size_t>;

Ranks Number(absl::Span<const absl::string_view> kinds) {
  Ranks ranks;
  for (size_t i = 0; i < kinds.size(); ++i) ranks[kinds[i]] = i;
  return ranks;
}

// A known kind's place; then, of all others, their names.
using Rank = std::pair<size_t, absl::string_view>;
Rank RankOf(absl::string_view kind, KindOrder order) {
  static const Ranks* const install = new Ranks(Number(absl::MakeConstSpan(kInstallOrder)));
  static const Ranks* const uninstall = new Ranks(Number(absl::MakeConstSpan(kUninstallOrder)));
  const Ranks& ranks = order == KindOrder::kInstall ? *install : *uninstall;
  const auto found = ranks.find(kind);
  return found == ranks.end() ? Rank(ranks.size(), kind) : Rank(found->second, "");
}

const std::string& KindOf(const Manifest& manifest) { return manifest.kind; }
const std::string& KindOf(const Hook& hook) { return hook.manifest.kind; }

// Places are sorted rather than items, which are large.
template <typename T>
void Sort(std::vector<T>& items, KindOrder order) {
  std::vector<std::pair<Rank, size_t>> places;
  places.reserve(items.size());
  for (const T& item : items) places.emplace_back(RankOf(KindOf(item), order), places.size());
  std::sort(places.begin(), places.end());
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const auto& [rank, place] : places) sorted.push_back(std::move(items[place]));
  items = std::move(sorted);
}

}  // namespace

bool KindLess(absl::string_view a, absl::string_view b, KindOrder order) {
  return RankOf(a, order) < RankOf(b, order);
}

void SortByKind(std::vector<Manifest>& manifests, KindOrder order) { Sort(manifests, order); }
void SortByKind(std::vector<Hook>& hooks, KindOrder order) { Sort(hooks, order); }

void SortByWeight(std::vector<Hook>& hooks) {
  std::stable_sort(hooks.begin(), hooks.end(), [](const Hook& a, const Hook& b) {
    return std::tie(a.weight, a.manifest.name) < std::tie(b.weight, b.manifest.name);
  });
}

}  // namespace devstats::chart
