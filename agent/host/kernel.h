// What only system calls do. An interface, since none of it can be had from a temporary root. NOT in here:
// kernel parameters and everything else that is a file (see host.h).
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace devstats::agent {

// Thread-safe.
class Kernel {
 public:
  virtual ~Kernel() = default;
  // swapoff(2). InvalidArgument when `path` is no active swap of this box; may take minutes.
  virtual absl::Status SwapOff(const std::string& path) = 0;
  // Loads a module with what it depends on; OK when it is there or built in. NotFound when the running kernel
  // has no such module, PermissionDenied when a blacklist or lockdown forbids it.
  virtual absl::Status LoadModule(const std::string& name) = 0;
  // Whether something keeps the clock in step with the world (adjtimex(2)).
  virtual absl::StatusOr<bool> ClockSynchronized() = 0;
};

// This box's. The root folder of Host means nothing to it.
std::unique_ptr<Kernel> ThisKernel();

}  // namespace devstats::agent
