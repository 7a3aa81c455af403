#include "coordinator/access/authority.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::access {
namespace {

constexpr WriteOptions kPrivate = {.mode = 0600, .keep_mode = false};
constexpr WriteOptions kPublic = {.mode = 0644, .keep_mode = false};

absl::Status SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus(errno, absl::StrCat("open ", path));
  absl::Cleanup close_it = [fd] { close(fd); };
  if (fsync(fd) != 0) return ErrnoStatus(errno, absl::StrCat("fsync ", path));
  return absl::OkStatus();
}

// All of it beside its place, then one rename.
absl::Status MakePki(const coordinator::Paths& paths, absl::Time now) {
  const std::string half = paths.PkiHalfMade();
  std::error_code error;
  std::filesystem::remove_all(half, error);
  if (error) return ErrnoStatus(error.value(), absl::StrCat("remove ", half));
  RETURN_IF_ERROR(MakeFolders(half, 0700));
  // The cluster id is no secret; it only has to be unlike any other.
  const std::string cluster = RandomSecret(8).Reveal();
  ASSIGN_OR_RETURN(const pki::Authority ca, pki::NewAuthority(absl::StrCat("devstats cluster ", cluster),
                                                              now - kClockSkew, now + kAuthorityLife));
  FaultPoint("pki.make.begin", cluster);
  RETURN_IF_ERROR(WriteFileAtomic(half + "/cluster_id", cluster + "\n", kPublic));
  RETURN_IF_ERROR(WriteFileAtomic(half + "/ca-key.pem", ca.key_pem.Reveal(), kPrivate));  // its only home
  RETURN_IF_ERROR(WriteFileAtomic(half + "/ca.pem", ca.certificate_pem, kPublic));
  RETURN_IF_ERROR(SyncFolder(half));
  FaultPoint("pki.make.rename", cluster);
  if (rename(half.c_str(), paths.Pki().c_str()) != 0) {
    return ErrnoStatus(errno, absl::StrCat("rename ", half));
  }
  RETURN_IF_ERROR(SyncFolder(paths.state));
  FaultPoint("pki.make.end", cluster);
  log::Info(absl::StrCat("made the authority of cluster ", cluster));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPart(const std::string& path) {
  auto text = ReadFile(path, 1 << 16);
  if (text.ok()) return text;
  return Hint(absl::DataLossError(absl::StrCat("the authority is damaged: ", text.status().message())),
              "put the folder pki/ back from a copy; a new authority would mean enrolling every box anew");
}

// Whether the folder's certificate still serves: ours, of its key, and young enough.
bool Serves(const std::string& key_pem, const std::string& folder, const std::string& ca_pem,
            absl::string_view cluster, absl::Time now) {
  const auto pem = ReadFile(folder + "/cert.pem", 1 << 16);
  if (!pem.ok()) return false;
  const auto info = pki::Inspect(*pem);
  const auto request = pki::NewRequest(Secret(key_pem), "check");
  if (!info.ok() || !request.ok() || !pki::Verify(*pem, ca_pem, now).ok()) return false;
  const auto pin = pki::RequestPin(*request);
  const auto identity = IdentityOf(info->uris);
  return pin.ok() && *pin == info->spki_pin && identity.ok() && *identity == CoordinatorIdentity(cluster) &&
         now < RenewalTime(info->not_before, info->not_after);
}

// The folder's key, made when there is none or none that can be read.
absl::StatusOr<std::string> KeyIn(const std::string& folder) {
  const std::string path = folder + "/key.pem";
  if (auto key = ReadFile(path, 1 << 16); key.ok() && pki::NewRequest(Secret(*key), "check").ok()) return key;
  RETURN_IF_ERROR(MakeFolders(folder, 0700));
  ASSIGN_OR_RETURN(const Secret key, pki::NewKey());
  RETURN_IF_ERROR(WriteFileAtomic(path, key.Reveal(), kPrivate));  // its only home
  return key.Reveal();
}

}  // namespace

absl::Time RenewalTime(absl::Time not_before, absl::Time not_after) {
  return not_before + (not_after - not_before) * 2 / 3;
}

absl::StatusOr<std::unique_ptr<Authority>> Authority::Open(const coordinator::Paths& paths,
                                                           const Clock* clock) {
  RETURN_IF_ERROR(MakeFolders(paths.state, 0700));
  if (!Exists(paths.Pki())) RETURN_IF_ERROR(MakePki(paths, clock->Now()), "making the cluster's authority");
  std::unique_ptr<Authority> out(new Authority(paths, clock));
  RETURN_IF_ERROR(out->Load());
  RETURN_IF_ERROR(out->RenewOwn());
  return out;
}

absl::Status Authority::Load() {
  ASSIGN_OR_RETURN(const std::string cluster, ReadPart(paths_.ClusterId()));
  cluster_ = std::string(absl::StripAsciiWhitespace(cluster));
  RETURN_IF_ERROR(CheckClusterId(cluster_), paths_.ClusterId());
  ASSIGN_OR_RETURN(ca_.certificate_pem, ReadPart(paths_.Ca()));
  ASSIGN_OR_RETURN(std::string key, ReadPart(paths_.CaKey()));
  ca_.key_pem = Secret(std::move(key));
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(ca_.certificate_pem), paths_.Ca());
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(ca_.key_pem, "check"), paths_.CaKey());
  ASSIGN_OR_RETURN(const std::string key_pin, pki::RequestPin(request));
  if (!info.is_ca || key_pin != info.spki_pin) {
    return absl::DataLossError(absl::StrCat("the authority is damaged: ", paths_.CaKey(),
                                            " is not the key of ", paths_.Ca()));
  }
  pin_ = info.spki_pin;
  return absl::OkStatus();
}

absl::Status Authority::RenewOwn() {
  absl::MutexLock lock(&mu_);
  RETURN_IF_ERROR(RenewFolder(paths_.Server(), pki::Usage::kServer), "the coordinator's server certificate");
  return Annotate(RenewFolder(paths_.Client(), pki::Usage::kClient), "the coordinator's client certificate");
}

// The key stays over renewals: whoever could read it could read the authority's beside it, and so there is no
// moment in which key and certificate on disk do not belong together.
absl::Status Authority::RenewFolder(const std::string& folder, pki::Usage usage) {
  ASSIGN_OR_RETURN(const std::string key, KeyIn(folder));
  if (Serves(key, folder, ca_.certificate_pem, cluster_, clock_->Now())) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(Secret(key), "coordinator"));
  ASSIGN_OR_RETURN(std::string chain,
                   SignAs(CoordinatorIdentity(cluster_), usage, request, kCoordinatorLife));
  if (usage == pki::Usage::kServer) absl::StrAppend(&chain, ca_.certificate_pem);
  FaultPoint("pki.renew", folder);
  RETURN_IF_ERROR(WriteFileAtomic(folder + "/cert.pem", chain, kPublic));
  log::Info(absl::StrCat("signed ", folder, "/cert.pem"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Authority::Sign(const Identity& whom, absl::string_view csr_pem,
                                            absl::Duration life) const {
  if (whom.kind == Identity::Kind::kCoordinator) {
    return absl::InternalError("the coordinator's certificates are not signed on request");
  }
  const bool node = whom.kind == Identity::Kind::kNode;
  return SignAs(whom, node ? pki::Usage::kServer : pki::Usage::kClient, csr_pem, life);
}

absl::StatusOr<std::string> Authority::SignAs(const Identity& whom, pki::Usage usage,
                                              absl::string_view csr_pem, absl::Duration life) const {
  ASSIGN_OR_RETURN(const pki::CertificateInfo ca, pki::Inspect(ca_.certificate_pem));
  const absl::Time now = clock_->Now();
  if (now >= ca.not_after) return absl::FailedPreconditionError("the cluster's authority has expired");
  pki::Profile profile;
  profile.common_name = whom.name.empty() ? "coordinator" : whom.name;
  profile.uris = {whom.Uri()};
  if (usage == pki::Usage::kServer) profile.dns = {whom.DnsName()};
  profile.usage = usage;
  profile.not_before = std::max(now - kClockSkew, ca.not_before);
  profile.not_after = std::min(now + life, ca.not_after);
  return pki::Sign(ca_, csr_pem, profile);
}

}  // namespace devstats::access
