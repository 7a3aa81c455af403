// The pod of a job: what marks it as ours, and what its status tells. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/devstats/jobs/job.h"
#include "coordinator/kube/object.h"

namespace devstats::jobs {

inline constexpr char kJobLabel[] = "devstats.dev/job";    // the id
inline constexpr char kRoleLabel[] = "devstats.dev/role";  // "job"
inline constexpr char kSelector[] = "devstats.dev/role=job";
// Keeps the pod from vanishing before its end was seen and written down.
inline constexpr char kFinalizer[] = "devstats.dev/job";

kube::ObjectRef PodRef(const Job& job);
// The pod as it is sent: named by the job, marked and held as ours, never restarted; without what belongs to
// a live object or to a release. InvalidArgument for what is no pod with containers in a namespace.
absl::StatusOr<Json> Dress(Json pod, const Job& job);
// Whether it is the job's, and not one of the same name that somebody else made.
bool IsOf(const Json& pod, const Job& job);
// Its finalizers without ours.
Json OtherFinalizers(const Json& pod);

struct PodState {
  bool ended = false;     // no container of it runs, or will
  bool started = false;   // a container has run
  bool deleting = false;  // somebody has asked for its deletion
  std::string phase;      // with ended: "Succeeded", "Failed", or "" when it was taken away before its end
  std::string reason;     // one line: why it failed, or what it waits for; empty: nothing to tell
};
PodState StateOf(const Json& pod, absl::Time now);

// The last lines of a log as they are kept and shown: control characters escaped, at most `bytes`, whole
// lines.
std::string LastLines(absl::string_view log, size_t bytes);

}  // namespace devstats::jobs
