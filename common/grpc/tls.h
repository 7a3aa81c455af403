// TLS for gRPC: our own authority and nothing else is trusted, and what is read from files is read again when
// they change, so a renewed certificate needs no restart.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/identity.h"
#include "common/pki.h"
#include "common/secret.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/support/channel_arguments.h"

namespace devstats {

// An identity folder: key.pem, and cert.pem with the leaf first (the coordinator's server also sends its CA
// certificate, so that a box that knows only the pin can find it); the authority beside it.
struct IdentityFiles {
  std::string key, certificate, authority;
  static IdentityFiles In(const std::string& folder, const std::string& ca);
};

// OK when all three can be read, the key is the certificate's, and the authority signed it for `now`. The
// errors say which file and what to do: gRPC's own would only be a failed handshake later.
absl::Status CheckIdentity(const IdentityFiles& files, absl::Time now);

// One reader of an identity, shared by all servers and channels that use it (each holds a thread when it
// watches files).
class TlsIdentity {
 public:
  // Looks at the files again every `reload` (at least a second).
  static absl::StatusOr<TlsIdentity> Watch(const IdentityFiles& files, absl::Duration reload);
  // A client that has all of it in memory; `certificate_pem` and key may be empty (enrolment).
  static TlsIdentity Hold(const std::string& ca_pem, const std::string& certificate_pem, const Secret& key);

  // A server that takes only clients with a certificate of the authority, valid and for client use.
  std::shared_ptr<grpc::ServerCredentials> MutualServer() const;
  // A server that asks for no certificate: the enrolment listener, nothing else.
  std::shared_ptr<grpc::ServerCredentials> OpenServer() const;

  // More that the caller wants of a server's certificate: that it is the one issued last, not revoked ...
  using ServerCheck = std::function<absl::Status(const pki::CertificateInfo&)>;
  // A client of the one server that is `server`: the authority's signature, its DNS name and its URI are
  // checked, then `check`, all before the first byte of a call is sent. An empty cluster in `server` means the
  // cluster of the authority, for a box that knows only the authority's pin yet.
  std::shared_ptr<grpc::ChannelCredentials> Channel(const Identity& server, ServerCheck check = nullptr) const;

 private:
  TlsIdentity(std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider, bool has_key)
      : provider_(std::move(provider)), has_key_(has_key) {}
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider_;
  bool has_key_;
};

// Arguments of every channel of ours: the name to check, limits as the servers have them, no proxy from the
// environment, quick reconnects.
grpc::ChannelArguments ClientArguments(const Identity& server);

}  // namespace devstats
