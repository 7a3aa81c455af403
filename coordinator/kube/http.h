// HTTP by libcurl: TLS with a client certificate from memory, HTTP/1.1, limits on
// time and size. No proxy, no redirect, no cookies, nothing from the environment: a request goes where its
// URL says or fails.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/curl/curl.h"
#include "common/secret.h"
#include "common/url_escape.h"

namespace devstats::kube {

// Whom to trust and who we are. PEM; all empty: the system's authorities, no certificate of ours.
struct HttpIdentity {
  std::string ca_pem;
  std::string client_cert_pem;
  Secret client_key_pem;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  absl::Duration timeout = absl::Seconds(30);  // of the whole exchange
  size_t max_response = 64 << 20;              // bytes of body, of a stream: in all; 0: no limit
  // With a sink, the body of a 2xx answer goes to it as it arrives; false ends the exchange, which is then
  // OK.
  std::function<bool(absl::string_view)> sink;
  // Asked at least once a second while the exchange lasts; false cancels it.
  std::function<bool()> go_on;
};

struct HttpResponse {
  int code = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of equal ones the last
  std::string body;                            // without a sink, or of an answer that is not 2xx
};

class HttpClient {
 public:
  explicit HttpClient(HttpIdentity identity = {});
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any answer is OK, whatever its code. Unavailable: no connection, or it broke; DeadlineExceeded;
  // Cancelled; ResourceExhausted: the answer is larger than allowed; PermissionDenied: the server's
  // certificate is not one that we trust. Thread-safe; connections are kept and used again.
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request);

 private:
  struct Exchange;
  void Prepare(void* handle, Exchange* exchange) const;

  const HttpIdentity identity_;
  curl::Handles handles_;
};

}  // namespace devstats::kube
