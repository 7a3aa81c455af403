#include "coordinator/kube/forwarding_client.h"

#include "common/status.h"

namespace devstats::kube {

template <typename T, typename Call>
absl::StatusOr<T> ForwardingClient::Forward(Method method, Call call) {
  absl::StatusOr<T> result = absl::InternalError("not called");
  RETURN_IF_ERROR(Pass(method, [&](KubeClient& client) {
    result = call(client);
    return result.status();
  }));
  return result;
}

absl::StatusOr<std::string> ForwardingClient::Version() {
  return Forward<std::string>(Method::kRead, [](KubeClient& c) { return c.Version(); });
}

absl::StatusOr<std::vector<ApiResource>> ForwardingClient::Kinds() {
  return Forward<std::vector<ApiResource>>(Method::kRead, [](KubeClient& c) { return c.Kinds(); });
}

absl::StatusOr<ApiResource> ForwardingClient::FindKind(const std::string& api_version,
                                                       const std::string& kind) {
  return Forward<ApiResource>(Method::kRead, [&](KubeClient& c) { return c.FindKind(api_version, kind); });
}

absl::StatusOr<Json> ForwardingClient::Get(const ObjectRef& ref) {
  return Forward<Json>(Method::kRead, [&](KubeClient& c) { return c.Get(ref); });
}

absl::StatusOr<ObjectList> ForwardingClient::List(const ListQuery& query) {
  return Forward<ObjectList>(Method::kRead, [&](KubeClient& c) { return c.List(query); });
}

absl::StatusOr<Json> ForwardingClient::Create(const Json& object) {
  return Forward<Json>(Method::kCreate, [&](KubeClient& c) { return c.Create(object); });
}

absl::StatusOr<Json> ForwardingClient::Update(const Json& object) {
  const bool versioned = !TextAt(object, {"metadata", "resourceVersion"}).empty();
  return Forward<Json>(versioned ? Method::kUpdate : Method::kReplace,
                       [&](KubeClient& c) { return c.Update(object); });
}

absl::StatusOr<Json> ForwardingClient::Apply(const Json& object, const ApplyOptions& options) {
  return Forward<Json>(Method::kApply, [&](KubeClient& c) { return c.Apply(object, options); });
}

absl::StatusOr<Json> ForwardingClient::Patch(const ObjectRef& ref, PatchKind kind, const Json& patch) {
  return Forward<Json>(Method::kPatch, [&](KubeClient& c) { return c.Patch(ref, kind, patch); });
}

absl::Status ForwardingClient::Delete(const ObjectRef& ref, const DeleteOptions& options) {
  return Pass(Method::kDelete, [&](KubeClient& c) { return c.Delete(ref, options); });
}

absl::Status ForwardingClient::Watch(const ListQuery& query,
                                     const std::function<bool(const WatchEvent&)>& sink,
                                     const std::function<bool()>& go_on) {
  return Pass(Method::kWatch, [&](KubeClient& c) { return c.Watch(query, sink, go_on); });
}

absl::StatusOr<std::string> ForwardingClient::Logs(const LogQuery& query) {
  return Forward<std::string>(Method::kRead, [&](KubeClient& c) { return c.Logs(query); });
}

absl::StatusOr<ProxyAnswer> ForwardingClient::PodProxy(const ProxyCall& call) {
  return Forward<ProxyAnswer>(call.method == "GET" ? Method::kRead : Method::kProxy,
                              [&](KubeClient& c) { return c.PodProxy(call); });
}

}  // namespace devstats::kube
