// The kernel for tests: records what is asked of it, and lets the test's root follow.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/host/kernel.h"

namespace devstats::agent {

// Not thread-safe.
class FakeKernel : public Kernel {
 public:
  absl::Status SwapOff(const std::string& path) override { return Do("swapoff", path); }
  absl::Status LoadModule(const std::string& name) override { return Do("load", name); }
  absl::StatusOr<bool> ClockSynchronized() override { return clock_synchronized; }

  // What a call does to the test's /proc; its error is the call's.
  std::function<absl::Status(const std::string& call, const std::string& what)> act;
  std::vector<std::string> calls;  // "load br_netfilter"
  bool clock_synchronized = true;

 private:
  absl::Status Do(const std::string& call, const std::string& what) {
    calls.push_back(absl::StrCat(call, " ", what));
    return act ? act(call, what) : absl::OkStatus();
  }
};

}  // namespace devstats::agent
