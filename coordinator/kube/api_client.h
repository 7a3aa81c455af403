// The KubeClient that talks to a real API server.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/kube/client.h"
#include "coordinator/kube/config.h"
#include "coordinator/kube/http.h"

namespace devstats::kube {

struct ApiClientOptions {
  absl::Duration timeout = absl::Seconds(60);   // of one request, its retries apart
  absl::Duration patience = absl::Seconds(60);  // waited in all for a server that asks to come back later
  absl::Duration watch_for = absl::Minutes(5);  // one watch request, then the next one goes on where it ended
  int page = 500;                               // objects asked for at a time
  size_t max_objects = 100'000;                 // of one list
  std::function<void(absl::Duration)> sleep;    // between tries; empty: really
};

class ApiClient : public KubeClient {
 public:
  explicit ApiClient(const ClusterAccess& access, ApiClientOptions options = {});

  absl::StatusOr<std::string> Version() override;
  absl::StatusOr<std::vector<ApiResource>> Kinds() override { return discovery_.All(); }
  absl::StatusOr<ApiResource> FindKind(const std::string& api_version, const std::string& kind) override {
    return discovery_.Find(api_version, kind);
  }
  absl::StatusOr<Json> Get(const ObjectRef& ref) override;
  absl::StatusOr<ObjectList> List(const ListQuery& query) override;
  absl::StatusOr<Json> Create(const Json& object) override;
  absl::StatusOr<Json> Update(const Json& object) override;
  absl::StatusOr<Json> Apply(const Json& object, const ApplyOptions& options) override;
  absl::StatusOr<Json> Patch(const ObjectRef& ref, PatchKind kind, const Json& patch) override;
  absl::Status Delete(const ObjectRef& ref, const DeleteOptions& options) override;
  absl::Status Watch(const ListQuery& query, const std::function<bool(const WatchEvent&)>& sink,
                     const std::function<bool()>& go_on) override;
  absl::StatusOr<std::string> Logs(const LogQuery& query) override;
  absl::StatusOr<ProxyAnswer> PodProxy(const ProxyCall& call) override;

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;  // empty values are left out

  std::string Url(const std::string& path, const Parameters& parameters = {}) const;
  absl::StatusOr<HttpResponse> Ask(HttpRequest request);
  absl::StatusOr<Json> AskJson(HttpRequest request, const char* accept = "application/json");
  absl::StatusOr<std::string> ObjectPath(const ObjectRef& ref);
  absl::StatusOr<Json> SendPatch(const ObjectRef& ref, const char* content_type, const Json& body,
                                 const Parameters& parameters);
  absl::Status WatchOnce(const ListQuery& query, const std::string& path,
                         const std::function<bool(const WatchEvent&)>& sink,
                         const std::function<bool()>& go_on, std::string* resource_version, bool* ended);

  const std::string server_;
  const ApiClientOptions options_;
  HttpClient http_;
  Discovery discovery_;
};

}  // namespace devstats::kube
