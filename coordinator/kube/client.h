// What we ask of a cluster's API server. An interface, so that units are tested without a cluster; the real
// one (api_client.h) and the fake pass the same contract test.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "coordinator/kube/discovery.h"
#include "coordinator/kube/object.h"

namespace devstats::kube {

inline constexpr char kFieldManager[] = "devstats";

struct ListQuery {
  std::string api_version, kind;
  std::string namespace_;      // empty: of all, or of a kind of the whole cluster
  std::string label_selector;  // "app=a,tier!=b"; empty: all
  std::string field_selector;  // "spec.nodeName=node-1"; empty: all
  bool metadata_only = false;  // items have apiVersion, kind and metadata, nothing else
};

struct ObjectList {
  std::vector<Json> items;       // each with apiVersion and kind
  std::string resource_version;  // of the whole: where a watch can begin
};

struct ApplyOptions {
  bool force = false;    // take fields that another manager owns; without: Aborted, naming the managers
  bool dry_run = false;  // what the object would become
  std::string manager;   // whose fields they are; empty: kFieldManager
};

enum class PatchKind { kMerge, kStrategic, kJson };

enum class Propagation { kBackground, kForeground, kOrphan };

struct DeleteOptions {
  Propagation propagation = Propagation::kBackground;
  std::string uid;      // only this object, not one of the same name made since: Aborted
  std::string version;  // only as of this resourceVersion: Aborted
};

struct WatchEvent {
  enum class Type {
    kSnapshot,  // object is {"items": [...]}: all there is; what was known before and is not in it is gone
    kAdded,
    kModified,
    kDeleted
  };
  Type type = Type::kSnapshot;
  Json object;
};

struct LogQuery {
  std::string namespace_, pod;
  std::string container;  // empty: the only one
  int tail_lines = 0;     // 0: all of them
  bool previous = false;  // of the container before its last restart
};

struct ProxyCall {
  std::string method = "GET";  // or POST, PATCH, DELETE
  std::string namespace_, pod;
  int port = 0;
  std::string path;        // "/patroni"
  Json body;               // null: none
  absl::Duration timeout;  // of the whole exchange; zero: the client's own
  std::string Text() const { return absl::StrCat(method, " ", namespace_, "/", pod, ":", port, path); }
};

struct ProxyAnswer {
  int code = 0;
  std::string body;
};

// All are thread-safe. Errors beyond those named are as StatusOf() tells them (status.h); Unavailable when
// the server cannot be reached or stays too busy. NotFound also for a kind that the server does not have.
class KubeClient {
 public:
  virtual ~KubeClient() = default;
  virtual absl::StatusOr<std::string> Version() = 0;  // "v1.20.2"
  // All kinds there are, asked anew each time. FindKind remembers, and asks only when it does not know.
  virtual absl::StatusOr<std::vector<ApiResource>> Kinds() = 0;
  virtual absl::StatusOr<ApiResource> FindKind(const std::string& api_version, const std::string& kind) = 0;

  virtual absl::StatusOr<Json> Get(const ObjectRef& ref) = 0;
  virtual absl::StatusOr<ObjectList> List(const ListQuery& query) = 0;
  virtual absl::StatusOr<Json> Create(const Json& object) = 0;  // AlreadyExists
  // Replaces the whole object. With metadata.resourceVersion: Aborted when it has changed since. NotFound.
  virtual absl::StatusOr<Json> Update(const Json& object) = 0;
  // Server-side apply as kFieldManager, or as `manager`: creates or updates exactly the fields of `object`,
  // takes back those that an earlier apply of ours set and this one lacks.
  virtual absl::StatusOr<Json> Apply(const Json& object, const ApplyOptions& options = {}) = 0;
  // With metadata.resourceVersion in a merge patch: Aborted when the object has changed since.
  virtual absl::StatusOr<Json> Patch(const ObjectRef& ref, PatchKind kind, const Json& patch) = 0;
  // The object may stay, terminating, after this returns.
  virtual absl::Status Delete(const ObjectRef& ref, const DeleteOptions& options = {}) = 0;
  // Lists, then tells every change, until `sink` says false (OK), `go_on` (asked once a second) says false
  // (Cancelled), or an error that does not go away by listing again.
  virtual absl::Status Watch(const ListQuery& query, const std::function<bool(const WatchEvent&)>& sink,
                             const std::function<bool()>& go_on) = 0;

  virtual absl::StatusOr<std::string> Logs(const LogQuery& query) = 0;
  // A request to a port of a pod, through the API server, sent once. Whatever the pod answers is OK, with its
  // code. Errors: what the API server says itself, in place of the pod: NotFound (no such pod),
  // PermissionDenied, Unavailable (the pod cannot be reached); InvalidArgument for a path without "/" or a
  // method that is not allowed.
  virtual absl::StatusOr<ProxyAnswer> PodProxy(const ProxyCall& call) = 0;
};

}  // namespace devstats::kube
