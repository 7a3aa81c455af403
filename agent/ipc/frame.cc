#include "agent/ipc/frame.h"

#include <google/protobuf/message.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

absl::Status SendAll(int fd, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t n = ::send(fd, data, size, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return absl::UnavailableError("the other process has closed the socket");
    data += n;
    size -= static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

// Bytes read: `size`, or fewer at the end of the stream.
absl::StatusOr<size_t> ReceiveAll(int fd, char* data, size_t size, absl::Duration timeout) {
  size_t got = 0;
  while (got < size) {
    pollfd p{fd, POLLIN, 0};
    const int ms =
        timeout == absl::InfiniteDuration() ? -1 : static_cast<int>(absl::ToInt64Milliseconds(timeout));
    const int ready = ::poll(&p, 1, ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return absl::DeadlineExceededError("no answer from the other process");
    const ssize_t n = ::recv(fd, data + got, size - got, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "reading a frame");
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  return got;
}

}  // namespace

absl::Status WriteFrame(int fd, const google::protobuf::Message& message) {
  std::string bytes(4, '\0');
  message.AppendToString(&bytes);
  const size_t size = bytes.size() - 4;
  if (size > kMaxFrame)
    return absl::ResourceExhaustedError(absl::StrCat("a message of ", size, " bytes is over the limit"));
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(size >> (24 - 8 * i));
  return SendAll(fd, bytes.data(), bytes.size());
}

absl::Status ReadFrame(int fd, google::protobuf::Message* message, absl::Duration timeout) {
  unsigned char head[4] = {};
  ASSIGN_OR_RETURN(size_t got, ReceiveAll(fd, reinterpret_cast<char*>(head), 4, timeout));
  if (got == 0) return absl::OutOfRangeError("end of stream");
  const size_t size = (size_t{head[0]} << 24) | (size_t{head[1]} << 16) | (size_t{head[2]} << 8) | head[3];
  if (got < 4 || size > kMaxFrame)
    return absl::InvalidArgumentError("not a frame, or a frame over the limit");
  std::string bytes(size, '\0');
  ASSIGN_OR_RETURN(got, ReceiveAll(fd, bytes.data(), size, timeout));
  if (got < size || !message->ParseFromString(bytes)) return absl::InvalidArgumentError("a damaged frame");
  return absl::OkStatus();
}

}  // namespace devstats::agent
