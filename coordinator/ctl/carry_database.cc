#include "coordinator/ctl/carry_database.h"

#include <sys/socket.h>

#include <cerrno>
#include <thread>

#include "coordinator/devstats/psql/messages.h"

namespace devstats::ctl {
namespace {

constexpr size_t kChunk = 32 << 10;  // the coordinator takes twice as much

bool SendAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// False at the end.
bool ReceiveSome(int fd, std::string* bytes) {
  bytes->resize(kChunk);
  ssize_t got = 0;
  do got = recv(fd, bytes->data(), bytes->size(), 0);
  while (got < 0 && errno == EINTR);
  bytes->resize(got > 0 ? static_cast<size_t>(got) : 0);
  return got > 0;
}

}  // namespace

void CarryDatabase(const UniqueFd& client, DatabaseStream& stream) {
  std::thread up([&] {
    for (std::string bytes; ReceiveSome(client.get(), &bytes);)
      if (!stream.Write(bytes)) break;
    stream.Done();
  });
  for (std::string bytes; stream.Read(&bytes);)
    if (!SendAll(client.get(), bytes)) break;
  (void)shutdown(client.get(), SHUT_RD);  // ends what reads of it
  up.join();
  const absl::Status status = stream.Finish();
  if (!status.ok()) SendAll(client.get(), psql::ErrorResponse(status));
  (void)shutdown(client.get(), SHUT_RDWR);
}

}  // namespace devstats::ctl
