// The cluster's own authority: made at the first start, it signs every certificate of the cluster. Its key is
// in the coordinator's state folder and nowhere else.
#pragma once
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/identity.h"
#include "common/pki.h"
#include "coordinator/paths.h"

namespace devstats::access {

inline constexpr absl::Duration kAuthorityLife = absl::Hours(24 * 3650);
inline constexpr absl::Duration kCoordinatorLife = absl::Hours(24 * 90);
// Certificates start this much earlier, for boxes whose clock is behind.
inline constexpr absl::Duration kClockSkew = absl::Minutes(5);

class Authority {
 public:
  // Opens the PKI folder, or makes authority and cluster id when there is none; then RenewOwn. The folder
  // appears whole or not at all; one that lacks a file is DataLoss, never replaced: a new authority would
  // orphan every box. `clock` is not owned.
  static absl::StatusOr<std::unique_ptr<Authority>> Open(const coordinator::Paths& paths, const Clock* clock);

  const std::string& cluster() const { return cluster_; }
  const std::string& ca_pem() const { return ca_.certificate_pem; }
  const std::string& pin() const { return pin_; }  // "sha256:<hex>", what boxes are told

  // Makes or signs again the coordinator's server and client certificates: absent, damaged, of another key,
  // or past 2/3 of their life. Nothing else is written. Servers that watch the files pick them up. To be
  // called now and then (hourly). Thread-safe.
  absl::Status RenewOwn();

  // Signs the key of a request for `whom`, valid from now for `life`, though never beyond the authority
  // itself. Nodes become servers only, users and the coordinator's client identity clients only.
  // InvalidArgument for a bad request. Thread-safe.
  absl::StatusOr<std::string> Sign(const Identity& whom, absl::string_view csr_pem, absl::Duration life) const;

 private:
  Authority(coordinator::Paths paths, const Clock* clock) : paths_(std::move(paths)), clock_(clock) {}
  absl::Status Load();
  absl::Status RenewFolder(const std::string& folder, pki::Usage usage) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<std::string> SignAs(const Identity& whom, pki::Usage usage, absl::string_view csr_pem,
                                     absl::Duration life) const;

  const coordinator::Paths paths_;
  const Clock* clock_;
  std::string cluster_, pin_;
  pki::Authority ca_;
  absl::Mutex mu_;  // one renewal at a time
};

// When a certificate with this validity is to be renewed: at 2/3 of its life.
absl::Time RenewalTime(absl::Time not_before, absl::Time not_after);

}  // namespace devstats::access
