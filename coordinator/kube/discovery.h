// Which kinds the API server knows and under which paths: read once from /api and /apis, and again when a
// kind is asked for that was not there.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/digest.h"

namespace devstats::kube {

struct ApiResource {
  std::string api_version;  // "apps/v1"
  std::string kind;         // "Deployment"
  std::string plural;       // "deployments"
  bool namespaced = false;
  friend bool operator==(const ApiResource&, const ApiResource&) = default;
};

// "/apis/apps/v1/namespaces/NS/deployments", escaped. An empty namespace: those of all.
std::string PathOf(const ApiResource& resource, absl::string_view namespace_);

class Discovery {
 public:
  using Fetch = std::function<absl::StatusOr<Json>(const std::string& path)>;
  explicit Discovery(Fetch fetch) : fetch_(std::move(fetch)) {}

  // NotFound when the server does not have the kind, now. Thread-safe.
  absl::StatusOr<ApiResource> Find(const std::string& api_version, const std::string& kind);
  // All there are now, in the order of the server. A group whose server is down (an aggregated API) is left
  // out.
  absl::StatusOr<std::vector<ApiResource>> All();

 private:
  using Table = std::shared_ptr<const std::vector<ApiResource>>;
  absl::StatusOr<std::vector<std::string>> GroupVersions();
  absl::StatusOr<Table> Load();
  absl::StatusOr<Table> Known();

  const Fetch fetch_;
  absl::Mutex mutex_;
  Table table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace devstats::kube
