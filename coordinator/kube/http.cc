#include "coordinator/kube/http.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::kube {
namespace {

constexpr size_t kIdleHandles = 32;

curl::HeaderList ToList(const std::vector<std::pair<std::string, std::string>>& headers) {
  curl::HeaderList list = curl::NewHeaders();
  for (const auto& [name, value] : headers) curl::Add(name, value, list);
  return list;
}

absl::StatusCode CodeOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return absl::StatusCode::kPermissionDenied;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

// One request under way: what curl's callbacks write to.
struct HttpClient::Exchange {
  const HttpRequest& request;
  void* handle = nullptr;
  HttpResponse response;
  size_t received = 0, header_bytes = 0;
  bool too_large = false, ended = false, cancelled = false;
  char error[CURL_ERROR_SIZE] = "";

  bool Streams() {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return request.sink && code >= 200 && code < 300;
  }
  static size_t OnBody(char* data, size_t, size_t size, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    x.received += size;
    x.too_large = x.request.max_response > 0 && x.received > x.request.max_response;
    if (x.too_large) return 0;
    if (!x.Streams()) {
      x.response.body.append(data, size);
      return size;
    }
    x.ended = !x.request.sink({data, size});
    return x.ended ? 0 : size;
  }
  static size_t OnHeader(char* data, size_t, size_t size, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    x.header_bytes += size;
    x.too_large = x.header_bytes > curl::kMaxHeaderBytes;
    if (x.too_large) return 0;
    curl::ReadHeader({data, size}, x.response.headers);
    return size;
  }
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& x = *static_cast<Exchange*>(self);
    x.cancelled = x.request.go_on && !x.request.go_on();
    return x.cancelled ? 1 : 0;
  }
};

HttpClient::HttpClient(HttpIdentity identity) : identity_(std::move(identity)), handles_(kIdleHandles) {}

void HttpClient::Prepare(void* handle, Exchange* exchange) const {
  const HttpRequest& request = exchange->request;
  const auto set = [&](auto option, auto value) { curl_easy_setopt(handle, option, value); };
  curl::Restrict(handle);
  set(CURLOPT_URL, request.url.c_str());
  // Each exchange has its connection to itself, where HTTP/2 only costs: a tenth of an API server's time.
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(CURLOPT_PROXY, "");
  set(CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(request.timeout)));
  set(CURLOPT_TCP_KEEPALIVE, 1L);  // a watch may be silent for minutes: a dead peer must show
  set(CURLOPT_TCP_KEEPIDLE, 30L);
  set(CURLOPT_TCP_KEEPINTVL, 10L);
  set(CURLOPT_ERRORBUFFER, exchange->error);
  set(CURLOPT_WRITEFUNCTION, &Exchange::OnBody);
  set(CURLOPT_WRITEDATA, exchange);
  set(CURLOPT_HEADERFUNCTION, &Exchange::OnHeader);
  set(CURLOPT_HEADERDATA, exchange);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Exchange::OnProgress);
  set(CURLOPT_XFERINFODATA, exchange);
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  curl::SetTls(handle, identity_.ca_pem, identity_.client_cert_pem, identity_.client_key_pem);
}

absl::StatusOr<HttpResponse> HttpClient::Do(const HttpRequest& request) {
  CURL* handle = handles_.Take();
  if (!handle) return absl::ResourceExhaustedError("no memory for a connection");
  Exchange exchange{.request = request, .handle = handle};
  Prepare(handle, &exchange);
  const curl::HeaderList headers = ToList(request.headers);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(handle);
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  handles_.Give(handle);
  exchange.response.code = static_cast<int>(answer);
  if (code == CURLE_OK || exchange.ended) return std::move(exchange.response);
  if (exchange.too_large) {
    return absl::ResourceExhaustedError(
        absl::StrCat(request.url, ": the answer is larger than ", request.max_response, " bytes"));
  }
  if (exchange.cancelled) return absl::CancelledError(absl::StrCat(request.url, ": cancelled"));
  const std::string why = exchange.error[0] ? exchange.error : curl_easy_strerror(code);
  return absl::Status(CodeOf(code), absl::StrCat(request.url, ": ", why));
}

}  // namespace devstats::kube
