#include "common/grpc/peer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/pki.h"
#include "common/status.h"
#include "grpc/grpc_security_constants.h"

namespace devstats {

absl::StatusOr<Peer> PeerOf(const grpc::AuthContext& context) {
  const auto pem = context.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (!context.IsPeerAuthenticated() || pem.size() != 1) {
    return absl::UnauthenticatedError("the caller has no certificate");
  }
  auto info = pki::Inspect(absl::string_view(pem.front().data(), pem.front().size()));
  if (!info.ok()) return absl::UnauthenticatedError(absl::StrCat("certificate: ", info.status().message()));
  auto identity = IdentityOf(info->uris);
  if (!identity.ok()) {
    return absl::PermissionDeniedError(absl::StrCat("certificate: ", identity.status().message()));
  }
  return Peer{*std::move(identity), info->common_name, info->serial, info->spki_pin, info->not_after};
}

absl::Status RequireCoordinator(const grpc::AuthContext& context, absl::string_view cluster) {
  ASSIGN_OR_RETURN(const Peer peer, PeerOf(context));
  if (peer.identity == CoordinatorIdentity(cluster)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("only the coordinator of cluster ", cluster, " may call this, not ", peer.identity.Uri()));
}

std::string HostOfPeer(absl::string_view grpc_peer) {
  absl::string_view rest = grpc_peer;
  if (absl::ConsumePrefix(&rest, "ipv4:")) return std::string(rest.substr(0, rest.rfind(':')));
  if (absl::ConsumePrefix(&rest, "ipv6:")) {
    std::string plain = absl::StrReplaceAll(rest, {{"%5B", "["}, {"%5D", "]"}, {"%25", "%"}});
    const size_t end = plain.rfind(']');
    if (absl::StartsWith(plain, "[") && end != std::string::npos) return plain.substr(1, end - 1);
    return plain;
  }
  return std::string(rest);
}

}  // namespace devstats
