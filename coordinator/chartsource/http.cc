#include "coordinator/chartsource/http.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kIdleHandles = 4;
constexpr size_t kMaxReason = 100;

curl::HeaderList ToList(const FetchRequest& request) {
  curl::HeaderList list = curl::NewHeaders();
  for (const auto& [name, value] : request.headers) curl::Add(name, value, list);
  // To the server that it is for.
  if (!request.authorization.empty()) curl::Add("Authorization", request.authorization.Reveal(), list);
  return list;
}

absl::StatusCode CodeOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_PEER_FAILED_VERIFICATION:
      return absl::StatusCode::kPermissionDenied;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return absl::StatusCode::kInvalidArgument;
    case CURLE_FILESIZE_EXCEEDED:
      return absl::StatusCode::kResourceExhausted;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

void SetTls(CURL* handle, const Tls& tls) {
  if (tls.insecure) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl::SetTls(handle, tls.ca_pem, tls.client_cert_pem, tls.client_key_pem);
}

}  // namespace

// One request under way: what curl's callbacks write to.
struct HttpFetcher::Exchange {
  const FetchRequest& request;
  const std::string url;
  FetchResponse response;
  size_t header_bytes = 0;
  bool too_large = false;
  char error[CURL_ERROR_SIZE] = "";

  static size_t OnBody(char* data, size_t, size_t size, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    x.too_large = size > x.request.max_bytes - x.response.body.size();
    if (x.too_large) return 0;
    x.response.body.append(data, size);
    return size;
  }
  // A status line: "HTTP/1.1 404 Not Found". What came before it was of a proxy, or 100 Continue.
  void Begin(absl::string_view text) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(' ', 2));
    response.headers.clear();
    response.reason.clear();
    if (parts.size() < 3) return;
    for (const char c : absl::StripAsciiWhitespace(parts[2]).substr(0, kMaxReason)) {
      if (absl::ascii_isprint(static_cast<unsigned char>(c))) response.reason += c;
    }
  }
  static size_t OnHeader(char* data, size_t, size_t size, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    x.header_bytes += size;
    x.too_large = x.header_bytes > curl::kMaxHeaderBytes;
    if (x.too_large) return 0;
    const absl::string_view text(data, size);
    if (absl::StartsWith(text, "HTTP/")) x.Begin(text);
    curl::ReadHeader(text, x.response.headers);
    return size;
  }
};

HttpFetcher::HttpFetcher(std::string user_agent)
    : user_agent_(std::move(user_agent)), handles_(kIdleHandles) {}

void HttpFetcher::Prepare(void* handle, Exchange* exchange) const {
  const FetchRequest& request = exchange->request;
  const auto set = [&](auto option, auto value) { curl_easy_setopt(handle, option, value); };
  curl::Restrict(handle);
  set(CURLOPT_URL, exchange->url.c_str());
  set(CURLOPT_USERAGENT, user_agent_.c_str());
  if (request.url.IsLoopback()) set(CURLOPT_PROXY, "");
  if (request.compressed) set(CURLOPT_ACCEPT_ENCODING, "");
  const int64_t timeout = std::clamp<int64_t>(absl::ToInt64Milliseconds(request.timeout), 1, 86'400'000);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min<int64_t>(timeout, 30'000)));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.max_bytes));  // when the length is told
  set(CURLOPT_ERRORBUFFER, exchange->error);
  set(CURLOPT_WRITEFUNCTION, &Exchange::OnBody);
  set(CURLOPT_WRITEDATA, exchange);
  set(CURLOPT_HEADERFUNCTION, &Exchange::OnHeader);
  set(CURLOPT_HEADERDATA, exchange);
  if (!request.post.empty()) {
    set(CURLOPT_POSTFIELDS, request.post.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.post.size()));
  }
  SetTls(handle, request.tls);
}

absl::StatusOr<FetchResponse> HttpFetcher::Fetch(const FetchRequest& request) {
  CURL* handle = handles_.Take();
  if (handle == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  Exchange exchange{.request = request, .url = request.url.Text()};
  Prepare(handle, &exchange);
  const curl::HeaderList headers = ToList(request);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(handle);
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  handles_.Give(handle);
  exchange.response.code = static_cast<int>(answer);
  if (code == CURLE_OK) return std::move(exchange.response);
  if (exchange.too_large || code == CURLE_FILESIZE_EXCEEDED) {
    return absl::ResourceExhaustedError(
        absl::StrCat(request.url.Display(), ": the answer is larger than ", request.max_bytes, " bytes"));
  }
  const std::string why = exchange.error[0] ? exchange.error : curl_easy_strerror(code);
  return absl::Status(CodeOf(code), absl::StrCat(request.url.Display(), ": ", why));
}

}  // namespace devstats::chartsource
