#include "coordinator/chartsource/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kIdleHandles = 4;
constexpr size_t kMaxHeaderBytes = 64 << 10;
constexpr size_t kMaxReason = 100;

void InitializeOnce() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) std::abort();  // without a TLS library nothing works
}

curl_blob Blob(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};  // curl only reads it
}

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderList ToList(const FetchRequest& request) {
  HeaderList list(curl_slist_append(nullptr, "Expect:"), curl_slist_free_all);  // no wait for 100-continue
  const auto add = [&](absl::string_view name, absl::string_view value) {
    list.reset(curl_slist_append(list.release(), absl::StrCat(name, ": ", value).c_str()));
  };
  for (const auto& [name, value] : request.headers) add(name, value);
  // To the server that it is for.
  if (!request.authorization.empty()) add("Authorization", request.authorization.Reveal());
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
  if (!tls.ca_pem.empty()) {
    const curl_blob ca = Blob(tls.ca_pem);
    curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &ca);
  }
  if (tls.client_cert_pem.empty()) return;
  const curl_blob certificate = Blob(tls.client_cert_pem);
  const curl_blob key = Blob(tls.client_key_pem.Reveal());  // to sign the handshake
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, "PEM");
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
  curl_easy_setopt(handle, CURLOPT_SSLKEYTYPE, "PEM");
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
    x.too_large = x.header_bytes > kMaxHeaderBytes;
    if (x.too_large) return 0;
    const absl::string_view text(data, size);
    if (absl::StartsWith(text, "HTTP/")) x.Begin(text);
    const std::pair<absl::string_view, absl::string_view> line =
        absl::StrSplit(text, absl::MaxSplits(':', 1));
    if (!line.second.empty()) {
      x.response.headers[absl::AsciiStrToLower(line.first)] =
          std::string(absl::StripAsciiWhitespace(line.second));
    }
    return size;
  }
};

HttpFetcher::HttpFetcher(std::string user_agent) : user_agent_(std::move(user_agent)) { InitializeOnce(); }

HttpFetcher::~HttpFetcher() {
  absl::MutexLock lock(&mutex_);
  for (void* handle : idle_) curl_easy_cleanup(handle);
}

void* HttpFetcher::Take() {
  absl::MutexLock lock(&mutex_);
  if (idle_.empty()) return curl_easy_init();
  void* handle = idle_.back();
  idle_.pop_back();
  return handle;
}

void HttpFetcher::Give(void* handle) {
  curl_easy_reset(handle);  // keeps the connections
  absl::MutexLock lock(&mutex_);
  if (idle_.size() < kIdleHandles) {
    idle_.push_back(handle);
  } else {
    curl_easy_cleanup(handle);
  }
}

void HttpFetcher::Prepare(void* handle, Exchange* exchange) const {
  const FetchRequest& request = exchange->request;
  const auto set = [&](auto option, auto value) { curl_easy_setopt(handle, option, value); };
  set(CURLOPT_URL, exchange->url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, user_agent_.c_str());
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
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
  void* handle = Take();
  if (handle == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  Exchange exchange{.request = request, .url = request.url.Text()};
  Prepare(handle, &exchange);
  const HeaderList headers = ToList(request);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(handle);
  long answer = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer);
  Give(handle);
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
