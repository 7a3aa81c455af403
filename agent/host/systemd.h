// systemd as resources see it: state of units, and changing it. An interface, so that resources are tested on
// a temporary root; the real one (D-Bus through libsystemd) and the fake pass the same contract test.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats::agent {

struct UnitState {
  std::string load;    // "loaded", "not-found", "masked"
  std::string active;  // "active", "inactive", "failed", "activating" ...
  std::string sub;     // "running", "dead" ...
  std::string file;    // "enabled", "disabled", "masked", "static", "" when there is no file
};

struct JournalLine {
  absl::Time time;
  std::string unit, text;
};

// Thread-safe. Unit names are full: "kubelet.service".
class Systemd {
 public:
  virtual ~Systemd() = default;
  virtual absl::StatusOr<UnitState> Get(const std::string& unit) = 0;
  // Names of loaded units with this suffix, active or not: Units(".swap").
  virtual absl::StatusOr<std::vector<std::string>> Units(const std::string& suffix) = 0;
  // Each waits for its job; Internal with the result and the last journal lines of the unit when the job
  // fails.
  virtual absl::Status Start(const std::string& unit) = 0;
  virtual absl::Status Stop(const std::string& unit) = 0;  // OK when it does not run
  virtual absl::Status Restart(const std::string& unit) = 0;
  virtual absl::Status Enable(const std::string& unit) = 0;
  virtual absl::Status Mask(const std::string& unit) = 0;
  virtual absl::Status Unmask(const std::string& unit) = 0;
  virtual absl::Status DaemonReload() = 0;
  // The last `lines` of the unit's journal, oldest first.
  virtual absl::StatusOr<std::vector<JournalLine>> Journal(const std::string& unit, int lines) = 0;
};

// Over the system bus, connected anew at each call, so that a restart of the bus does no harm. Where there is
// no systemd, each call is Unavailable.
std::unique_ptr<Systemd> ConnectSystemd();

}  // namespace devstats::agent
