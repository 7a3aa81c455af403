#include "agent/front/executor_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "agent/ipc/frame.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

absl::Status ErrorOfEnd(const executor::v1::Reply& end) {
  if (!end.has_error()) return absl::OkStatus();
  absl::Status status(static_cast<absl::StatusCode>(end.error().code()), end.error().message());
  return end.error().hint().empty() ? status : Hint(status, end.error().hint());
}

}  // namespace

absl::StatusOr<int> ExecutorClient::Connect() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.size() >= sizeof address.sun_path)
    return absl::InvalidArgumentError(absl::StrCat(socket_, ": too long for a socket"));
  std::memcpy(address.sun_path, socket_.c_str(), socket_.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return ErrnoStatus(errno, "making a socket");
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  ::close(fd);
  const absl::Status why = ErrnoStatus(error, absl::StrCat("the executor does not answer on ", socket_));
  return Hint(absl::UnavailableError(why.message()),
              "on the box: systemctl status devstats-agent-executor");
}

absl::Status ExecutorClient::Call(const executor::v1::Request& request,
                                  const std::function<bool(const executor::v1::Reply&)>& reply,
                                  absl::Duration silence) const {
  ASSIGN_OR_RETURN(const int fd, Connect());
  auto close_fd = absl::MakeCleanup([fd] { ::close(fd); });
  RETURN_IF_ERROR(WriteFrame(fd, request));
  while (true) {
    executor::v1::Reply r;
    absl::Status read = ReadFrame(fd, &r, silence);
    if (absl::IsOutOfRange(read))
      return absl::UnavailableError("the executor went away in the middle of a call");
    RETURN_IF_ERROR(read, "executor");
    if (r.end()) return ErrorOfEnd(r);
    if (!reply(r)) return absl::CancelledError("the caller hung up");
  }
}

absl::StatusOr<executor::v1::Reply> ExecutorClient::CallOnce(const executor::v1::Request& request,
                                                             absl::Duration silence) const {
  executor::v1::Reply answer;
  int replies = 0;
  RETURN_IF_ERROR(Call(
      request,
      [&](const executor::v1::Reply& r) {
        answer = r;
        return ++replies == 1;
      },
      silence));
  if (replies != 1) return absl::InternalError("the executor did not answer");
  return answer;
}

}  // namespace devstats::agent
