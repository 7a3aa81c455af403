#include "coordinator/service/local_socket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "common/log.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

constexpr int kBacklog = 16;
constexpr int kOutOfDescriptorsMs = 200;

// Bound beside its place, then renamed: at `path` there is never a socket that others may open.
absl::StatusOr<UniqueFd> Bind(const std::string& path) {
  const std::string beside = path + ".new";
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (beside.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("too long for a socket: ", path));
  }
  std::memcpy(address.sun_path, beside.c_str(), beside.size() + 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return ErrnoStatus(errno, "socket");
  if (unlink(beside.c_str()) != 0 && errno != ENOENT) return ErrnoStatus(errno, beside);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(beside.c_str(), 0600) != 0 || listen(fd.get(), kBacklog) != 0 ||
      rename(beside.c_str(), path.c_str()) != 0) {
    return ErrnoStatus(errno, path);
  }
  return fd;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalSocket>> LocalSocket::Listen(const std::string& path,
                                                                 access::Audit* audit,
                                                                 std::function<void(UniqueFd)> serve,
                                                                 uid_t allowed) {
  ASSIGN_OR_RETURN(UniqueFd listener, Bind(path), "the local socket");
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return ErrnoStatus(errno, "eventfd");
  return std::unique_ptr<LocalSocket>(
      new LocalSocket(path, std::move(listener), std::move(wake), audit, std::move(serve), allowed));
}

LocalSocket::LocalSocket(std::string path, UniqueFd listener, UniqueFd wake, access::Audit* audit,
                         std::function<void(UniqueFd)> serve, uid_t allowed)
    : path_(std::move(path)),
      listener_(std::move(listener)),
      wake_(std::move(wake)),
      audit_(audit),
      serve_(std::move(serve)),
      allowed_(allowed),
      thread_([this] { Run(); }) {}

LocalSocket::~LocalSocket() {
  eventfd_write(wake_.get(), 1);
  thread_.join();
  unlink(path_.c_str());
}

void LocalSocket::Run() {
  pollfd fds[2] = {{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  while (true) {
    if (poll(fds, 2, -1) < 0 && errno != EINTR) {
      log::Error(ErrnoStatus(errno, "the local socket: poll").message());
      return;
    }
    if (fds[1].revents != 0) return;
    if (fds[0].revents != 0) AcceptOne();
  }
}

void LocalSocket::AcceptOne() {
  UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pollfd stop = {wake_.get(), POLLIN, 0};
      poll(&stop, 1, kOutOfDescriptorsMs);  // not a busy loop while the process is short of them
    }
    return;
  }
  ucred peer = {};
  socklen_t size = sizeof peer;
  const bool known = getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer;
  if (known && peer.uid == allowed_) return serve_(std::move(fd));
  access::AuditEntry entry;
  entry.kind = access::AuditEntry::Kind::kRefused;
  entry.actor = known ? absl::StrCat("uid ", peer.uid) : "";
  entry.peer = "local socket";
  entry.code = absl::StatusCodeToString(absl::StatusCode::kPermissionDenied);
  entry.message = "only root may use the local socket";
  if (auto written = audit_->Append(std::move(entry)); !written.ok()) log::Error(written.status().message());
}

}  // namespace devstats::coordinator
