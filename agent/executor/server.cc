#include "agent/executor/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "agent/ipc/frame.h"
#include "common/log.h"
#include "common/status.h"
#include "common/utf8.h"

namespace devstats::agent {
namespace {

constexpr int kMaxConnections = 16;
constexpr absl::Duration kRequestDeadline = absl::Seconds(5);

// False when the caller has gone.
bool Send(int fd, executor::v1::Reply reply) {
  MakeUtf8(&reply);  // programs and files say what they like
  return WriteFrame(fd, reply).ok();
}

void SendEnd(int fd, const absl::Status& status) {
  executor::v1::Reply end;
  end.set_end(true);
  if (!status.ok()) {
    end.mutable_error()->set_code(static_cast<int>(status.code()));
    end.mutable_error()->set_message(std::string(status.message()));
    end.mutable_error()->set_hint(HintOf(status));
  }
  Send(fd, std::move(end));  // a caller that has gone needs no end
}

}  // namespace

ExecutorServer::~ExecutorServer() {
  Stop();
  absl::MutexLock lock(&mu_);
  auto idle = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return active_ == 0; };
  mu_.Await(absl::Condition(&idle));
  if (listener_ >= 0) ::close(listener_);
}

absl::Status ExecutorServer::Listen(const std::string& path, gid_t gid) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return absl::InvalidArgumentError(absl::StrCat(path, ": too long for a socket"));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ::unlink(path.c_str());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) return ErrnoStatus(errno, "making a socket");
  const mode_t old = ::umask(0117);
  const int bound = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::umask(old);
  if (bound != 0) return ErrnoStatus(errno, path);
  if (::chown(path.c_str(), static_cast<uid_t>(-1), gid) != 0) return ErrnoStatus(errno, path);
  if (::listen(listener_, kMaxConnections) != 0) return ErrnoStatus(errno, path);
  return absl::OkStatus();
}

void ExecutorServer::Serve(const std::function<void()>& beat) {
  while (!stop_) {
    beat();
    pollfd p{listener_, POLLIN, 0};
    if (::poll(&p, 1, 1000) > 0) Accept();
  }
}

void ExecutorServer::Stop() { stop_ = true; }

void ExecutorServer::Accept() {
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
                     (peer.uid == 0 || peer.uid == allowed_uid_);
  absl::MutexLock lock(&mu_);
  if (!known || active_ >= kMaxConnections) {
    log::Warning(known ? "refused a connection: too many at a time"
                       : absl::StrCat("refused user ", peer.uid));
    ::close(fd);
    return;
  }
  ++active_;
  std::thread([this, fd] {
    Handle(fd);
    absl::MutexLock done(&mu_);
    --active_;
  }).detach();
}

void ExecutorServer::Handle(int fd) {
  auto close_fd = absl::MakeCleanup([fd] { ::close(fd); });
  executor::v1::Request request;
  if (absl::Status read = ReadFrame(fd, &request, kRequestDeadline); !read.ok()) return SendEnd(fd, read);
  SendEnd(fd, service_->Answer(request, [fd](const executor::v1::Reply& reply) { return Send(fd, reply); }));
}

}  // namespace devstats::agent
