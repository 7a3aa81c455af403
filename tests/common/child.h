// Runs code in a forked process, so that a test can see it die. Call only while the test has one thread.
#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/functional/function_ref.h"

namespace devstats {

class Child {
 public:
  explicit Child(absl::FunctionRef<void()> body) : pid_(fork()) {
    if (pid_ == 0) {
      body();
      _exit(0);
    }
  }
  ~Child() {
    if (!waited_) {
      Kill();
      Wait();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void Kill() const { kill(pid_, SIGKILL); }
  // Whether Wait would return at once.
  bool HasEnded() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }
  // The status as of waitpid.
  int Wait() {
    int status = -1;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    waited_ = true;
    return status;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
  bool waited_ = false;
};

// True when the body was ended by SIGKILL, as a fault point does it.
inline bool DiesBySigkill(absl::FunctionRef<void()> body) {
  const int status = Child(body).Wait();
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace devstats
