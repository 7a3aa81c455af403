#include "coordinator/devstats/patroni/rest_api.h"

#include "absl/strings/ascii.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/answers.h"
#include "coordinator/kube/http.h"
#include "coordinator/kube/object.h"

namespace devstats::patroni {
namespace {

constexpr size_t kWords = 300;  // of a refusal

// Patroni's codes: 409 another change came first, 502 and 503 also say that something was tried and failed.
absl::Status StatusOf(const kube::ProxyAnswer& answer, absl::string_view what) {
  if (answer.code >= 200 && answer.code < 300) return absl::OkStatus();
  const absl::string_view words =
      absl::StripAsciiWhitespace(absl::string_view(answer.body).substr(0, kWords));
  const std::string message =
      absl::StrCat(what, ": Patroni answered ", answer.code, words.empty() ? "" : ": ", words);
  switch (answer.code) {
    case 409:
      return absl::AbortedError(message);
    case 401:
    case 403:
      return absl::PermissionDeniedError(message);
    case 404:
    case 501:
      return absl::UnimplementedError(message);
    default:
      return absl::FailedPreconditionError(message);
  }
}

// GET /patroni of a member whose PostgreSQL does not run is 503, with the same body as else.
bool IsObject(const std::string& body) { return !body.empty() && body[0] == '{'; }

}  // namespace

// From the first member that answers well; else the last answer or error. A member may be up and yet not see
// the DCS.
absl::StatusOr<std::string> RestApi::AskAny(const std::string& method, const std::string& path,
                                            const Json& body) {
  ASSIGN_OR_RETURN(const std::vector<std::string> members, access_.members(), "members of Patroni");
  absl::Status last = absl::UnavailableError("Patroni has no members");
  for (const std::string& member : members) {
    auto answer = access_.ask(member, method, path, body, access_.patience);
    last =
        answer.ok() ? StatusOf(*answer, absl::StrCat(member, " ", path)) : Annotate(answer.status(), member);
    if (last.ok()) return std::move(answer->body);
    if (absl::IsAborted(last)) return last;
    // Not ready yet, or without its DCS.
    if (answer.ok() && answer->code >= 500) last = absl::UnavailableError(last.message());
  }
  return last;
}

absl::StatusOr<Cluster> RestApi::GetCluster() {
  ASSIGN_OR_RETURN(const std::string body, AskAny("GET", "/cluster", nullptr));
  return ParseCluster(body);
}

absl::StatusOr<Config> RestApi::GetConfig() {
  ASSIGN_OR_RETURN(const std::string body, AskAny("GET", "/config", nullptr));
  return ParseConfig(body);
}

absl::StatusOr<Config> RestApi::PatchConfig(const Json& patch) {
  ASSIGN_OR_RETURN(const std::string body, AskAny("PATCH", "/config", patch));
  return ParseConfig(body);
}

absl::StatusOr<Member> RestApi::GetMember(const std::string& member) {
  ASSIGN_OR_RETURN(const kube::ProxyAnswer answer,
                   access_.ask(member, "GET", "/patroni", nullptr, access_.patience), member);
  if (!IsObject(answer.body)) RETURN_IF_ERROR(StatusOf(answer, absl::StrCat(member, " /patroni")));
  ASSIGN_OR_RETURN(Member parsed, ParseMember(answer.body), member);
  if (parsed.name.empty()) parsed.name = member;
  return parsed;
}

absl::Status RestApi::Post(const std::string& member, const std::string& path, const Json& body,
                           absl::Duration timeout) {
  ASSIGN_OR_RETURN(const kube::ProxyAnswer answer, access_.ask(member, "POST", path, body, timeout), member);
  return StatusOf(answer, absl::StrCat(member, " ", path));
}

absl::Status RestApi::Restart(const std::string& member, const RestartOptions& options) {
  Json body = Json::object();
  if (options.only_pending) body["restart_pending"] = true;
  if (!options.role.empty()) body["role"] = options.role;
  return Post(member, "/restart", body, access_.long_patience);
}

absl::Status RestApi::Switchover(const std::string& leader, const std::string& candidate) {
  return Post(leader, "/switchover", {{"leader", leader}, {"candidate", candidate}}, access_.long_patience);
}

absl::Status RestApi::Reinitialize(const std::string& member) {
  return Post(member, "/reinitialize", Json::object(), access_.patience);
}

RestAccess ByPodProxy(kube::KubeClient* client, const std::string& namespace_,
                      const std::string& label_selector) {
  RestAccess access;
  access.members = [=]() -> absl::StatusOr<std::vector<std::string>> {
    kube::ListQuery query{.api_version = "v1", .kind = "Pod", .namespace_ = namespace_};
    query.label_selector = label_selector;
    ASSIGN_OR_RETURN(const kube::ObjectList pods, client->List(query));
    std::vector<std::string> names;
    for (const Json& pod : pods.items) names.push_back(kube::TextAt(pod, {"metadata", "name"}));
    return names;
  };
  access.ask = [=](const std::string& member, const std::string& method, const std::string& path,
                   const Json& body, absl::Duration timeout) {
    return client->PodProxy({.method = method,
                             .namespace_ = namespace_,
                             .pod = member,
                             .port = kPort,
                             .path = path,
                             .body = body,
                             .timeout = timeout});
  };
  return access;
}

RestAccess ByHttp(const std::map<std::string, std::string>& urls) {
  RestAccess access;
  const auto http = std::make_shared<kube::HttpClient>();
  access.members = [urls]() -> absl::StatusOr<std::vector<std::string>> {
    std::vector<std::string> names;
    for (const auto& [name, url] : urls) names.push_back(name);
    return names;
  };
  access.ask = [urls, http](const std::string& member, const std::string& method, const std::string& path,
                            const Json& body, absl::Duration timeout) -> absl::StatusOr<kube::ProxyAnswer> {
    const auto url = urls.find(member);
    if (url == urls.end()) return absl::NotFoundError(absl::StrCat("no member ", member));
    kube::HttpRequest request{.method = method, .url = url->second + path, .timeout = timeout};
    request.max_response = kMaxAnswer;
    if (!body.is_null()) {
      request.body = CanonicalJson(body);
      request.headers.emplace_back("Content-Type", "application/json");
    }
    ASSIGN_OR_RETURN(kube::HttpResponse response, http->Do(request));
    return kube::ProxyAnswer{response.code, std::move(response.body)};
  };
  return access;
}

}  // namespace devstats::patroni
