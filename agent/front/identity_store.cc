#include "agent/front/identity_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/metrics.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

Gauge not_after("devstats_agent_certificate_not_after_seconds",
                "When the certificate of this box expires, Unix time.");

}  // namespace

absl::StatusOr<std::string> IdentityStore::NewRequest(const std::string& node) {
  RETURN_IF_ERROR(MakeFolders(paths_.Front(), 0700));
  auto kept = ReadFile(PendingKey());
  if (kept.ok()) return pki::NewRequest(Secret(*kept), node);
  if (!absl::IsNotFound(kept.status())) return kept.status();
  ASSIGN_OR_RETURN(Secret key, pki::NewKey());
  // The key leaves only to its own file; the folder is readable by the front alone.
  RETURN_IF_ERROR(WriteFileAtomic(PendingKey(), key.Reveal(), {.mode = 0600}));
  return pki::NewRequest(key, node);
}

absl::Status IdentityStore::Install(const std::string& certificate_pem, const std::string& ca_pem) {
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(certificate_pem),
                   "the certificate received");
  RETURN_IF_ERROR(pki::Verify(certificate_pem, ca_pem, clock_->Now()), "the certificate received");
  if (auto current = Current(); current.ok() && current->serial == info.serial) return TidyUp(info);
  auto key_pem = ReadFile(PendingKey());
  if (absl::IsNotFound(key_pem.status()))
    return absl::FailedPreconditionError("no certificate was asked for");
  RETURN_IF_ERROR(key_pem.status());
  const Secret key(*std::move(key_pem));
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(key, info.common_name));
  ASSIGN_OR_RETURN(const std::string pin, pki::RequestPin(request));
  if (pin != info.spki_pin) return absl::InvalidArgumentError("the certificate received is for another key");
  const std::string folder = paths_.IdentityFolder(info.serial);
  RETURN_IF_ERROR(MakeFolders(folder, 0700));
  RETURN_IF_ERROR(WriteFileAtomic(Paths::KeyIn(folder), key.Reveal(), {.mode = 0600}));
  RETURN_IF_ERROR(WriteFileAtomic(Paths::CertificateIn(folder), certificate_pem));
  RETURN_IF_ERROR(WriteFileAtomic(paths_.Ca(), ca_pem));
  FaultPoint("identity.written", info.serial);
  RETURN_IF_ERROR(SwitchTo(folder));
  FaultPoint("identity.switched", info.serial);
  not_after.Set(static_cast<double>(absl::ToUnixSeconds(info.not_after)));
  return TidyUp(info);
}

absl::Status IdentityStore::SwitchTo(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  const std::string next = paths_.Identity() + ".next";
  ::unlink(next.c_str());
  if (::symlink(name.c_str(), next.c_str()) != 0 || ::rename(next.c_str(), paths_.Identity().c_str()) != 0)
    return ErrnoStatus(errno, paths_.Identity());
  return absl::OkStatus();
}

absl::Status IdentityStore::TidyUp(const pki::CertificateInfo& in_use) {
  ASSIGN_OR_RETURN(auto names, ListFolder(paths_.Front()));
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(paths_.Front(), "/", name);
    if (!absl::StartsWith(name, "identity-") || path == paths_.IdentityFolder(in_use.serial)) continue;
    RETURN_IF_ERROR(RemoveFile(Paths::KeyIn(path)));
    RETURN_IF_ERROR(RemoveFile(Paths::CertificateIn(path)));
    ::rmdir(path.c_str());
  }
  auto waiting = ReadFile(PendingKey());
  if (absl::IsNotFound(waiting.status())) return absl::OkStatus();
  RETURN_IF_ERROR(waiting.status());
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(Secret(*std::move(waiting)), in_use.common_name));
  ASSIGN_OR_RETURN(const std::string pin, pki::RequestPin(request));
  return pin == in_use.spki_pin ? RemoveFile(PendingKey()) : absl::OkStatus();  // else it waits for another answer
}

absl::StatusOr<pki::CertificateInfo> IdentityStore::Current() const {
  ASSIGN_OR_RETURN(std::string pem, ReadFile(Paths::CertificateIn(paths_.Identity())));
  ASSIGN_OR_RETURN(pki::CertificateInfo info, pki::Inspect(pem));
  not_after.Set(static_cast<double>(absl::ToUnixSeconds(info.not_after)));
  return info;
}

}  // namespace devstats::agent
