#include "coordinator/ctl/interrupt.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace devstats::ctl {
namespace {

constexpr uint64_t kEnd = uint64_t{1} << 32;
std::atomic<int> wake_fd{-1};

void Wake(int fd, uint64_t by) {
  const int saved = errno;
  [[maybe_unused]] const ssize_t ignored =
      ::write(fd, &by, sizeof by);  // fails only when it is awake already
  errno = saved;
}

void OnSignal(int) { Wake(wake_fd, 1); }

void Handle(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_RESETHAND;  // the second signal finds the default: it ends the process
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt(std::function<void()> action) : wake_(::eventfd(0, EFD_CLOEXEC)) {
  wake_fd = wake_.get();
  thread_ = std::thread([this, action = std::move(action)] { Run(action); });
  Handle(OnSignal);
}

Interrupt::~Interrupt() {
  Handle(SIG_DFL);
  Wake(wake_.get(), kEnd);
  thread_.join();
}

void Interrupt::Run(const std::function<void()>& action) {
  for (uint64_t sum = 0; ::read(wake_.get(), &sum, sizeof sum) == sizeof sum || errno == EINTR;) {
    if (sum % kEnd != 0 && !Happened()) {
      happened_.Notify();
      action();
    }
    if (sum >= kEnd) return;
  }
}

}  // namespace devstats::ctl
