// One writer for each release: a coordination.k8s.io Lease "devstats-release-NAME" in its namespace, renewed
// while work goes on. It also says which revision its holder is making, so that a half-made one is known as
// ours after a cut.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"

namespace devstats::release {

// Who writes. A lease of another operation or epoch of the same coordinator is a dead process's: there is one
// process for each state, and only the latest epoch lives.
struct Writer {
  std::string coordinator;  // its cluster id: unique, lasting
  uint64_t epoch = 0;       // grows with each start
  std::string operation;    // "op-7-3fa9"
  std::string Text() const;
};

struct LeaseOptions {
  absl::Duration duration = absl::Seconds(30);  // unrenewed for so long, it is free
  absl::Duration wait = absl::Minutes(2);       // for another holder; 0: refuse at once
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };
};

class Lease {
 public:
  // FailedPrecondition when another holder keeps it beyond `wait`, naming him, since when and until when.
  static absl::StatusOr<std::unique_ptr<Lease>> Take(const ReleaseName& release, const Writer& writer,
                                                     kube::KubeClient* client, const Clock* clock,
                                                     const LeaseOptions& options);
  // Gives it back, if it is still ours.
  ~Lease();

  // Aborted when it could not be renewed in time: then another may hold it, and nothing may be written.
  // Call before each write.
  absl::Status Check() const;
  // The revision that is being made, durably, before its record is written.
  absl::Status Announce(int revision);
  // That making `revision` has failed for good, durably: for who looks when its record has gone already. It stays
  // until the next Announce.
  absl::Status NoteFailure(int revision, const std::string& why);
  // What the holder before us, if he was this coordinator, had announced; 0: nothing.
  int inherited_revision() const { return inherited_; }

 private:
  Lease(const ReleaseName& release, const Writer& writer, kube::KubeClient* client, const Clock* clock,
        const LeaseOptions& options);
  absl::Status TakeOnce(std::string* holder);
  absl::Status Write(Json lease);
  void Renew();

  const kube::ObjectRef ref_;
  const Writer writer_;
  kube::KubeClient* const client_;
  const Clock* const clock_;
  const LeaseOptions options_;
  int inherited_ = 0;
  mutable absl::Mutex mu_;
  Json lease_ ABSL_GUARDED_BY(mu_);  // as last written
  absl::Time renewed_ ABSL_GUARDED_BY(mu_);
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

// The revision that a live or dead holder of the release's lease has announced, if he is `coordinator`; 0:
// none. For looking without taking it.
absl::StatusOr<int> AnnouncedRevision(const ReleaseName& release, const std::string& coordinator,
                                      kube::KubeClient& client);

// What NoteFailure has noted of the revision in the same operation; empty: nothing.
absl::StatusOr<std::string> NotedFailure(const ReleaseName& release, const Writer& writer, int revision,
                                         kube::KubeClient& client);

}  // namespace devstats::release
