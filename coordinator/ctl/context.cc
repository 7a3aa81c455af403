#include "coordinator/ctl/context.h"

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/identity.h"
#include "common/pki.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {
namespace {

constexpr size_t kMaxFile = 64 << 10;

std::string KeyOf(const std::string& folder) { return folder + "/key.pem"; }

bool OthersMayRead(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0;
}

// A context that cannot work is told apart here; the handshake would only say "connection reset".
absl::Status Check(const Context& context, const pki::CertificateInfo& info, const std::string& folder,
                   absl::Time now) {
  const std::string certificate = folder + "/cert.pem";
  ASSIGN_OR_RETURN(const std::string request, pki::NewRequest(context.key, "check"), KeyOf(folder));
  ASSIGN_OR_RETURN(const std::string pin, pki::RequestPin(request), KeyOf(folder));
  if (pin != info.spki_pin)
    return absl::FailedPreconditionError(absl::StrCat("key.pem in ", folder, " is not that of cert.pem"));
  if (now > info.not_after)
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(certificate, ": expired at ",
                                 Moment(absl::ToUnixMillis(info.not_after), absl::UTCTimeZone()), " UTC")),
                "an admin gives a new one: devstatsctl access add NAME --role ROLE");
  return Annotate(pki::Verify(context.certificate_pem, context.ca_pem, now), certificate);
}

}  // namespace

std::string Target::Shown() const { return socket.empty() ? context : socket; }

absl::StatusOr<Target> ChooseTarget(const std::string& socket, const std::string& context,
                                    const std::string& config, const std::string& local_socket) {
  if (!socket.empty() && !context.empty())
    return absl::InvalidArgumentError("--socket and --context exclude each other");
  if (!socket.empty()) return Target{.socket = socket};
  if (!context.empty()) {
    for (const std::string& folder : {context, absl::StrCat(config, "/", context)})
      if (Exists(KeyOf(folder))) return Target{.context = folder};
    return Hint(absl::NotFoundError(absl::StrCat("no context ", context, ": no key.pem in ", context, " or ",
                                                 config, "/", context)),
                "an admin makes one: devstatsctl access add NAME --role ROLE");
  }
  if (::access(local_socket.c_str(), W_OK) == 0) return Target{.socket = local_socket};
  if (Exists(KeyOf(config))) return Target{.context = config};
  if (Exists(local_socket))
    return Hint(absl::PermissionDeniedError(absl::StrCat(local_socket, " is for root")),
                absl::StrCat("sudo devstatsctl ..., or a context of your own in ", config));
  return Hint(
      absl::NotFoundError("no coordinator: neither its socket on this box nor a context to reach it"),
      absl::StrCat("run on the coordinator's box, or give --context DIR, or put a context in ", config));
}

absl::StatusOr<Context> ReadContext(const std::string& folder, absl::Time now) {
  Context context;
  if (OthersMayRead(KeyOf(folder)))
    return Hint(absl::PermissionDeniedError("others may read key.pem"),
                absl::StrCat("chmod 600 ", KeyOf(folder)));
  ASSIGN_OR_RETURN(std::string key, ReadFile(KeyOf(folder), kMaxFile));
  context.key = Secret(std::move(key));
  ASSIGN_OR_RETURN(context.certificate_pem, ReadFile(folder + "/cert.pem", kMaxFile));
  ASSIGN_OR_RETURN(context.ca_pem, ReadFile(folder + "/ca.pem", kMaxFile));
  ASSIGN_OR_RETURN(const std::string address, ReadFile(folder + "/address", kMaxFile));
  context.address = std::string(absl::StripAsciiWhitespace(address));
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(context.certificate_pem), "cert.pem");
  RETURN_IF_ERROR(Check(context, info, folder, now));
  ASSIGN_OR_RETURN(const Identity self, IdentityOf(info.uris), "cert.pem");
  context.cluster = self.cluster;
  return context;
}

absl::StatusOr<std::string> BeginContext(const std::string& folder, const std::string& name) {
  if (Exists(folder))
    return Hint(absl::AlreadyExistsError(absl::StrCat(folder, " exists")), "name another folder with -o DIR");
  ASSIGN_OR_RETURN(const Secret key, pki::NewKey());
  ASSIGN_OR_RETURN(std::string request, pki::NewRequest(key, name));
  RETURN_IF_ERROR(MakeFolders(folder, 0700));
  // Its only way out of this process: the file that the user asked for, for nobody else to read.
  RETURN_IF_ERROR(WriteFileAtomic(KeyOf(folder), key.Reveal(), {.mode = 0600}));
  return request;
}

absl::Status FinishContext(const std::string& folder, const coordinator::v1::AccessGrant& grant) {
  RETURN_IF_ERROR(WriteFileAtomic(folder + "/cert.pem", grant.certificate_pem()));
  RETURN_IF_ERROR(WriteFileAtomic(folder + "/ca.pem", grant.ca_pem()));
  return WriteFileAtomic(folder + "/address", grant.address() + "\n");
}

void DropContext(const std::string& folder) {
  ::unlink(KeyOf(folder).c_str());
  ::rmdir(folder.c_str());
}

}  // namespace devstats::ctl
