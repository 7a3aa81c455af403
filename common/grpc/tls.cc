#include "common/grpc/tls.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/grpc/server.h"
#include "common/grpc/status.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace devstats {
namespace {

namespace tls = grpc::experimental;

absl::string_view View(const grpc::string_ref& s) { return {s.data(), s.size()}; }

absl::Status CheckServer(const Identity& want, const TlsIdentity::ServerCheck& check, absl::string_view pem) {
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(pem), "certificate of the server");
  ASSIGN_OR_RETURN(const Identity is, IdentityOf(info.uris), "certificate of the server");
  const bool named = std::find(info.dns.begin(), info.dns.end(), want.DnsName()) != info.dns.end();
  const bool same = want.cluster.empty() ? is.kind == want.kind && is.name == want.name : is == want;
  if (!same || !named) {
    return absl::PermissionDeniedError(absl::StrCat("somebody else answers there: ", is.Uri(), " instead of ",
                                                    want.cluster.empty() ? want.DnsName() : want.Uri()));
  }
  return check ? check(info) : absl::OkStatus();
}

// Takes the place of gRPC's host name check, which knows neither our URIs nor revocation.
class ServerVerifier : public tls::ExternalCertificateVerifier {
 public:
  ServerVerifier(Identity want, TlsIdentity::ServerCheck check)
      : want_(std::move(want)), check_(std::move(check)) {}
  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    *status = ToGrpc(CheckServer(want_, check_, View(request->peer_cert())));
    return true;  // done at once
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  const Identity want_;
  const TlsIdentity::ServerCheck check_;
};

}  // namespace

IdentityFiles IdentityFiles::In(const std::string& folder, const std::string& ca) {
  return {absl::StrCat(folder, "/key.pem"), absl::StrCat(folder, "/cert.pem"), ca};
}

absl::Status CheckIdentity(const IdentityFiles& files, absl::Time now) {
  ASSIGN_OR_RETURN(std::string key, ReadFile(files.key, 1 << 16), "reading the private key");
  ASSIGN_OR_RETURN(const std::string leaf, ReadFile(files.certificate, 1 << 16), "reading the certificate");
  ASSIGN_OR_RETURN(const std::string ca, ReadFile(files.authority, 1 << 16), "reading the authority");
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(leaf), files.certificate);
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(Secret(std::move(key)), "check"), files.key);
  ASSIGN_OR_RETURN(const std::string pin, pki::RequestPin(request), files.key);
  if (pin != info.spki_pin) {
    return absl::FailedPreconditionError(
        absl::StrCat("the key in ", files.key, " is not that of ", files.certificate));
  }
  return Annotate(pki::Verify(leaf, ca, now), files.certificate);
}

absl::StatusOr<TlsIdentity> TlsIdentity::Watch(const IdentityFiles& files, absl::Duration reload) {
  for (const std::string& path : {files.key, files.certificate, files.authority}) {
    if (!Exists(path)) return absl::NotFoundError(absl::StrCat(path, ": no such file"));
  }
  const auto seconds = std::max<int64_t>(1, absl::ToInt64Seconds(reload));
  return TlsIdentity(std::make_shared<tls::FileWatcherCertificateProvider>(
                         files.key, files.certificate, files.authority, static_cast<unsigned>(seconds)),
                     true);
}

TlsIdentity TlsIdentity::Hold(const std::string& ca_pem, const std::string& certificate_pem,
                              const Secret& key) {
  if (key.empty()) return {std::make_shared<tls::StaticDataCertificateProvider>(ca_pem), false};
  // Into gRPC's own memory: there is no handshake without it.
  const std::vector<tls::IdentityKeyCertPair> pairs = {{key.Reveal(), certificate_pem}};
  return {std::make_shared<tls::StaticDataCertificateProvider>(ca_pem, pairs), true};
}

std::shared_ptr<grpc::ServerCredentials> TlsIdentity::MutualServer() const {
  tls::TlsServerCredentialsOptions options(provider_);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ServerCredentials> TlsIdentity::OpenServer() const {
  tls::TlsServerCredentialsOptions options(provider_);
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TlsIdentity::Channel(const Identity& server,
                                                               ServerCheck check) const {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider_);
  options.watch_root_certs();
  if (has_key_) options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_check_call_host(false);  // the verifier below says more than a host name
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<ServerVerifier>(server, std::move(check)));
  return tls::TlsCredentials(options);
}

grpc::ChannelArguments ClientArguments(const Identity& server) {
  grpc::ChannelArguments args;
  args.SetSslTargetNameOverride(server.DnsName());
  args.SetMaxReceiveMessageSize(kMaxMessageBytes);
  args.SetMaxSendMessageSize(kMaxMessageBytes);
  args.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  args.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 500);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  return args;
}

}  // namespace devstats
