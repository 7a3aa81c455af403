// The sockets of the health server; what it answers is in health.cc.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/health.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(2);  // of one connection, from accept to close
constexpr size_t kHeadLimit = 8 << 10;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

absl::StatusOr<Address> ParseAddress(const std::string& text, int port) {
  Address address;
  auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (port < 0 || port > 65535) return absl::InvalidArgumentError(absl::StrCat("port ", port));
  if (inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(static_cast<uint16_t>(port));
    address.size = sizeof *four;
  } else if (inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(static_cast<uint16_t>(port));
    address.size = sizeof *six;
  } else {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not an IP address"));
  }
  return address;
}

absl::StatusOr<int> PortOf(int fd) {
  Address address;
  address.size = sizeof address.storage;
  auto* generic = reinterpret_cast<sockaddr*>(&address.storage);
  if (getsockname(fd, generic, &address.size) != 0) return ErrnoStatus(errno, "getsockname");
  return ntohs(generic->sa_family == AF_INET ? reinterpret_cast<sockaddr_in*>(generic)->sin_port
                                             : reinterpret_cast<sockaddr_in6*>(generic)->sin6_port);
}

// True when `fd` is ready; false at the deadline, or when `wake` tells to stop.
bool Ready(int fd, short events, int wake, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd fds[] = {{fd, events, 0}, {wake, POLLIN, 0}};
    const int64_t ms = absl::ToInt64Milliseconds(std::min(left, absl::Minutes(1))) + 1;
    const int n = poll(fds, 2, static_cast<int>(ms));
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) return fds[1].revents == 0;
  }
}

// The head of a request. False: nobody to answer to. A head that is too large is given as it is, without its
// end.
bool ReadHead(int fd, int wake, absl::Time deadline, std::string* head) {
  char buffer[2048];
  while (head->find("\r\n\r\n") == std::string::npos && head->size() <= kHeadLimit) {
    if (!Ready(fd, POLLIN, wake, deadline)) return false;
    const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return false;
    head->append(buffer, static_cast<size_t>(n));
  }
  return true;
}

bool Send(int fd, int wake, absl::Time deadline, absl::string_view text) {
  while (!text.empty()) {
    if (!Ready(fd, POLLOUT, wake, deadline)) return false;
    const ssize_t n = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

absl::string_view ReasonPhrase(int code) {
  switch (code) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Internal Server Error";
  }
}

std::string Serialise(const HttpResponse& response, bool with_body) {
  return absl::StrCat("HTTP/1.1 ", response.code, " ", ReasonPhrase(response.code),
                      "\r\nContent-Type: ", response.content_type,
                      "\r\nContent-Length: ", response.body.size(),
                      response.code == 405 ? "\r\nAllow: GET" : "",
                      "\r\nCache-Control: no-cache, private\r\nX-Content-Type-Options: nosniff\r\n"
                      "Connection: close\r\n\r\n",
                      with_body ? response.body : "");
}

}  // namespace

HealthServer::HealthServer(std::vector<HealthCheck> checks) : checks_(std::move(checks)) {}

HealthServer::~HealthServer() {
  wake_write_.Reset();
  if (thread_.joinable()) thread_.join();
}

absl::Status HealthServer::Start(const std::string& address, int port) {
  if (thread_.joinable()) return absl::FailedPreconditionError("the health server runs already");
  ASSIGN_OR_RETURN(const Address where, ParseAddress(address, port), "health server");
  const std::string context = absl::StrCat("health server on ", address, " port ", port);
  listener_.Reset(socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!listener_ || setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(listener_.get(), reinterpret_cast<const sockaddr*>(&where.storage), where.size) != 0 ||
      listen(listener_.get(), 16) != 0) {
    return ErrnoStatus(errno, context);
  }
  ASSIGN_OR_RETURN(port_, PortOf(listener_.get()), context);
  int wake[2];
  if (pipe2(wake, O_CLOEXEC) != 0) return ErrnoStatus(errno, context);
  wake_read_.Reset(wake[0]);
  wake_write_.Reset(wake[1]);
  thread_ = std::thread([this] { Serve(); });
  return absl::OkStatus();
}

void HealthServer::Serve() {
  while (Ready(listener_.get(), POLLIN, wake_read_.get(), absl::InfiniteFuture())) {
    const UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      ServeOne(fd.get());
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      // The connection stays in the queue, and poll would return at once, again and again.
      log::Warning("health server: no descriptor for a connection");
      Ready(-1, 0, wake_read_.get(), absl::Now() + absl::Milliseconds(100));
    }
  }
}

void HealthServer::ServeOne(int fd) const {
  const absl::Time deadline = absl::Now() + kDeadline;
  std::string head;
  if (!ReadHead(fd, wake_read_.get(), deadline, &head)) return;
  HttpResponse response;
  bool with_body = true;
  if (head.find("\r\n\r\n") == std::string::npos) {
    response = {.code = 431, .body = "431 request header fields too large\n"};
  } else if (const auto line = ParseRequestLine(head); !line.ok()) {
    response = {.code = 400, .body = "400 bad request\n"};
  } else {
    response = Answer(line->method, line->target);
    with_body = line->method != "HEAD";
  }
  if (!Send(fd, wake_read_.get(), deadline, Serialise(response, with_body))) return;
  // Closing with unread input resets the connection and may take the answer with it: what is here already is
  // read, and who sent too much is waited for, within the deadline.
  shutdown(fd, SHUT_WR);
  char rest[2048];
  for (int i = 0; i < 64; ++i) {
    if (response.code == 431 && !Ready(fd, POLLIN, wake_read_.get(), deadline)) return;
    if (recv(fd, rest, sizeof rest, 0) <= 0) return;
  }
}

}  // namespace devstats
