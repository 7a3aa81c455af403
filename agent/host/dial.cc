#include "agent/host/dial.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats::agent {
namespace {

constexpr size_t kAtATime = 256;  // well below the number of files that a service may have open

absl::StatusOr<sockaddr_in> AddressOf(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(endpoint.port));
  if (endpoint.port < 1 || endpoint.port > 65535 ||
      ::inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr) != 1)
    return absl::InvalidArgumentError(absl::StrCat("\"", log::Printable(endpoint.address), ":", endpoint.port,
                                                   "\" is no address with a port"));
  return address;
}

// One connect under way.
struct Attempt {
  UniqueFd fd;
  size_t index = 0;
  int error = EINPROGRESS;
};

Attempt Begin(const sockaddr_in& address, size_t index) {
  Attempt attempt{UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), index,
                  EINPROGRESS};
  if (!attempt.fd)
    attempt.error = errno;
  else
    attempt.error =
        ::connect(attempt.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0
                                                                                                      : errno;
  return attempt;
}

int ErrorOf(const UniqueFd& fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// Until each has ended; ETIMEDOUT for those that have not in time.
void Await(std::vector<Attempt>& attempts, absl::Time deadline) {
  while (true) {
    std::vector<pollfd> polls;
    std::vector<Attempt*> waiting;
    for (Attempt& attempt : attempts) {
      if (attempt.error != EINPROGRESS) continue;
      polls.push_back({attempt.fd.get(), POLLOUT, 0});
      waiting.push_back(&attempt);
    }
    if (waiting.empty()) return;
    const absl::Duration left = std::max(deadline - absl::Now(), absl::ZeroDuration());
    const int ready = ::poll(polls.data(), polls.size(),
                             static_cast<int>(absl::ToInt64Milliseconds(left + absl::Microseconds(999))));
    const int failed = ready < 0 && errno != EINTR ? errno : 0;
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (failed != 0)
        waiting[i]->error = failed;
      else if (ready > 0 && polls[i].revents != 0)
        waiting[i]->error = ErrorOf(waiting[i]->fd);
      else if (ready == 0 && left == absl::ZeroDuration())
        waiting[i]->error = ETIMEDOUT;
    }
  }
}

}  // namespace

std::string DialWords(int error, absl::Duration patience) {
  switch (error) {
    case 0:
    case ECONNREFUSED:
      return "";
    case ETIMEDOUT:
      return absl::StrCat("no answer in ", absl::FormatDuration(patience), ": a firewall between the boxes?");
    case ENETUNREACH:
      return "no route";
    case EHOSTUNREACH:
      return "no route, or a firewall that says so";
    case EACCES:
    case EPERM:
      return "a firewall on the calling box forbids it";
    default:
      return std::string(ErrnoStatus(error, "connecting").message());
  }
}

absl::StatusOr<std::vector<std::string>> Dial(const std::vector<Endpoint>& endpoints,
                                              absl::Duration patience) {
  if (endpoints.size() > kMaxEndpoints)
    return absl::InvalidArgumentError(
        absl::StrCat(endpoints.size(), " ports of other boxes are more than ", kMaxEndpoints));
  std::vector<sockaddr_in> addresses;
  for (const Endpoint& endpoint : endpoints) {
    auto address = AddressOf(endpoint);
    if (!address.ok()) return address.status();
    addresses.push_back(*address);
  }
  std::vector<std::string> words(endpoints.size());
  for (size_t first = 0; first < addresses.size(); first += kAtATime) {
    std::vector<Attempt> attempts;
    for (size_t i = first; i < std::min(first + kAtATime, addresses.size()); ++i)
      attempts.push_back(Begin(addresses[i], i));
    Await(attempts, absl::Now() + patience);
    for (const Attempt& attempt : attempts) {
      const bool missed = attempt.error == ECONNREFUSED && endpoints[attempt.index].listening;
      words[attempt.index] = missed ? "nobody listens there" : DialWords(attempt.error, patience);
    }
  }
  return words;
}

}  // namespace devstats::agent
