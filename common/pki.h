// Keys and certificates of the cluster's own authority: ECDSA P-256 by OpenSSL, PEM in and out. Subjects,
// names and usages are chosen by the signer; of a request only the public key (with its proof of possession)
// counts.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/secret.h"

namespace devstats::pki {

enum class Usage { kServer, kClient };

struct Profile {
  std::string common_name;
  std::vector<std::string> dns;
  std::vector<std::string> ips;
  std::vector<std::string> uris;  // "devstats://CLUSTER/node/NAME": what authorisation reads
  Usage usage = Usage::kClient;
  absl::Time not_before;
  absl::Time not_after;
};

struct Authority {
  std::string certificate_pem;
  Secret key_pem;
};

struct CertificateInfo {
  std::string common_name;
  std::string serial;  // lower-case hex
  std::vector<std::string> dns, ips, uris;
  absl::Time not_before, not_after;
  std::string spki_pin;  // "sha256:<hex>" of the SubjectPublicKeyInfo
  bool is_ca = false;
};

absl::StatusOr<Secret> NewKey();  // PKCS#8 PEM
absl::StatusOr<Authority> NewAuthority(const std::string& common_name, absl::Time not_before,
                                       absl::Time not_after);
absl::StatusOr<std::string> NewRequest(const Secret& key_pem, const std::string& common_name);
// With an organization, for authorities that take the subject from the request (Kubernetes reads it as a group).
struct Subject {
  std::string common_name, organization;
  friend bool operator==(const Subject&, const Subject&) = default;
};
absl::StatusOr<std::string> NewRequest(const Secret& key_pem, const Subject& subject);
// InvalidArgument unless the subject is exactly one common name and one organization, the request asks for no
// extension, and its signature is by its key.
absl::StatusOr<Subject> RequestSubject(absl::string_view request_pem);
// Checks the request's signature and signs its public key with `profile`. 128-bit random serial.
absl::StatusOr<std::string> Sign(const Authority& ca, absl::string_view request_pem, const Profile& profile);
// Of the first certificate in the text.
absl::StatusOr<CertificateInfo> Inspect(absl::string_view certificate_pem);
absl::StatusOr<std::string> RequestPin(absl::string_view request_pem);  // SPKI pin of a request's key
absl::StatusOr<std::string> KeyPin(const Secret& key_pem);
// OK when `certificate_pem` was signed by `ca_pem` and is valid at `now`.
absl::Status Verify(absl::string_view certificate_pem, absl::string_view ca_pem, absl::Time now);
// Connects by TLS without trusting anything, and returns (PEM) the CA certificate of the server's chain whose
// key has `pin`. PermissionDenied when there is none: somebody else answers there, or the pin is of another
// cluster.
absl::StatusOr<std::string> FetchAuthority(const std::string& host, int port, const std::string& pin,
                                           absl::Duration timeout);

}  // namespace devstats::pki
