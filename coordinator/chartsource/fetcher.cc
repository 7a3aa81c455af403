#include "coordinator/chartsource/fetcher.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr int kMaxRedirects = 10;

bool IsRedirect(int code) { return code == 301 || code == 302 || code == 303 || code == 307 || code == 308; }

absl::string_view Reason(int code) {
  switch (code) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 410:
      return "Gone";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

absl::StatusCode CodeOf(int code) {
  switch (code) {
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
    case 410:
      return absl::StatusCode::kNotFound;
    default:
      return code == 429 || code >= 500 ? absl::StatusCode::kUnavailable
                                        : absl::StatusCode::kFailedPrecondition;
  }
}

// What the server at `url` may have. `redirected`: a server sent us there, not the operator or an index.
void Admit(const Url& url, const Access& access, bool redirected, FetchRequest* request) {
  const bool downgrade = url.scheme == "http" && access.origin.rfind("https:", 0) == 0;
  const bool ours = url.Origin() == access.origin || (access.everywhere && !redirected && !downgrade);
  request->authorization = ours ? access.authorization : Secret();
  request->tls = ours ? access.tls : Tls{.ca_pem = access.tls.ca_pem};
}

absl::StatusOr<Url> NextUrl(const Url& url, const FetchResponse& response) {
  const auto location = response.headers.find("location");
  if (location == response.headers.end() || location->second.empty()) {
    return absl::FailedPreconditionError("a redirect that does not say where to");
  }
  ASSIGN_OR_RETURN(const Url next, Resolve(url, location->second), "redirect");
  if (url.scheme == "https" && next.scheme == "http") {
    return absl::FailedPreconditionError(absl::StrCat("is redirected from https to ", next.Display()));
  }
  return next;
}

}  // namespace

Secret BasicAuthorization(absl::string_view user, const Secret& password) {
  if (user.empty() || password.empty()) return Secret();
  // To be sent, in the form in which HTTP wants it.
  const Secret pair(absl::StrCat(user, ":", password.Reveal()));
  return Secret(absl::StrCat("Basic ", absl::Base64Escape(pair.Reveal())));
}

absl::StatusOr<Fetched> Get(Fetcher& fetcher, FetchRequest request, const Access& access) {
  const absl::Time deadline = absl::Now() + request.timeout;
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    Admit(request.url, access, redirects > 0, &request);
    ASSIGN_OR_RETURN(FetchResponse response, fetcher.Fetch(request));
    if (!request.post.empty() || !IsRedirect(response.code)) return Fetched{std::move(response), request.url};
    ASSIGN_OR_RETURN(Url next, NextUrl(request.url, response), request.url.Display());
    request.url = std::move(next);
    request.timeout = deadline - absl::Now();
    if (request.timeout <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(absl::StrCat(request.url.Display(), ": no answer in time"));
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat(request.url.Display(), ": stopped after ", kMaxRedirects, " redirects"));
}

absl::Status CheckOk(const FetchResponse& response, const Url& url) {
  if (response.code == 200) return absl::OkStatus();
  const std::string reason = response.reason.empty() ? std::string(Reason(response.code)) : response.reason;
  return absl::Status(CodeOf(response.code), absl::StrCat("failed to fetch ", url.Display(), " : ",
                                                          response.code, reason.empty() ? "" : " ", reason));
}

}  // namespace devstats::chartsource
