// Stopping a daemon: SIGTERM and SIGINT are blocked in every thread and waited for by one, so nothing runs in
// a handler.
#pragma once
#include <functional>
#include <thread>

namespace devstats {

class StopSignal {
 public:
  // Blocks the signals (and SIGPIPE) for this thread and those that it starts: make it before any thread.
  StopSignal();
  ~StopSignal();
  // Starts the waiting thread; `action` is called once, from that thread, at the first signal;
  // those that follow are ignored.
  void OnStop(std::function<void()> action);

 private:
  std::thread thread_;
};

}  // namespace devstats
