// A cluster in memory that passes the same contract as the real client: objects, field ownership of
// server-side apply (maps by key, lists as one value), watches. Controllers are what a test makes of `react`.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/status.h"

namespace devstats::kube {

class FakeKube : public KubeClient {
 public:
  FakeKube() {
    for (const char* name : {"default", "kube-system"}) {
      Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
    }
  }

  // Called after each write, without the lock: plays the controllers.
  std::function<void(const Json& object)> react = [](const Json&) {};
  std::function<absl::StatusOr<std::string>(const LogQuery&)> logs = [](const LogQuery& q) {
    return absl::NotFoundError(q.pod);
  };
  // What the pods answer.
  std::function<absl::StatusOr<ProxyAnswer>(const ProxyCall&)> proxy = [](const ProxyCall& call) {
    return absl::UnavailableError(absl::StrCat(call.Text(), ": connection refused"));
  };
  absl::Status down;                    // not OK: the answer to everything
  int writes = 0;                       // create, apply that is no dry run, patch, delete
  std::string manager = kFieldManager;  // who applies
  std::string patcher = kNobody;        // who patches; another than "kubectl" stands in managedFields
  // Asked before each create and apply (dry runs too) with what is there (or null) and what is sent: plays
  // validation, quotas, admission and rights.
  std::function<absl::Status(const Json& live, const Json& object)> admit = [](const Json&, const Json&) {
    return absl::OkStatus();
  };

  // Puts an object as somebody else would, replacing what was there; no `react`. Fields of others than
  // "kubectl" stand in managedFields.
  void Seed(Json object, const std::string& by = kNobody) {
    absl::MutexLock lock(&mutex_);
    const std::string key = KeyOf(*RefOf(object));
    Stored& stored = store_[key];
    for (const std::string& leaf : Leaves(object)) stored.Own(by, leaf);
    const bool is_new = stored.object.is_null();
    if (is_new) object["metadata"]["uid"] = absl::StrCat("uid-", ++uids_);
    stored.object = std::move(object);
    if (by != kNobody) SetManagedFields(&stored);
    Changed(&stored, is_new ? WatchEvent::Type::kAdded : WatchEvent::Type::kModified);
  }

  absl::StatusOr<std::string> Version() override { return std::string("v1.20.2"); }
  absl::StatusOr<std::vector<ApiResource>> Kinds() override {
    absl::MutexLock lock(&mutex_);
    return kinds_;
  }
  absl::StatusOr<ApiResource> FindKind(const std::string& api_version, const std::string& kind) override {
    RETURN_IF_ERROR(down);
    absl::MutexLock lock(&mutex_);
    return FindKindLocked(api_version, kind);
  }

  absl::StatusOr<Json> Get(const ObjectRef& ref) override {
    RETURN_IF_ERROR(down);
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(Check(ref));
    const auto found = store_.find(KeyOf(ref));
    if (found == store_.end()) return absl::NotFoundError(absl::StrCat(ref.Text(), " not found"));
    return found->second.object;
  }

  absl::StatusOr<ObjectList> List(const ListQuery& query) override {
    RETURN_IF_ERROR(down);
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(FindKindLocked(query.api_version, query.kind).status());
    return ListLocked(query);
  }

  absl::StatusOr<Json> Create(const Json& object) override {
    RETURN_IF_ERROR(down);
    ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
    Json made;
    {
      absl::MutexLock lock(&mutex_);
      RETURN_IF_ERROR(CheckNamespace(ref));
      if (store_.count(KeyOf(ref)))
        return absl::AlreadyExistsError(absl::StrCat(ref.Text(), " already exists"));
      RETURN_IF_ERROR(admit(Json(), object));
      Stored& stored = store_[KeyOf(ref)];
      stored.object = object;
      stored.object["metadata"]["uid"] = absl::StrCat("uid-", ++uids_);
      for (const std::string& leaf : Leaves(object)) stored.Own(kNobody, leaf);
      made = Wrote(&stored, WatchEvent::Type::kAdded);
    }
    react(made);
    return made;
  }

  absl::StatusOr<Json> Update(const Json& object) override {
    RETURN_IF_ERROR(down);
    ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
    Json made;
    {
      absl::MutexLock lock(&mutex_);
      RETURN_IF_ERROR(Check(ref));
      const auto found = store_.find(KeyOf(ref));
      if (found == store_.end()) return absl::NotFoundError(absl::StrCat(ref.Text(), " not found"));
      Json& live = found->second.object;
      const std::string expected = TextAt(object, {"metadata", "resourceVersion"});
      if (!expected.empty() && expected != live["metadata"]["resourceVersion"]) {
        return absl::AbortedError("the object has been modified");
      }
      const Json uid = live["metadata"]["uid"];
      live = object;
      live["metadata"]["uid"] = uid;
      for (const std::string& leaf : Leaves(object)) found->second.Own(kNobody, leaf);
      made = Wrote(&found->second, WatchEvent::Type::kModified);
    }
    react(made);
    return made;
  }

  absl::StatusOr<Json> Apply(const Json& object, const ApplyOptions& options) override {
    RETURN_IF_ERROR(down);
    ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
    Json made;
    {
      absl::MutexLock lock(&mutex_);
      RETURN_IF_ERROR(CheckNamespace(ref));
      const auto found = store_.find(KeyOf(ref));
      const bool is_new = found == store_.end();
      if (is_new && object["metadata"].contains("uid")) return absl::AbortedError("uid mismatch");
      RETURN_IF_ERROR(admit(is_new ? Json() : found->second.object, object));
      Stored stored = is_new ? Stored() : found->second;
      if (is_new) stored.object = {{"metadata", {{"uid", absl::StrCat("uid-", uids_ + 1)}}}};
      RETURN_IF_ERROR(Merge(object, options.force, &stored));
      if (options.dry_run) return stored.object;
      ++uids_;
      const bool same = !is_new && stored.object == found->second.object;
      Stored& kept = store_[KeyOf(ref)] = std::move(stored);
      ++writes;
      if (!same) Changed(&kept, is_new ? WatchEvent::Type::kAdded : WatchEvent::Type::kModified);
      if (ref.kind == "CustomResourceDefinition") AddKind(&kept.object);
      made = kept.object;
    }
    react(made);
    return made;
  }

  // A strategic patch is taken for a merge patch.
  absl::StatusOr<Json> Patch(const ObjectRef& ref, PatchKind kind, const Json& patch) override {
    RETURN_IF_ERROR(down);
    Json made;
    {
      absl::MutexLock lock(&mutex_);
      RETURN_IF_ERROR(Check(ref));
      const auto found = store_.find(KeyOf(ref));
      if (found == store_.end()) return absl::NotFoundError(absl::StrCat(ref.Text(), " not found"));
      Json& live = found->second.object;
      const std::string expected = TextAt(patch, {"metadata", "resourceVersion"});
      if (!expected.empty() && expected != live["metadata"]["resourceVersion"]) {
        return absl::AbortedError("the object has been modified");
      }
      if (kind == PatchKind::kJson) {
        RETURN_IF_ERROR(CheckVersion(live, patch));
        live = live.patch(patch);
        ReadManagedFields(&found->second);
      } else {
        for (const std::string& leaf : Leaves(patch)) found->second.Give(patcher, leaf, patch);
        live.merge_patch(patch);
        if (patcher != kNobody) SetManagedFields(&found->second);
      }
      const bool gone = live["metadata"].contains("deletionTimestamp") && !IsHeld(live);
      made = Wrote(&found->second, gone ? WatchEvent::Type::kDeleted : WatchEvent::Type::kModified);
      if (gone) {
        store_.erase(KeyOf(ref));
        return made;
      }
    }
    react(made);
    return made;
  }

  absl::Status Delete(const ObjectRef& ref, const DeleteOptions& options = {}) override {
    RETURN_IF_ERROR(down);
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(Check(ref));
    const auto found = store_.find(KeyOf(ref));
    if (found == store_.end()) return absl::NotFoundError(absl::StrCat(ref.Text(), " not found"));
    if (!options.uid.empty() && TextAt(found->second.object, {"metadata", "uid"}) != options.uid) {
      return absl::AbortedError("another object of that name");
    }
    if (!options.version.empty() &&
        TextAt(found->second.object, {"metadata", "resourceVersion"}) != options.version) {
      return absl::AbortedError("the object has been modified");
    }
    if (IsHeld(found->second.object)) {
      if (found->second.object["metadata"].contains("deletionTimestamp")) return absl::OkStatus();
      found->second.object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
      Wrote(&found->second, WatchEvent::Type::kModified);
      return absl::OkStatus();
    }
    ++writes;
    if (ref.kind == "Namespace") {
      std::erase_if(store_, [&](const auto& entry) {
        return TextAt(entry.second.object, {"metadata", "namespace"}) == ref.name;
      });
    }
    Wrote(&found->second, WatchEvent::Type::kDeleted);
    store_.erase(KeyOf(ref));
    return absl::OkStatus();
  }

  absl::Status Watch(const ListQuery& query, const std::function<bool(const WatchEvent&)>& sink,
                     const std::function<bool()>& go_on) override {
    size_t seen = 0;
    WatchEvent first{.object = Json::object()};
    {
      absl::MutexLock lock(&mutex_);
      RETURN_IF_ERROR(FindKindLocked(query.api_version, query.kind).status());
      first.object["items"] = ListLocked(query).items;
      seen = events_.size();
    }
    if (!sink(first)) return absl::OkStatus();
    while (go_on()) {
      std::vector<WatchEvent> fresh;
      {
        absl::MutexLock lock(&mutex_);
        auto more = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return events_.size() > seen; };
        mutex_.AwaitWithTimeout(absl::Condition(&more), absl::Milliseconds(20));
        for (; seen < events_.size(); ++seen) {
          if (Matches(events_[seen].object, query)) fresh.push_back(events_[seen]);
        }
      }
      for (const WatchEvent& event : fresh) {
        if (!sink(event)) return absl::OkStatus();
      }
    }
    return absl::CancelledError("watch");
  }

  absl::StatusOr<std::string> Logs(const LogQuery& query) override { return logs(query); }
  absl::StatusOr<ProxyAnswer> PodProxy(const ProxyCall& call) override {
    RETURN_IF_ERROR(down);
    RETURN_IF_ERROR(Get({"v1", "Pod", call.namespace_, call.pod}).status(), call.Text());
    return proxy(call);
  }

 private:
  // By a finalizer: it stays, being deleted, until a patch takes the last one off.
  static bool IsHeld(const Json& object) { return !At(object, {"metadata", "finalizers"}).empty(); }
  static constexpr char kNobody[] = "kubectl";
  using Leaf = std::string;  // "/metadata/labels/a"
  struct Stored {
    Json object;
    std::set<Leaf> ours;
    std::map<std::string, std::set<Leaf>> others;  // by manager

    void Own(const std::string& by, const Leaf& leaf) { others[by].insert(leaf); }
    // As a patch does: who changes a value is its only owner.
    void Give(const std::string& by, const Leaf& leaf, const Json& patch) {
      const Json::json_pointer path(leaf);
      if (!object.contains(path) || object[path] != patch[path]) {
        ours.erase(leaf);
        Disown(leaf);
      }
      Own(by, leaf);
    }
    std::string OwnerOf(const Leaf& leaf) const {  // of the others; empty: none
      for (const auto& [by, leaves] : others) {
        if (leaves.count(leaf)) return by;
      }
      return "";
    }
    void Disown(const Leaf& leaf) {
      for (auto& [by, leaves] : others) leaves.erase(leaf);
    }
  };

  static std::string KeyOf(const ObjectRef& r) {
    const std::string group = r.api_version.substr(0, r.api_version.find('/'));
    return absl::StrJoin({group, r.kind, r.namespace_, r.name}, "|");
  }
  // Paths of all values that are no maps; what names an object is nobody's.
  static std::set<std::string> Leaves(const Json& object) {
    std::set<std::string> out;
    const std::function<void(const Json&, const std::string&)> walk = [&](const Json& at,
                                                                          const std::string& path) {
      if (!at.is_object()) {
        out.insert(path);
        return;
      }
      for (const auto& [key, value] : at.items()) {
        walk(value, absl::StrCat(path, "/", absl::StrReplaceAll(key, {{"~", "~0"}, {"/", "~1"}})));
      }
    };
    walk(object, "");
    for (const char* name :
         {"/apiVersion", "/kind", "/metadata/name", "/metadata/namespace", "/metadata/uid"}) {
      out.erase(name);
    }
    return out;
  }
  static Json FieldsOf(const std::set<std::string>& leaves) {
    Json out = Json::object();
    for (const std::string& leaf : leaves) {
      Json* at = &out;
      for (const std::string& key : std::vector<std::string>(absl::StrSplit(leaf.substr(1), '/'))) {
        at = &(*at)["f:" + absl::StrReplaceAll(key, {{"~1", "/"}, {"~0", "~"}})];
        if (at->is_null()) *at = Json::object();
      }
    }
    return out;
  }
  static std::set<Leaf> LeavesOfFields(const Json& fields) {
    std::set<Leaf> out;
    const std::function<void(const Json&, const std::string&)> walk = [&](const Json& at,
                                                                          const std::string& path) {
      if (at.empty()) out.insert(path);
      for (const auto& [key, sub] : at.items()) {
        walk(sub, absl::StrCat(path, "/", absl::StrReplaceAll(key.substr(2), {{"~", "~0"}, {"/", "~1"}})));
      }
    };
    if (!fields.empty()) walk(fields, "");
    return out;
  }
  static Json Entry(const std::string& by, const char* operation, const Json& api_version,
                    const std::set<Leaf>& leaves) {
    return {{"manager", by},
            {"operation", operation},
            {"apiVersion", api_version},
            {"fieldsType", "FieldsV1"},
            {"fieldsV1", FieldsOf(leaves)}};
  }
  void SetManagedFields(Stored* stored) {
    const Json version = stored->object["apiVersion"];
    Json entries = Json::array();
    if (!stored->ours.empty()) entries.push_back(Entry(manager, "Apply", version, stored->ours));
    for (const auto& [by, leaves] : stored->others) {
      if (by != kNobody && !leaves.empty()) entries.push_back(Entry(by, "Update", version, leaves));
    }
    stored->object["metadata"]["managedFields"] = entries;
  }
  // After a patch of them.
  void ReadManagedFields(Stored* stored) {
    const Json& entries = At(stored->object, {"metadata", "managedFields"});
    if (!entries.is_array()) return;
    stored->ours.clear();
    std::erase_if(stored->others, [](const auto& other) { return other.first != kNobody; });
    for (const Json& entry : entries) {
      const bool applied = TextAt(entry, {"operation"}) == "Apply";
      (applied ? stored->ours : stored->others[TextAt(entry, {"manager"})]) =
          LeavesOfFields(entry["fieldsV1"]);
    }
  }
  // A JSON patch that replaces the version is for that one.
  static absl::Status CheckVersion(const Json& live, const Json& patch) {
    for (const Json& step : patch) {
      if (step["path"] == "/metadata/resourceVersion" &&
          step["value"] != live["metadata"]["resourceVersion"]) {
        return absl::AbortedError("the object has been modified");
      }
    }
    return absl::OkStatus();
  }
  static bool Matches(const Json& object, const ListQuery& query) {
    if (TextAt(object, {"apiVersion"}) != query.api_version || TextAt(object, {"kind"}) != query.kind)
      return false;
    if (!query.namespace_.empty() && TextAt(object, {"metadata", "namespace"}) != query.namespace_)
      return false;
    for (const absl::string_view term : absl::StrSplit(query.label_selector, ',', absl::SkipEmpty())) {
      const std::pair<std::string, std::string> kv = absl::StrSplit(term, absl::MaxSplits('=', 1));
      const bool equal = !absl::EndsWith(kv.first, "!");
      const std::string key(absl::StripSuffix(kv.first, "!"));
      if ((TextAt(object, {"metadata", "labels", key.c_str()}) == kv.second) != equal) return false;
    }
    for (const absl::string_view term : absl::StrSplit(query.field_selector, ',', absl::SkipEmpty())) {
      const std::pair<std::string, std::string> kv = absl::StrSplit(term, absl::MaxSplits('=', 1));
      const bool equal = !absl::EndsWith(kv.first, "!");
      const Json::json_pointer path("/" +
                                    absl::StrReplaceAll(absl::StripSuffix(kv.first, "!"), {{".", "/"}}));
      if ((object.contains(path) && object[path] == kv.second) != equal) return false;
    }
    return true;
  }

  absl::Status Merge(const Json& object, bool force, Stored* stored) {
    const std::set<std::string> wanted = Leaves(object);
    std::vector<FieldConflict> conflicts;
    for (const std::string& leaf : wanted) {
      const Json::json_pointer path(leaf);
      const bool differs = stored->object.contains(path) && stored->object[path] != object[path];
      const std::string owner = stored->OwnerOf(leaf);
      if (!differs || owner.empty()) continue;
      if (force) stored->Disown(leaf);
      if (!force) conflicts.push_back({absl::StrReplaceAll(leaf, {{"/", "."}, {"~1", "/"}}), owner});
    }
    if (!conflicts.empty()) {
      absl::Status refused = absl::AbortedError(
          absl::StrCat("conflict with \"", conflicts[0].manager, "\": ", conflicts[0].field));
      SetConflicts(conflicts, &refused);
      return refused;
    }
    for (const std::string& leaf : stored->ours) {
      if (wanted.count(leaf) || !stored->OwnerOf(leaf).empty()) continue;
      const Json::json_pointer path(leaf);
      if (stored->object.contains(path)) stored->object[path.parent_pointer()].erase(path.back());
    }
    stored->object.merge_patch(object);
    stored->ours = wanted;
    SetManagedFields(stored);
    return absl::OkStatus();
  }

  void Changed(Stored* stored, WatchEvent::Type type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    stored->object["metadata"]["resourceVersion"] = absl::StrCat(++version_);
    events_.push_back({type, stored->object});
  }
  Json Wrote(Stored* stored, WatchEvent::Type type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++writes;
    Changed(stored, type);
    return stored->object;
  }
  void AddKind(Json* crd) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const Json& version : At(*crd, {"spec", "versions"})) {
      kinds_.push_back({absl::StrCat(TextAt(*crd, {"spec", "group"}), "/", TextAt(version, {"name"})),
                        TextAt(*crd, {"spec", "names", "kind"}), TextAt(*crd, {"spec", "names", "plural"}),
                        TextAt(*crd, {"spec", "scope"}) == "Namespaced"});
    }
    (*crd)["status"]["conditions"] = Json::array({{{"type", "Established"}, {"status", "True"}}});
  }
  absl::StatusOr<ApiResource> FindKindLocked(const std::string& api_version, const std::string& kind)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const ApiResource& r : kinds_) {
      if (r.api_version == api_version && r.kind == kind) return r;
    }
    return absl::NotFoundError(absl::StrCat("the API server has no kind ", kind, " in ", api_version));
  }
  absl::Status Check(const ObjectRef& ref) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ASSIGN_OR_RETURN(const ApiResource r, FindKindLocked(ref.api_version, ref.kind));
    if (r.namespaced && ref.namespace_.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(ref.Text(), ": no namespace"));
    }
    return absl::OkStatus();
  }
  absl::Status CheckNamespace(const ObjectRef& ref) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    RETURN_IF_ERROR(Check(ref));
    if (!ref.namespace_.empty() && !store_.count(KeyOf({"v1", "Namespace", "", ref.namespace_}))) {
      return absl::NotFoundError(absl::StrCat("namespaces \"", ref.namespace_, "\" not found"));
    }
    return absl::OkStatus();
  }
  ObjectList ListLocked(const ListQuery& query) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ObjectList out{.resource_version = absl::StrCat(version_)};
    for (const auto& [key, stored] : store_) {
      if (!Matches(stored.object, query)) continue;
      const Json& o = stored.object;
      out.items.push_back(
          query.metadata_only
              ? Json{{"apiVersion", o["apiVersion"]}, {"kind", o["kind"]}, {"metadata", o["metadata"]}}
              : o);
    }
    return out;
  }

  absl::Mutex mutex_;
  std::map<std::string, Stored> store_ ABSL_GUARDED_BY(mutex_);
  std::vector<WatchEvent> events_ ABSL_GUARDED_BY(mutex_);
  int version_ ABSL_GUARDED_BY(mutex_) = 0, uids_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<ApiResource> kinds_ ABSL_GUARDED_BY(mutex_) = {
      {"v1", "Namespace", "namespaces", false},
      {"v1", "Node", "nodes", false},
      {"v1", "Pod", "pods", true},
      {"v1", "ConfigMap", "configmaps", true},
      {"v1", "Secret", "secrets", true},
      {"v1", "Service", "services", true},
      {"v1", "ServiceAccount", "serviceaccounts", true},
      {"apps/v1", "DaemonSet", "daemonsets", true},
      {"apps/v1", "Deployment", "deployments", true},
      {"apps/v1", "ReplicaSet", "replicasets", true},
      {"apps/v1", "StatefulSet", "statefulsets", true},
      {"batch/v1", "Job", "jobs", true},
      {"batch/v1", "CronJob", "cronjobs", true},
      {"coordination.k8s.io/v1", "Lease", "leases", true},
      {"v1", "Event", "events", true},
      {"v1", "PersistentVolumeClaim", "persistentvolumeclaims", true},
      {"networking.k8s.io/v1", "Ingress", "ingresses", true},
      {"rbac.authorization.k8s.io/v1", "Role", "roles", true},
      {"rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true},
      {"rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", false},
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false}};
};

}  // namespace devstats::kube
