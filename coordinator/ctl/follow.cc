#include "coordinator/ctl/follow.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::ctl {
namespace {

// Runs `attempt` until it is OK, fails for good or is interrupted. It resets the backoff when it hears
// something.
absl::Status Persist(const std::function<absl::Status(Backoff&)>& attempt, const Listener& listener,
                     const Interrupt& interrupt, const Patience& patience) {
  Backoff backoff(patience);
  while (true) {
    absl::Status status = attempt(backoff);
    if (interrupt.Happened()) return absl::CancelledError("interrupted");
    if (status.ok()) return status;
    const std::optional<absl::Duration> pause = backoff.After(status, absl::Now());
    if (!pause) return status;
    listener.outage(status);
    if (interrupt.WaitFor(*pause)) return absl::CancelledError("interrupted");
  }
}

absl::Status WatchOn(Client& client, v1::WatchRequest* request, const Listener& listener, Backoff& backoff) {
  return client.Watch(*request, [&](const events::v1::Event& event) {
    backoff.Reset();
    if (event.id() <= request->since()) return;  // a server that counts otherwise must not repeat itself here
    request->set_since(event.id());
    listener.event(event);
  });
}

}  // namespace

// A server that stops cancels what it still serves.
bool TimeHeals(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
}

std::optional<absl::Duration> Backoff::After(const absl::Status& status, absl::Time now) {
  if (!TimeHeals(status)) return std::nullopt;
  if (!since_) since_ = now;
  if (now - *since_ >= patience_.give_up) return std::nullopt;
  const absl::Duration pause = next_;
  next_ = std::min(2 * next_, patience_.longest);
  return pause;
}

void Backoff::Reset() {
  since_.reset();
  next_ = patience_.first;
}

absl::Status LookUntil(const Interrupt& interrupt, const Patience& patience, absl::Duration pause,
                       const std::function<absl::StatusOr<bool>()>& look) {
  Backoff backoff(patience);
  for (;;) {
    const absl::StatusOr<bool> done = look();
    absl::Duration next = pause;
    if (done.ok()) {
      if (*done) return absl::OkStatus();
      backoff.Reset();
    } else {
      const std::optional<absl::Duration> longer = backoff.After(done.status(), absl::Now());
      if (!longer) return done.status();
      next = *longer;
    }
    if (interrupt.WaitFor(next)) return absl::CancelledError("detached");
  }
}

absl::Status FollowEvents(Client& client, v1::WatchRequest request, const Listener& listener,
                          const Interrupt& interrupt, const Patience& patience) {
  return Persist([&](Backoff& backoff) { return WatchOn(client, &request, listener, backoff); }, listener,
                 interrupt, patience);
}

absl::StatusOr<v1::Operation> FollowOperation(Client& client, const std::string& id, uint64_t since,
                                              const Listener& listener, const Interrupt& interrupt,
                                              const Patience& patience) {
  v1::WatchRequest request;
  request.set_since(since);
  request.set_operation(id);
  request.set_follow(true);
  v1::OperationRequest which;
  which.set_id(id);
  v1::Operation operation;
  auto attempt = [&](Backoff& backoff) -> absl::Status {
    RETURN_IF_ERROR(WatchOn(client, &request, listener, backoff));
    // The record decides, not the stream: an ended stream may be all that a restart left of it.
    ASSIGN_OR_RETURN(operation, client.GetOperation(which));
    if (operation.state() != "running") return absl::OkStatus();
    return absl::UnavailableError("the coordinator ended the stream of events");
  };
  RETURN_IF_ERROR(Persist(attempt, listener, interrupt, patience));
  return operation;
}

}  // namespace devstats::ctl
