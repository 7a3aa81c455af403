#include "agent/host/follow.h"

#include <fcntl.h>

#include <cerrno>

#include "common/unique_fd.h"

namespace devstats::agent {
namespace {

constexpr size_t kLineLimit = 4 << 10;
constexpr size_t kTailLimit = 64 << 10;

}  // namespace

void FollowedFile::Poll() {
  const UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return;
  char buffer[16 << 10];
  while (true) {
    const ssize_t n = ::pread(fd.get(), buffer, sizeof buffer, offset_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    offset_ += n;
    Tell({buffer, static_cast<size_t>(n)});
  }
}

void FollowedFile::Finish() {
  Poll();
  if (!partial_.empty()) line_(partial_);
  partial_.clear();
}

void FollowedFile::Tell(absl::string_view bytes) {
  tail_.append(bytes.data(), bytes.size());
  if (tail_.size() > kTailLimit) {
    tail_.erase(0, tail_.size() - kTailLimit);
    truncated_ = true;
  }
  for (const char c : bytes) {
    // A carriage return ends a line too: that is how programs draw their progress.
    if (c != '\n' && c != '\r') partial_ += c;
    if ((c == '\n' || c == '\r' || partial_.size() == kLineLimit) && !partial_.empty()) {
      line_(partial_);
      partial_.clear();
    }
  }
}

}  // namespace devstats::agent
