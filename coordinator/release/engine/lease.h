// One writer for each release: a coordination.k8s.io Lease "devstats-release-NAME" in its namespace, renewed
// while work goes on. It also says which revision its holder is making, so that a half-made one is known as
// ours after a cut.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"

namespace devstats::release {

// Who writes. A lease of a lower epoch of the same coordinator is a dead process's, for only the latest epoch
// lives; so is one of the same epoch and operation, which is our own from before. Another operation of the
// same epoch lives, as do other coordinators, until their lease runs out.
struct Writer {
  std::string coordinator;  // its cluster id: unique, lasting
  uint64_t epoch = 0;       // grows with each start
  std::string operation;    // "op-7-3fa9"
  // "coordinator 5f1e (operation op-7-3fa9, epoch 12)".
  std::string Text() const;
  friend bool operator==(const Writer&, const Writer&) = default;
};

struct LeaseOptions {
  absl::Duration duration = absl::Seconds(30);  // unrenewed for so long, it is free
  absl::Duration wait = absl::Minutes(2);       // for another holder; 0: refuse at once
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };  // false: Take ends, Cancelled
};

// Clocks of two machines are never compared: another's lease has run out when this process has seen it
// unchanged for its whole duration.
class Lease {
 public:
  // FailedPrecondition when another holder keeps it beyond `wait`, naming him, since when and until when, or
  // when a later start of this coordinator has it. NotFound when there is no such namespace. The client may
  // be one that tries again.
  static absl::StatusOr<std::unique_ptr<Lease>> Take(const ReleaseName& release, const Writer& writer,
                                                     kube::KubeClient* client, const Clock* clock,
                                                     const LeaseOptions& options);
  // Gives it back, if it is still ours: deletes it, or, with a revision announced, leaves it free.
  ~Lease();

  // Aborted when it could not be renewed in time: then another may hold it, and nothing may be written. Call
  // before each write. Does not wait for the server.
  absl::Status Check() const;
  // The revision that is being made, durably, before its record is written; 0 when it has come to its end.
  absl::Status Announce(int revision);
  // That making `revision` has failed for good, durably: for who looks when its record has gone already. It
  // stays until the next Announce.
  absl::Status NoteFailure(int revision, const std::string& why);
  // Nothing is left half-made: what was announced is forgotten when the lease is given back.
  void Conclude();

 private:
  struct Seen;
  Lease(const ReleaseName& release, const Writer& writer, kube::KubeClient* client, const Clock* clock,
        const LeaseOptions& options);
  enum class Outcome { kTaken, kRaced, kHeld };
  absl::StatusOr<Outcome> TakeOnce(Seen* seen);
  absl::Status AwaitChange(const Seen& seen, absl::Time deadline);
  absl::Status Refused(const Seen& seen) const;
  void Won(Json lease, absl::Time since);
  // Writes the lease with what `change` makes of it, and `renewed` anew.
  absl::Status Write(absl::FunctionRef<void(Json&)> change);
  absl::Status Refresh();
  absl::Status Lost(const std::string& why);
  void KeepRenewing();

  const ReleaseName release_;
  const kube::ObjectRef ref_;
  const Writer writer_;
  kube::KubeClient* const client_;
  const Clock* const clock_;
  const LeaseOptions options_;
  absl::Mutex writing_;  // one write at a time; taken before mu_
  mutable absl::Mutex mu_;
  Json lease_ ABSL_GUARDED_BY(mu_);  // as last written
  absl::Time renewed_ ABSL_GUARDED_BY(mu_);
  absl::Status trouble_ ABSL_GUARDED_BY(mu_);  // of the last renewal
  bool lost_ ABSL_GUARDED_BY(mu_) = false;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  bool concluded_ ABSL_GUARDED_BY(mu_) = false;
  std::thread renewer_;
};

// The revision that a live or dead holder of the release's lease has announced, if he is `coordinator`; 0:
// none. For looking without taking it.
absl::StatusOr<int> AnnouncedRevision(const ReleaseName& release, const std::string& coordinator,
                                      kube::KubeClient& client);

// What NoteFailure has noted of the revision in the same operation; empty: nothing.
absl::StatusOr<std::string> NotedFailure(const ReleaseName& release, const Writer& writer, int revision,
                                         kube::KubeClient& client);

}  // namespace devstats::release
