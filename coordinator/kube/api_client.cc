#include "coordinator/kube/api_client.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/kube/status.h"

namespace devstats::kube {
namespace {

constexpr size_t kMaxLog = 16 << 20;
constexpr size_t kMaxWords = 300;  // of an error that is no Status
constexpr size_t kMaxProxied = 16 << 20;
constexpr absl::string_view kProxyMethods[] = {"GET", "POST", "PATCH", "DELETE"};

// What the API server says in place of a pod: a Status, or words. Anything else is the pod's. That the pod
// cannot be reached has had several codes: 1.20 says 500.
absl::Status ProxyErrorOf(const HttpResponse& response) {
  constexpr char kUnreachable[] = "error trying to reach service";
  constexpr char kNoAddress[] = "address not allowed";  // "": the pod has just been placed
  if (response.code < 300) return absl::OkStatus();
  if (response.code == 503 && absl::StartsWithIgnoreCase(response.body, kUnreachable))
    return absl::UnavailableError(response.body.substr(0, kMaxWords));
  const auto body = ParseJson(response.body);
  if (!body.ok() || TextAt(*body, {"kind"}) != "Status" || TextAt(*body, {"apiVersion"}) != "v1")
    return absl::OkStatus();
  const std::string message = TextAt(*body, {"message"});
  if (absl::StartsWithIgnoreCase(message, kUnreachable)) return absl::UnavailableError(message);
  if (message == kNoAddress) return absl::UnavailableError("the pod has no address yet");
  return StatusOf(response.code, *body);
}

const char* ContentType(PatchKind kind) {
  switch (kind) {
    case PatchKind::kMerge:
      return "application/merge-patch+json";
    case PatchKind::kStrategic:
      return "application/strategic-merge-patch+json";
    case PatchKind::kJson:
      return "application/json-patch+json";
  }
  return "";
}

const char* TextOf(Propagation propagation) {
  switch (propagation) {
    case Propagation::kBackground:
      return "Background";
    case Propagation::kForeground:
      return "Foreground";
    case Propagation::kOrphan:
      return "Orphan";
  }
  return "";
}

// The metadata of a list's objects (Kubernetes: "Receiving resources as Tables" and metadata-only clients).
constexpr char kMetadataOnly[] = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

}  // namespace

ApiClient::ApiClient(const ClusterAccess& access, ApiClientOptions options)
    : server_(access.server),
      options_(std::move(options)),
      http_({access.ca_pem, access.client_cert_pem, access.client_key_pem}),
      discovery_([this](const std::string& path) { return AskJson({.url = Url(path)}); }) {}

std::string ApiClient::Url(const std::string& path, const Parameters& parameters) const {
  std::string url = absl::StrCat(server_, path);
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    absl::StrAppend(&url, std::string(1, separator), name, "=", UrlEscape(value));
    separator = '&';
  }
  return url;
}

// A server that is too busy says when to come back, and then has done nothing yet: any request may be sent
// again.
absl::StatusOr<HttpResponse> ApiClient::Ask(HttpRequest request) {
  request.timeout = options_.timeout;
  absl::Duration waited;
  while (true) {
    ASSIGN_OR_RETURN(HttpResponse response, http_.Do(request));
    const absl::Duration pause = RetryAfter(response);
    if (pause == absl::ZeroDuration() || waited + pause > options_.patience) {
      RETURN_IF_ERROR(StatusOf(response));
      return response;
    }
    waited += pause;
    options_.sleep ? options_.sleep(pause) : absl::SleepFor(pause);
  }
}

absl::StatusOr<Json> ApiClient::AskJson(HttpRequest request, const char* accept) {
  request.headers.emplace_back("Accept", accept);
  ASSIGN_OR_RETURN(const HttpResponse response, Ask(std::move(request)));
  auto json = ParseJson(response.body, 200);
  if (json.ok() && json->is_object()) return json;
  return absl::DataLossError("the API server's answer is no object");
}

absl::StatusOr<std::string> ApiClient::ObjectPath(const ObjectRef& ref) {
  if (ref.name.empty()) return absl::InvalidArgumentError(absl::StrCat(ref.Text(), ": no name"));
  ASSIGN_OR_RETURN(const ApiResource resource, discovery_.Find(ref.api_version, ref.kind));
  // The server would take it for the collection of all namespaces.
  if (resource.namespaced && ref.namespace_.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(ref.Text(), ": no namespace"));
  }
  return absl::StrCat(PathOf(resource, ref.namespace_), "/", UrlEscape(ref.name));
}

absl::StatusOr<std::string> ApiClient::Version() {
  ASSIGN_OR_RETURN(const Json version, AskJson({.url = Url("/version")}));
  return TextAt(version, {"gitVersion"});
}

absl::StatusOr<Json> ApiClient::Get(const ObjectRef& ref) {
  ASSIGN_OR_RETURN(const std::string path, ObjectPath(ref));
  return AskJson({.url = Url(path)});
}

absl::StatusOr<ObjectList> ApiClient::List(const ListQuery& query) {
  const std::string what = absl::StrCat("listing ", query.kind);
  ASSIGN_OR_RETURN(const ApiResource resource, discovery_.Find(query.api_version, query.kind), what);
  ObjectList out;
  for (std::string next;;) {
    auto page =
        AskJson({.url = Url(PathOf(resource, query.namespace_), {{"limit", absl::StrCat(options_.page)},
                                                                 {"continue", next},
                                                                 {"labelSelector", query.label_selector},
                                                                 {"fieldSelector", query.field_selector}})},
                query.metadata_only ? kMetadataOnly : "application/json");
    if (absl::IsFailedPrecondition(page.status()) && !next.empty()) {
      out = {};  // the continuation is too old: only from the beginning is it one consistent list
      next.clear();
      continue;
    }
    if (!page.ok()) return Annotate(page.status(), what);
    for (const Json& item : At(*page, {"items"})) {
      if (!item.is_object()) return absl::DataLossError(absl::StrCat(what, ": an item is no object"));
      out.items.push_back(item);
      // The items of a list come without.
      out.items.back()["apiVersion"] = query.api_version;
      out.items.back()["kind"] = query.kind;
    }
    if (out.items.size() > options_.max_objects) {
      return absl::ResourceExhaustedError(absl::StrCat(what, ": more than ", options_.max_objects));
    }
    next = TextAt(*page, {"metadata", "continue"});
    out.resource_version = TextAt(*page, {"metadata", "resourceVersion"});
    if (next.empty()) return out;
  }
}

absl::StatusOr<Json> ApiClient::Create(const Json& object) {
  ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
  ASSIGN_OR_RETURN(const std::string path, ObjectPath(ref));
  HttpRequest request{.method = "POST",
                      .url = Url(path.substr(0, path.rfind('/')), {{"fieldManager", kFieldManager}}),
                      .headers = {{"Content-Type", "application/json"}},
                      .body = CanonicalJson(object)};
  ASSIGN_OR_RETURN(Json created, AskJson(std::move(request)), absl::StrCat("creating ", ref.Text()));
  return created;
}

absl::StatusOr<Json> ApiClient::Update(const Json& object) {
  ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
  ASSIGN_OR_RETURN(const std::string path, ObjectPath(ref));
  HttpRequest request{.method = "PUT",
                      .url = Url(path, {{"fieldManager", kFieldManager}}),
                      .headers = {{"Content-Type", "application/json"}},
                      .body = CanonicalJson(object)};
  ASSIGN_OR_RETURN(Json updated, AskJson(std::move(request)), absl::StrCat("updating ", ref.Text()));
  return updated;
}

absl::StatusOr<Json> ApiClient::SendPatch(const ObjectRef& ref, const char* content_type, const Json& body,
                                          const Parameters& parameters) {
  ASSIGN_OR_RETURN(const std::string path, ObjectPath(ref));
  return AskJson({.method = "PATCH",
                  .url = Url(path, parameters),
                  .headers = {{"Content-Type", content_type}},
                  .body = CanonicalJson(body)});
}

absl::StatusOr<Json> ApiClient::Apply(const Json& object, const ApplyOptions& options) {
  ASSIGN_OR_RETURN(const ObjectRef ref, RefOf(object));
  // JSON is YAML; there is no apply-patch+json.
  ASSIGN_OR_RETURN(Json applied,
                   SendPatch(ref, "application/apply-patch+yaml", object,
                             {{"fieldManager", options.manager.empty() ? kFieldManager : options.manager},
                              {"force", options.force ? "true" : ""},
                              {"dryRun", options.dry_run ? "All" : ""}}),
                   absl::StrCat("applying ", ref.Text()));
  return applied;
}

absl::StatusOr<Json> ApiClient::Patch(const ObjectRef& ref, PatchKind kind, const Json& patch) {
  ASSIGN_OR_RETURN(Json patched, SendPatch(ref, ContentType(kind), patch, {{"fieldManager", kFieldManager}}),
                   absl::StrCat("patching ", ref.Text()));
  return patched;
}

absl::Status ApiClient::Delete(const ObjectRef& ref, const DeleteOptions& options) {
  ASSIGN_OR_RETURN(const std::string path, ObjectPath(ref));
  Json body{
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", TextOf(options.propagation)}};
  if (!options.uid.empty()) body["preconditions"]["uid"] = options.uid;
  if (!options.version.empty()) body["preconditions"]["resourceVersion"] = options.version;
  return Annotate(Ask({.method = "DELETE",
                       .url = Url(path),
                       .headers = {{"Content-Type", "application/json"}},
                       .body = CanonicalJson(body)})
                      .status(),
                  absl::StrCat("deleting ", ref.Text()));
}

absl::StatusOr<std::string> ApiClient::Logs(const LogQuery& query) {
  ASSIGN_OR_RETURN(const std::string path, ObjectPath({"v1", "Pod", query.namespace_, query.pod}));
  const std::string url = Url(absl::StrCat(path, "/log"),
                              {{"container", query.container},
                               {"previous", query.previous ? "true" : ""},
                               {"tailLines", query.tail_lines > 0 ? absl::StrCat(query.tail_lines) : ""}});
  ASSIGN_OR_RETURN(HttpResponse response, Ask({.url = url, .max_response = kMaxLog}),
                   absl::StrCat("logs of ", query.namespace_, "/", query.pod));
  return std::move(response.body);
}

absl::StatusOr<ProxyAnswer> ApiClient::PodProxy(const ProxyCall& call) {
  if (!absl::StartsWith(call.path, "/"))
    return absl::InvalidArgumentError(absl::StrCat(call.Text(), ": no path"));
  if (!absl::c_linear_search(kProxyMethods, call.method))
    return absl::InvalidArgumentError(absl::StrCat(call.Text(), ": no such method"));
  ASSIGN_OR_RETURN(const std::string object, ObjectPath({"v1", "Pod", call.namespace_, call.pod}));
  HttpRequest request{.method = call.method,
                      .url = Url(absl::StrCat(object, ":", call.port, "/proxy", call.path)),
                      .timeout = call.timeout > absl::ZeroDuration() ? call.timeout : options_.timeout,
                      .max_response = kMaxProxied};
  if (!call.body.is_null()) {
    request.body = CanonicalJson(call.body);
    request.headers.emplace_back("Content-Type", "application/json");
  }
  ASSIGN_OR_RETURN(HttpResponse response, http_.Do(request), call.Text());
  RETURN_IF_ERROR(ProxyErrorOf(response), call.Text());
  return ProxyAnswer{response.code, std::move(response.body)};
}

}  // namespace devstats::kube
