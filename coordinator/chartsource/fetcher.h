// Asking servers for charts. A Fetcher makes one exchange; Get() above it follows redirects and decides, at
// each step, what the server there may know of us.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/secret.h"
#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {

// Whom to trust and who we are. PEM; empty: the system's authorities, no certificate of ours.
struct Tls {
  std::string ca_pem;
  std::string client_cert_pem;
  Secret client_key_pem;
  bool insecure = false;  // any certificate will do
};

struct FetchRequest {
  Url url;
  std::vector<std::pair<std::string, std::string>> headers;
  Secret authorization;  // the value of that header
  Tls tls;
  std::string post;  // not empty: POST of this form
  size_t max_bytes = 4 << 20;
  absl::Duration timeout = absl::Seconds(120);  // of the whole exchange
  // The server may compress what it sends; max_bytes counts what comes out. Not for .tgz: many a server calls
  // their gzip a transport encoding.
  bool compressed = false;
};

struct FetchResponse {
  int code = 0;
  std::string reason;                          // the server's words for the code, if it has any
  std::map<std::string, std::string> headers;  // names in lower case; of equal ones the last
  std::string body;
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // Any answer is OK, whatever its code; a redirect is an answer. Unavailable: no connection, or it broke
  // before the end; DeadlineExceeded; ResourceExhausted: larger than allowed; PermissionDenied: the server's
  // certificate is not one that we trust. Thread-safe.
  virtual absl::StatusOr<FetchResponse> Fetch(const FetchRequest& request) = 0;
};

// What a repository or registry lets us in with. It goes to `origin` (Url::Origin) alone: not to another
// host, port or scheme, be it named by an index or by a redirect. The authorities are no secret: they hold
// for whatever is fetched on behalf of the repository, as in Helm.
struct Access {
  std::string origin;
  Secret authorization;
  Tls tls;
  // The operator's word that the servers which the index names may have all of it, too (--pass-credentials).
  // Redirects may not in any case, nor does anything go from https to http.
  bool everywhere = false;
};

// "Basic ...", or nothing without a user or password.
Secret BasicAuthorization(absl::string_view user, const Secret& password);

struct Fetched {
  FetchResponse response;
  Url url;  // where it came from in the end
};
// The answer after up to ten redirects, none of them from https to http; `request.timeout` is for all of
// them. authorization and tls are set from `access`. A request with `post` follows none.
absl::StatusOr<Fetched> Get(Fetcher& fetcher, FetchRequest request, const Access& access);

// OK for 200; else "failed to fetch URL : 404 Not Found", the code chosen after the answer's.
absl::Status CheckOk(const FetchResponse& response, const Url& url);

}  // namespace devstats::chartsource
