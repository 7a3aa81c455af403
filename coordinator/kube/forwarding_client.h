// A client that passes each call on: base of those that choose the client late, try again, or (in tests)
// fail.
#pragma once
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "coordinator/kube/client.h"

namespace devstats::kube {

class ForwardingClient : public KubeClient {
 public:
  absl::StatusOr<std::string> Version() override;
  absl::StatusOr<std::vector<ApiResource>> Kinds() override;
  absl::StatusOr<ApiResource> FindKind(const std::string& api_version, const std::string& kind) override;
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

 protected:
  // kUpdate names the version that it replaces, kReplace does not. kProxy: a call to a pod that is no GET.
  enum class Method { kRead, kCreate, kUpdate, kReplace, kApply, kPatch, kDelete, kWatch, kProxy };
  // Makes `call` with the client that it goes to, as often as need be; gives what the last one gave.
  virtual absl::Status Pass(Method method, absl::FunctionRef<absl::Status(KubeClient&)> call) = 0;

 private:
  template <typename T, typename Call>
  absl::StatusOr<T> Forward(Method method, Call call);
};

}  // namespace devstats::kube
