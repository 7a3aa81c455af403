// The life of releases: install, upgrade, rollback, uninstall, test. In two steps: Prepare reads the cluster
// and makes a Transition, which says all that will happen, as data; Carry makes it happen, knows nothing of
// what led to it, and may be cut at any instant and called again.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/environment.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/release/engine/lease.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/storage.h"

namespace devstats::release {

inline constexpr char kInputsAnnotation[] = "devstats.io/inputs";

class Renderings;

enum class Kind { kInstall, kUpgrade, kRollback, kUninstall, kTest, kAdopt };
enum class Reuse { kDefault, kReset, kReuse, kResetThenReuse };

struct ReleaseOptions {
  bool wait = false, wait_for_jobs = false, atomic = false;
  bool no_hooks = false, skip_crds = false, create_namespace = false;
  bool keep_history = false, cleanup_on_fail = false, replace = false, ignore_not_found = false;
  bool force_conflicts = false, take_ownership = false;
  bool skip_schema = false, sub_notes = false;
  bool takeover = false;
  absl::Duration takeover_after = absl::Minutes(15);
  absl::Duration timeout = absl::Minutes(5);  // of each wait and hook
  std::string description;
  int history_max = 10;  // 0: no limit
  std::map<std::string, std::string> labels;
  kube::Propagation cascade = kube::Propagation::kBackground;
  std::vector<std::string> test_filters;  // "name=x", "!name=x"
  bool test_logs = false;
};

struct ReleaseRequest {
  Kind kind = Kind::kInstall;
  ReleaseName release;
  std::shared_ptr<const chart::Chart> chart;  // install, upgrade
  chart::Value values;                        // the user's, a map
  Reuse reuse = Reuse::kDefault;
  bool install = false;  // upgrade: if there is none
  int to_revision = 0;   // rollback; 0: the one before the last
  // Digest of all that the manifest is made from. When the newest revision is deployed and was made from the
  // same, its manifest is taken as it is (so random functions change nothing), and without a change there is
  // nothing to do. Empty: render anew, make a revision in any case, as Helm does.
  std::string inputs;
  ReleaseOptions options;
};

struct Transition {
  Kind kind = Kind::kInstall;  // what it came to: an upgrade of nothing is an install
  bool nothing = false;  // there is nothing to do: an uninstall of what is not there, a run that has ended
  bool begun = false;    // its record is there already: a cut run is gone on with
  Release release;       // as its record is written first: pending-...; of uninstall and test: as it is
  std::vector<RevisionHead> history;      // as it was
  std::vector<int> abandoned;             // pending revisions whose writer is dead: they become failed
  bool make_namespace = false;            // it is not there, and --create-namespace was given
  std::vector<ReleaseObject> crds;        // of crds/, those that the cluster lacks: made before all else
  std::vector<ObjectChange> definitions;  // of them
  ObjectsWanted objects;
  std::vector<ObjectChange> changes;
  std::vector<std::string> warnings;
  ReleaseOptions options;
};

struct EngineParts {                   // none is owned
  kube::KubeClient* client = nullptr;  // one that gives up at once: patience must not outlast a lease
  const Clock* clock = nullptr;
  const chart::Environment* environment = nullptr;  // random bytes, time zone, limits of rendering
  Renderings* renderings = nullptr;  // of requests with `inputs`: taken from there when there, or null
  bool render_anew = false;          // for a plan: put there, not taken from there
  kube::Persistence persistence;     // while the API server is away or busy
};

struct CarryContext {
  Writer writer;
  int attempt = 1;
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };
};

class Engine {
 public:
  explicit Engine(EngineParts parts) : p_(std::move(parts)) {}

  // Reads; changes nothing. `revision` is what an earlier, cut run of the same request had chosen; 0: none: a
  // record of it is gone on with, not made anew. Errors are Helm's where Helm has one: "cannot re-use a name
  // that is still in use", '"x" has no deployed releases', "release: not found".
  absl::StatusOr<Transition> Prepare(const ReleaseRequest& request, const Writer& writer, int revision = 0);

  // What the records then say. The error of a failed one tells what has become of the release (failed; rolled
  // back or uninstalled with `atomic`). Fault points
  // release.{leased,announced,recorded,defined,applied,waited, deployed,superseded,removed,purged}, key
  // NAMESPACE/NAME.
  absl::StatusOr<Release> Carry(const Transition& transition, const CarryContext& context);

 private:
  const EngineParts p_;
};

}  // namespace devstats::release
