// Following events across restarts of the coordinator: what was seen is asked for only once, and an outage is
// borne with growing pauses until it has lasted too long.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/interrupt.h"

namespace devstats::ctl {

// Whether it is what an outage of the coordinator looks like.
bool TimeHeals(const absl::Status& status);

struct Patience {
  absl::Duration first = absl::Milliseconds(500);
  absl::Duration longest = absl::Seconds(10);
  absl::Duration give_up = absl::Minutes(5);
};

// When to try again. Pure.
class Backoff {
 public:
  explicit Backoff(const Patience& patience) : patience_(patience), next_(patience.first) {}
  // After a failure at `now`: how long to pause; nothing when the outage has lasted too long or `status` is
  // not one that time heals.
  std::optional<absl::Duration> After(const absl::Status& status, absl::Time now);
  // Something was heard.
  void Reset();

 private:
  const Patience patience_;
  absl::Duration next_;
  std::optional<absl::Time> since_;
};

// Looks, and again after each `pause`, until `look` answers true: then OK. An outage is borne as `patience`
// says; Cancelled when `interrupt` happened.
absl::Status LookUntil(const Interrupt& interrupt, const Patience& patience, absl::Duration pause,
                       const std::function<absl::StatusOr<bool>()>& look);

struct Listener {
  std::function<void(const events::v1::Event&)> event;
  std::function<void(const absl::Status&)> outage;  // before each pause
};

// All events that `request` asks for. OK at their end (without follow), Cancelled when `interrupt` happened;
// its action must be Client::CancelStreams.
absl::Status FollowEvents(Client& client, v1::WatchRequest request, const Listener& listener,
                          const Interrupt& interrupt, const Patience& patience = {});

// The events of one operation after `since` until it no longer runs, and how it stands then. Cancelled as
// above.
absl::StatusOr<v1::Operation> FollowOperation(Client& client, const std::string& id, uint64_t since,
                                              const Listener& listener, const Interrupt& interrupt,
                                              const Patience& patience = {});

}  // namespace devstats::ctl
