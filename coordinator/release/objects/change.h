// What a release would change in the cluster, object by object and field by field, and doing it. Looking
// costs no write: an object whose manifest is what it was, whose fields are ours and have the values that we
// set, is unchanged without a request of its own; of the others, a dry run tells what the server would make
// of them. Of many new objects of one kind, definitions of kinds excepted, only a few are tried: the rest is
// refused, if at all, when it is applied.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/status.h"
#include "coordinator/kube/units/difference.h"
#include "coordinator/release/objects/objects.h"

namespace devstats::release {

enum class Action { kUnchanged, kCreate, kUpdate, kDelete, kKeep };

struct ObjectChange {
  kube::ObjectRef ref;
  Action action = Action::kUnchanged;
  // kUpdate: what becomes what. Values of a Secret are hidden (difference.h).
  std::vector<coordinator::FieldDifference> fields;
  // Fields that another manager owns and that the chart has not changed since the last revision: they are
  // left to him (a suspended CronJob, a scaled Deployment), and shown.
  std::vector<kube::FieldConflict> left;
  // Fields of the manifest that the server is too old to know, and that are left out (unknown_fields.h).
  std::vector<std::string> dropped;
  bool adopts = false;      // the object was not the release's
  bool takes_over = false;  // it was made by client-side apply (Helm's, kubectl's): its fields become ours
  std::string live;         // resourceVersion of what was looked at; empty: not there
};

struct ChangeOptions {
  bool adopt = false;            // take objects that are nobody's release's, or another's
  bool force_conflicts = false;  // take the fields that another manager owns
  int parallel = 16;             // requests at a time
  std::function<bool()> go_on = [] { return true; };  // false: stop, Cancelled; from any thread
};

struct ObjectsWanted {
  ReleaseName owner;
  std::vector<ReleaseObject> wanted;    // of the new manifest; empty: uninstall
  std::vector<ReleaseObject> previous;  // of all revisions that may have left objects, newest first
  // All of the newest revision's were made: its one-shot pods (Job, Pod that is not restarted) have run, and
  // one that is gone is not made again.
  bool settled = false;
};

// What is to be told of `dropped`; empty: nothing.
std::string DroppedText(const ObjectChange& change);

// One change for each object of both, in the order of their installation, deletions last and in the reverse
// order. Objects with `keep` that are no longer wanted are kKeep. An object of `previous` that is gone, or is
// not the release's any more, is left out. Errors, all of them in one message, each with object, field and
// next step: a foreign object in the way (FailedPrecondition), conflicts of fields (Aborted, with
// kube::ConflictsOf), what the server refuses (immutable field, quota, admission).
absl::StatusOr<std::vector<ObjectChange>> PlanObjects(const ObjectsWanted& objects, kube::KubeClient& client,
                                                      const ChangeOptions& options);

// Called after each object, from any thread; with `dropped` as it was done.
using Applied = std::function<void(const ObjectChange& change)>;

// Creates and updates, by server-side apply: in the order of their graph (order.h), independent ones in
// parallel. Objects made by client-side apply are taken over first, so that a field which a later manifest
// lacks goes. A CustomResourceDefinition is waited for until it is established, until `deadline`. May be cut
// at any instant and called again. The first error ends it, after what was under way.
absl::Status ApplyObjects(const ObjectsWanted& objects, const std::vector<ObjectChange>& changes,
                          kube::KubeClient& client, const ChangeOptions& options, absl::Time deadline,
                          const Applied& applied);

// Deletes those of kDelete, in order, each only if it is still the release's.
absl::Status DeleteObjects(const ReleaseName& owner, const std::vector<ObjectChange>& changes,
                           kube::KubeClient& client, kube::Propagation propagation,
                           const ChangeOptions& options, const Applied& applied);

}  // namespace devstats::release
