#include "agent/executor/health.h"

#include <string>

#include "absl/time/clock.h"
#include "agent/host/kernel.h"
#include "agent/host/systemd.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

absl::Status CheckState(Journal* journal) {
  return journal->SetValue("health.checked", absl::FormatTime(absl::Now(), absl::UTCTimeZone()));
}

absl::Status CheckSystemd(Host* host) { return host->systemd().Get("sysinit.target").status(); }

absl::Status CheckClock(Host* host) {
  ASSIGN_OR_RETURN(const bool synchronized, host->kernel().ClockSynchronized());
  return synchronized ? absl::OkStatus()
                      : absl::FailedPreconditionError("nothing keeps the clock in step; is chrony running?");
}

void Add(v1::Health* health, const std::string& name, const absl::Status& status) {
  v1::Check* check = health->add_checks();
  check->set_name(name);
  check->set_ok(status.ok());
  check->set_reason(std::string(status.message()));
}

}  // namespace

v1::Health CheckHealth(Host* host, Journal* journal) {
  v1::Health health;
  Add(&health, "state", CheckState(journal));
  Add(&health, "systemd", CheckSystemd(host));
  Add(&health, "clock", CheckClock(host));
  return health;
}

}  // namespace devstats::agent
