#include "coordinator/release/objects/order.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "coordinator/chart/render/order.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/objects/definition.h"
#include "coordinator/release/objects/references.h"

namespace devstats::release {
namespace {

// What stands between others and the API server: until its own pods serve, it would refuse them.
bool IsLast(const std::string& kind) {
  return kind == "APIService" || absl::EndsWith(kind, "WebhookConfiguration");
}

// What should hold, or be known to their environment, when the pods of its namespace start.
bool ComesBeforePods(const std::string& kind) {
  return kind == "NetworkPolicy" || kind == "ResourceQuota" || kind == "LimitRange" || kind == "Service" ||
         kind == "PodSecurityPolicy";
}

bool IsBinding(const std::string& kind) { return kind == "RoleBinding" || kind == "ClusterRoleBinding"; }

class Graph {
 public:
  explicit Graph(const std::vector<ReleaseObject>& objects) : objects_(objects), needs_(objects.size()) {
    for (size_t i = 0; i < objects.size(); ++i) Index(i);
  }

  std::vector<std::vector<size_t>> Build() {
    for (size_t i = 0; i < objects_.size(); ++i) {
      const ReleaseObject& object = objects_[i];
      AddNamed(i, {"Namespace", object.ref.namespace_, ""});
      if (const auto kind = kinds_.find({object.ref.api_version, object.ref.kind}); kind != kinds_.end()) {
        Add(i, kind->second);
      }
      for (const Reference& reference : ReferencesOf(object.object)) AddNamed(i, reference);
      if (PodSpecOf(object.object).is_object()) AddBeforePods(i);
      if (IsLast(object.ref.kind)) AddAll(i);
    }
    for (auto& list : needs_) {
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
    return std::move(needs_);
  }

 private:
  using Name = std::tuple<std::string, std::string, std::string>;  // kind, namespace, name

  void Index(size_t i) {
    const kube::ObjectRef& ref = objects_[i].ref;
    names_.emplace(Name{ref.kind, ref.namespace_, ref.name}, i);
    for (const auto& r : KindsDefinedBy(objects_[i].object)) kinds_[{r.api_version, r.kind}] = i;
    if (ComesBeforePods(ref.kind)) before_pods_[ref.namespace_].push_back(i);
    if (!IsBinding(ref.kind)) return;
    for (const Reference& r : ReferencesOf(objects_[i].object)) {
      if (r.kind != "ServiceAccount") continue;
      bindings_[{r.namespace_.empty() ? ref.namespace_ : r.namespace_, r.name}].push_back(i);
    }
  }

  // Needs go one way in Helm's order, the last kinds behind it: so there is never a circle.
  bool IsBefore(size_t a, size_t b) const {
    const std::string &left = objects_[a].ref.kind, &right = objects_[b].ref.kind;
    if (IsLast(left) != IsLast(right)) return IsLast(right);
    return chart::KindLess(left, right, chart::KindOrder::kInstall);
  }
  void Add(size_t object, size_t need) {
    if (IsBefore(need, object)) needs_[object].push_back(need);
  }
  void AddNamed(size_t object, const Reference& reference) {
    const std::string& own = objects_[object].ref.namespace_;
    for (const std::string& space :
         {reference.namespace_.empty() ? own : reference.namespace_, std::string()}) {
      const auto found = names_.find(Name{reference.kind, space, reference.name});
      if (found == names_.end()) continue;
      Add(object, found->second);
      return;
    }
  }
  void AddBeforePods(size_t object) {
    const std::string& own = objects_[object].ref.namespace_;
    for (const std::string& space : {own, std::string()}) {
      const auto found = before_pods_.find(space);
      if (found == before_pods_.end()) continue;
      for (const size_t need : found->second) Add(object, need);
    }
    std::string account = kube::TextAt(PodSpecOf(objects_[object].object), {"serviceAccountName"});
    if (account.empty()) account = "default";
    const auto bound = bindings_.find({own, account});
    if (bound == bindings_.end()) return;
    for (const size_t need : bound->second) Add(object, need);
  }
  void AddAll(size_t object) {
    for (size_t i = 0; i < objects_.size(); ++i) Add(object, i);
  }

  const std::vector<ReleaseObject>& objects_;
  std::vector<std::vector<size_t>> needs_;
  absl::flat_hash_map<Name, size_t> names_;
  std::map<std::pair<std::string, std::string>, size_t> kinds_;                  // defined here
  std::map<std::string, std::vector<size_t>> before_pods_;                       // by namespace
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> bindings_;  // by account
};

}  // namespace

std::vector<std::vector<size_t>> NeedsOf(const std::vector<ReleaseObject>& objects) {
  return Graph(objects).Build();
}

std::vector<size_t> InstallOrder(const std::vector<ReleaseObject>& objects) {
  std::vector<size_t> order(objects.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return chart::KindLess(objects[a].ref.kind, objects[b].ref.kind, chart::KindOrder::kInstall);
  });
  return order;
}

}  // namespace devstats::release
