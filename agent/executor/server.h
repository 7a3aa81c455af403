// The executor's Unix socket: one request a connection, each by a thread of its own, a few at a time.
#pragma once
#include <sys/types.h>

#include <atomic>
#include <functional>
#include <list>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "agent/executor/service.h"

namespace devstats::agent {

class ExecutorServer {
 public:
  // `allowed_uid`: the front's user; root may always talk to us (it owns the box anyway).
  ExecutorServer(ExecutorService* service, uid_t allowed_uid)
      : service_(service), allowed_uid_(allowed_uid) {}
  ~ExecutorServer();  // Stop

  // Makes the socket: owned by root and `gid`, 0660. A socket left by an earlier process is replaced.
  absl::Status Listen(const std::string& path, gid_t gid);
  // Serves until Stop. `beat` is called at least every second.
  void Serve(const std::function<void()>& beat);
  void Stop();  // safe from a signal handler's thread

 private:
  void Accept();
  void Handle(int fd);
  ExecutorService* const service_;
  const uid_t allowed_uid_;
  int listener_ = -1;
  std::atomic<bool> stop_{false};
  absl::Mutex mu_;
  int active_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace devstats::agent
