#include <sys/socket.h>
#include <unistd.h>

#include "agent/ipc/frame.h"
#include "common/unique_fd.h"
#include "devstats/executor/v1/executor.pb.h"
#include "tests/fuzz/fuzz.h"

// Root reads what an unprivileged process writes: frames until the first that is none, or the end.
FUZZ_TARGET(frame) {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const devstats::UniqueFd reader(ends[0]);
  devstats::UniqueFd writer(ends[1]);
  const absl::string_view bytes = input.substr(0, 64 << 10);  // what a socket takes without a reader
  REQUIRE(write(writer.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  writer.Reset();
  size_t frames = 0;
  devstats::executor::v1::Request request;
  absl::Status read;
  while ((read = devstats::agent::ReadFrame(reader.get(), &request)).ok()) ++frames;
  REQUIRE(absl::IsOutOfRange(read) || absl::IsInvalidArgument(read));
  REQUIRE(frames * 4 <= bytes.size());
}
