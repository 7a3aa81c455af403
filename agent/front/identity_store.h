// The front's key and certificate on disk: replaced as a pair by renaming a link, so that no reader sees a
// key with another's certificate and a cut leaves the old pair or the new.
#pragma once
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/paths.h"
#include "common/clock.h"
#include "common/pki.h"

namespace devstats::agent {

class IdentityStore {
 public:
  IdentityStore(Paths paths, const Clock* clock)
      : paths_(std::move(paths)), clock_(clock) {}  // clock not owned

  // A certificate request with a new key. The key waits on disk until Install; a request made before and not
  // yet answered is made again from the same key, so a lost answer costs nothing.
  absl::StatusOr<std::string> NewRequest(const std::string& node);
  // Installs the certificate that answers the waiting key. InvalidArgument when it is for another key,
  // PermissionDenied when `ca_pem` did not sign it. The same certificate again is OK.
  absl::Status Install(const std::string& certificate_pem, const std::string& ca_pem);
  // The certificate in use. NotFound before enrolment.
  absl::StatusOr<pki::CertificateInfo> Current() const;
  std::string ca_path() const { return paths_.Ca(); }

 private:
  std::string PendingKey() const { return paths_.Front() + "/next-key.pem"; }
  absl::Status SwitchTo(const std::string& folder);
  // Removes pairs that are not in use any more, and the waiting key if it is the one in use.
  absl::Status TidyUp(const pki::CertificateInfo& in_use);
  const Paths paths_;
  const Clock* const clock_;
};

}  // namespace devstats::agent
