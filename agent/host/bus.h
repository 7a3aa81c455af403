// A connection to systemd over the system bus, for one caller and one errand: made where it is needed and
// dropped afterwards, so that threads share nothing and a restart of the bus is forgotten with the errand
// that it broke.
#pragma once
#include <systemd/sd-bus.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats::agent {

struct UnrefMessage {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using BusMessage = std::unique_ptr<sd_bus_message, UnrefMessage>;

// NOT thread-safe. Errors: Unavailable without a bus, NotFound for a unit that systemd does not know,
// FailedPrecondition for a masked one, else Internal with systemd's words.
class Bus {
 public:
  static absl::StatusOr<std::unique_ptr<Bus>> Open();
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  // A call of systemd's manager, to be filled and given to Send or RunJob.
  absl::StatusOr<BusMessage> ManagerCall(const char* method);
  absl::StatusOr<BusMessage> Send(const BusMessage& call);
  // Sends a call that answers with a job, waits for the job and returns its result ("done", "failed" ...).
  // DeadlineExceeded when it has none by then; the job goes on.
  absl::StatusOr<std::string> RunJob(const BusMessage& call, absl::Duration deadline);

  // The object of a unit; loads it if need be. One that does not exist has an object all the same.
  absl::StatusOr<std::string> UnitPath(const std::string& unit);
  absl::StatusOr<std::string> Text(const std::string& path, const char* interface, const char* property);
  absl::StatusOr<int> Number(const std::string& path, const char* interface, const char* property);
  absl::StatusOr<uint64_t> Microseconds(const std::string& path, const char* interface, const char* property);
  // Names of loaded units that fit a shell pattern.
  absl::StatusOr<std::vector<std::string>> UnitsLike(const std::string& pattern);

  // Tells systemd to send signals about this object; then Wait returns at the next one, or after `at_most`.
  absl::Status Watch(const std::string& path);
  absl::Status Wait(absl::Duration at_most);

 private:
  explicit Bus(sd_bus* bus) : bus_(bus) {}
  static int OnJobRemoved(sd_bus_message* message, void* self, sd_bus_error*);
  absl::Status Subscribe();
  sd_bus* const bus_;
  bool subscribed_ = false;                     // systemd refuses to be asked twice
  std::map<std::string, std::string> results_;  // of jobs that ended while we looked
};

inline constexpr char kUnitInterface[] = "org.freedesktop.systemd1.Unit";
inline constexpr char kServiceInterface[] = "org.freedesktop.systemd1.Service";

// A status for a negative errno as sd-bus and sd-journal return it.
absl::Status SdStatus(int result, const std::string& what);

}  // namespace devstats::agent
