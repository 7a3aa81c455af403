#include "common/signals.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace devstats {
namespace {

sigset_t Signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGUSR2);  // ends the waiting thread when the daemon ends by itself
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = Signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  (void)signal(SIGPIPE, SIG_IGN);  // fails only for signals that there are not
}

StopSignal::~StopSignal() {
  if (!thread_.joinable()) return;
  pthread_kill(thread_.native_handle(), SIGUSR2);
  thread_.join();
}

void StopSignal::OnStop(std::function<void()> action) {
  thread_ = std::thread([action = std::move(action)] {
    const sigset_t set = Signals();
    int signal_number = 0;
    bool told = false;
    while (sigwait(&set, &signal_number) == 0) {
      if (signal_number == SIGUSR2) return;
      if (!std::exchange(told, true)) action();
    }
  });
}

}  // namespace devstats
