#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/engine/lease.h"
#include "coordinator/release/engine/lease_object.h"

namespace devstats::release {

// Another's lease, as this process has seen it.
struct Lease::Seen {
  std::string version;  // resourceVersion
  absl::Time since;     // when we saw this version first
  LeaseHolder holder;

  absl::Time FreeAt() const { return since + holder.duration; }
};

namespace {

enum class Claim { kFree, kOthers, kNewerOurs };

Claim ClaimOf(const LeaseHolder& holder, const Writer& writer) {
  const bool ours = holder.writer.coordinator == writer.coordinator;
  if (ours && holder.writer.epoch > writer.epoch) return Claim::kNewerOurs;
  const bool dead = ours && (holder.writer.epoch < writer.epoch || holder.writer == writer);
  return !holder.held || dead ? Claim::kFree : Claim::kOthers;
}

std::string ClockText(absl::Time time) { return absl::FormatTime("%H:%M:%SZ", time, absl::UTCTimeZone()); }

}  // namespace

absl::StatusOr<std::unique_ptr<Lease>> Lease::Take(const ReleaseName& release, const Writer& writer,
                                                   kube::KubeClient* client, const Clock* clock,
                                                   const LeaseOptions& options) {
  std::unique_ptr<Lease> lease(new Lease(release, writer, client, clock, options));
  const absl::Time deadline = clock->Now() + options.wait;
  Seen seen;
  while (true) {
    if (!options.go_on())
      return absl::CancelledError(absl::StrCat("waiting for the lease of ", release.Text()));
    const std::string known = seen.holder.identity;
    ASSIGN_OR_RETURN(const Outcome outcome, lease->TakeOnce(&seen));
    if (outcome == Outcome::kTaken) break;
    if (outcome == Outcome::kRaced) continue;
    if (clock->Now() >= deadline) return lease->Refused(seen);
    if (seen.holder.identity != known)
      options.progress(absl::StrCat("waiting for ", seen.holder.identity, ", who works on ", release.Text()));
    RETURN_IF_ERROR(lease->AwaitChange(seen, deadline));
  }
  lease->renewer_ = std::thread([raw = lease.get()] { raw->KeepRenewing(); });
  return lease;
}

// kRaced: somebody was faster; kHeld: it is another's, as `seen` tells.
absl::StatusOr<Lease::Outcome> Lease::TakeOnce(Seen* seen) {
  const std::string what = absl::StrCat("the lease of ", release_.Text());
  auto there = client_->Get(ref_);
  if (!there.ok() && !absl::IsNotFound(there.status())) return Annotate(there.status(), what);
  const bool exists = there.ok();
  const absl::Time now = clock_->Now();
  Json next = exists ? *std::move(there) : FreeLease(ref_);
  const LeaseHolder holder = HolderOf(next);
  const std::string version = kube::TextAt(next, {"metadata", "resourceVersion"});
  if (seen->version != version) *seen = {version, now, holder};
  const Claim claim = ClaimOf(holder, writer_);
  if (claim == Claim::kNewerOurs) return Refused(*seen);
  if (claim == Claim::kOthers && now < seen->FreeAt()) return Outcome::kHeld;
  SetHolder(writer_, options_.duration, now, &next);
  auto written = exists ? client_->Update(next) : client_->Create(next);
  if (written.ok()) {
    Won(*std::move(written), now);
    return Outcome::kTaken;
  }
  const bool raced = absl::IsAborted(written.status()) || absl::IsAlreadyExists(written.status()) ||
                     (exists && absl::IsNotFound(written.status()));
  if (raced) return Outcome::kRaced;
  if (!absl::IsNotFound(written.status())) return Annotate(written.status(), what);
  return Hint(Annotate(written.status(), what), "create the namespace, or add --create-namespace");
}

absl::Status Lease::AwaitChange(const Seen& seen, absl::Time deadline) {
  const auto is_it = [&](const Json& lease) {
    return kube::TextAt(lease, {"metadata", "name"}) == ref_.name;
  };
  const auto unchanged = [&](const Json& lease) {
    return kube::TextAt(lease, {"metadata", "resourceVersion"}) == seen.version;
  };
  const auto sink = [&](const kube::WatchEvent& event) {
    if (event.type != kube::WatchEvent::Type::kSnapshot)
      return !is_it(event.object) || unchanged(event.object);
    const Json& items = kube::At(event.object, {"items"});
    return std::any_of(items.begin(), items.end(), [&](const Json& i) { return is_it(i) && unchanged(i); });
  };
  const absl::Time end = std::min(deadline, seen.FreeAt());
  const absl::Status status = client_->Watch({.api_version = ref_.api_version,
                                              .kind = ref_.kind,
                                              .namespace_ = ref_.namespace_,
                                              .field_selector = absl::StrCat("metadata.name=", ref_.name)},
                                             sink, [&] { return options_.go_on() && clock_->Now() < end; });
  if (absl::IsCancelled(status)) return absl::OkStatus();  // the caller finds out why
  return Annotate(status, absl::StrCat("waiting for the lease of ", release_.Text()));
}

absl::Status Lease::Refused(const Seen& seen) const {
  const LeaseHolder& holder = seen.holder;
  if (ClaimOf(holder, writer_) == Claim::kNewerOurs) {
    return Hint(absl::FailedPreconditionError(absl::StrCat("a later start of this coordinator works on ",
                                                           release_.Text(), ": ", holder.identity)),
                "this process is a leftover and can be stopped");
  }
  const bool ours = holder.writer.coordinator == writer_.coordinator;
  return Hint(absl::FailedPreconditionError(absl::StrCat(
                  holder.identity, " works on ", release_.Text(), " since ", holder.since,
                  "; its lease is free at ", ClockText(seen.FreeAt()), " unless it is renewed until then")),
              ours
                  ? absl::StrCat("wait for operation ", holder.writer.operation)
                  : "let only one coordinator work on a release; when the other one is dead, try again then");
}

void Lease::Won(Json lease, absl::Time since) {
  absl::MutexLock lock(&mu_);
  lease_ = std::move(lease);
  renewed_ = since;
  trouble_ = absl::OkStatus();
}

}  // namespace devstats::release
