// How a box gets its first certificate, apart from the wire: tokens, limits, issue, audit.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "coordinator/access/audit.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/limiter.h"
#include "coordinator/access/nodes.h"
#include "coordinator/access/tokens.h"

namespace devstats::access {

struct EnrolRequest {
  std::string node;
  Secret token;
  std::string csr_pem;
  std::string peer;  // address without port
};
struct Enrolled {
  std::string cluster;
  std::string certificate_pem;
  std::string ca_pem;
};

class Enroller {
 public:
  struct Parts {  // none is owned
    Authority* authority;
    Tokens* tokens;
    NodeCertificates* nodes;
    Audit* audit;
    const Clock* clock;
  };
  // `enrolled` is told the node's name after each success.
  explicit Enroller(Parts parts, std::function<void(const std::string& node)> enrolled = nullptr);

  // Checks what is cheap first: limits, names, sizes, the request's form; then the token is used up for the
  // request's key, then a certificate issued. A cut anywhere costs nothing: the same key asks again. Every
  // attempt leaves its line, but for those of a peer that fails too often (ten in a minute):
  // ResourceExhausted, one line a minute. Thread-safe.
  absl::StatusOr<Enrolled> DoEnrol(const EnrolRequest& request);

 private:
  absl::StatusOr<std::string> CheckRequest(const EnrolRequest& request);
  absl::Status Refuse(const EnrolRequest& request, absl::Status why);

  const Parts parts_;
  const std::function<void(const std::string&)> enrolled_;
  FailureLimiter limiter_;
};

}  // namespace devstats::access
