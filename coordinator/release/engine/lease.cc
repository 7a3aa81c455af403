#include "coordinator/release/engine/lease.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/engine/lease_object.h"

namespace devstats::release {
namespace {

// Part of the duration that is not used: a request sent at its end arrives later.
constexpr int kMargin = 6;
constexpr int kRenewals = 3, kAfterTrouble = 10;  // within the duration
constexpr int kMostTries = 5;                     // of one write, against others

}  // namespace

Lease::Lease(const ReleaseName& release, const Writer& writer, kube::KubeClient* client, const Clock* clock,
             const LeaseOptions& options)
    : release_(release),
      ref_(LeaseOf(release)),
      writer_(writer),
      client_(client),
      clock_(clock),
      options_(options) {}

Lease::~Lease() {
  if (!renewer_.joinable()) return;  // never taken
  {
    absl::MutexLock lock(&mu_);
    stop_ = true;
  }
  renewer_.join();
  absl::MutexLock lock(&mu_);
  if (lost_) return;
  // If it cannot be given back, it runs out.
  if (concluded_ || HolderOf(lease_).revision == 0) {
    client_->Delete(ref_, {.version = kube::TextAt(lease_, {"metadata", "resourceVersion"})}).IgnoreError();
  } else {
    SetFree(&lease_);
    client_->Update(lease_).status().IgnoreError();
  }
}

absl::Status Lease::Check() const {
  absl::MutexLock lock(&mu_);
  const absl::Duration unrenewed = clock_->Now() - renewed_;
  if (!lost_ && unrenewed < options_.duration - options_.duration / kMargin) return absl::OkStatus();
  const std::string what = absl::StrCat(
      "the lease of ", release_.Text(),
      lost_ ? " is lost" : absl::StrCat(" could not be renewed for ", absl::FormatDuration(unrenewed)),
      trouble_.ok() ? "" : absl::StrCat(": ", trouble_.message()));
  return Hint(absl::AbortedError(what),
              "nothing more is written; run it again, and it goes on where it stands now");
}

absl::Status Lease::Announce(int revision) {
  return Annotate(Write([&](Json& lease) { SetRevision(revision, &lease); }),
                  absl::StrCat("announcing revision ", revision, " of ", release_.Text()));
}

absl::Status Lease::NoteFailure(int revision, const std::string& why) {
  return Annotate(Write([&](Json& lease) { SetFailure(writer_.operation, revision, why, &lease); }),
                  absl::StrCat("noting that revision ", revision, " of ", release_.Text(), " has failed"));
}

void Lease::Conclude() {
  absl::MutexLock lock(&mu_);
  concluded_ = true;
}

absl::Status Lease::Lost(const std::string& why) {
  absl::MutexLock lock(&mu_);
  lost_ = true;
  trouble_ = absl::AbortedError(why);
  return trouble_;
}

absl::Status Lease::Write(absl::FunctionRef<void(Json&)> change) {
  absl::MutexLock one(&writing_);
  absl::Status refused;
  for (int tries = 0; tries < kMostTries; ++tries) {
    Json next;
    {
      absl::MutexLock lock(&mu_);
      if (lost_) return trouble_;
      next = lease_;
    }
    const absl::Time now = clock_->Now();  // before it is sent: it counts from when others may have seen it
    SetRenewed(now, &next);
    change(next);
    auto written = client_->Update(next);
    if (written.ok()) {
      Won(*std::move(written), now);
      return absl::OkStatus();
    }
    refused = written.status();
    if (absl::IsNotFound(refused)) return Lost("somebody has deleted it");
    if (!absl::IsAborted(refused)) break;
    RETURN_IF_ERROR(Refresh());
  }
  absl::MutexLock lock(&mu_);
  trouble_ = refused;
  return refused;
}

// Somebody has written it: another holder, or ourselves, and the answer was lost.
absl::Status Lease::Refresh() {
  auto there = client_->Get(ref_);
  if (!there.ok()) return there.status();
  const LeaseHolder holder = HolderOf(*there);
  if (!holder.held || holder.writer != writer_)
    return Lost(absl::StrCat(holder.held ? holder.identity : "nobody", " has it"));
  absl::MutexLock lock(&mu_);
  lease_ = *std::move(there);
  return absl::OkStatus();
}

void Lease::KeepRenewing() {
  absl::Duration pause = options_.duration / kRenewals;
  while (true) {
    {
      absl::MutexLock lock(&mu_);
      if (mu_.AwaitWithTimeout(absl::Condition(&stop_), pause)) return;
      if (lost_) return;
    }
    const bool renewed = Write([](Json&) {}).ok();
    pause = options_.duration / (renewed ? kRenewals : kAfterTrouble);
  }
}

absl::StatusOr<int> AnnouncedRevision(const ReleaseName& release, const std::string& coordinator,
                                      kube::KubeClient& client) {
  const auto lease = client.Get(LeaseOf(release));
  if (absl::IsNotFound(lease.status())) return 0;
  if (!lease.ok()) return Annotate(lease.status(), absl::StrCat("the lease of ", release.Text()));
  const LeaseHolder holder = HolderOf(*lease);
  return holder.writer.coordinator == coordinator ? holder.revision : 0;
}

absl::StatusOr<std::string> NotedFailure(const ReleaseName& release, const Writer& writer, int revision,
                                         kube::KubeClient& client) {
  const auto lease = client.Get(LeaseOf(release));
  if (absl::IsNotFound(lease.status())) return std::string();
  if (!lease.ok()) return Annotate(lease.status(), absl::StrCat("the lease of ", release.Text()));
  if (HolderOf(*lease).writer.coordinator != writer.coordinator) return std::string();
  return FailureOf(*lease, writer.operation, revision);
}

}  // namespace devstats::release
