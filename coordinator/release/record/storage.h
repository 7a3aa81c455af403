// Where releases are kept: as Helm 3 does (pkg/storage/driver/secrets.go), one Secret
// sh.helm.release.v1.NAME.vREVISION of type helm.sh/release.v1 for each revision, in the release's namespace,
// with the labels name, owner=helm, status, version, createdAt or modifiedAt, and the user's.
//
// A record that does not fit into a Secret (1 MiB) is first written without the texts of the chart's
// templates and files, which nothing needs for an upgrade or a rollback; Helm can still read it. If that is
// not enough it goes into parts: Secrets of another type (devstats.io/release-part.v1), written before the
// record's own, which names them and which Helm then says it cannot decode: it skips it in lists and refuses
// to act on it, rather than acting on half of it.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"

namespace devstats::release {

inline constexpr size_t kMaxSecretBytes = 1 << 20;  // of all values together (Kubernetes: MaxSecretSize)

// A revision as its Secret's labels tell, its body unread.
struct RevisionHead {
  ReleaseName release;
  int revision = 0;
  ReleaseStatus status = ReleaseStatus::kUnknown;
  absl::Time written;                         // the last write: by the labels, else by the Secret's own times
  std::string version;                        // resourceVersion: what a plan was made from
  std::map<std::string, std::string> labels;  // the user's
  std::map<std::string, std::string> annotations;
};

struct ListFilter {
  std::string name_space;   // empty: of all namespaces
  std::string selector;     // of the user's labels, too: "team=web"
  bool superseded = false;  // else only the newest revision of each release, whatever its status
};

// Thread-safe as far as its client is. Errors: NotFound "release: not found", AlreadyExists, DataLoss for a
// record that cannot be read, ResourceExhausted for one that no reader would take, and the client's. Fault
// points release.part (after each) and release.record.written, key NAMESPACE/NAME.
class Storage {
 public:
  // Not owned.
  Storage(kube::KubeClient* client, const Clock* clock, const chart::Limits* limits)
      : client_(client), clock_(clock), limits_(*limits) {}

  // Oldest first; no body is read.
  absl::StatusOr<std::vector<RevisionHead>> Revisions(const ReleaseName& name);
  absl::StatusOr<Release> Get(const ReleaseName& name, int revision);
  // The newest revision; nothing when there is none.
  absl::StatusOr<std::optional<Release>> Last(const ReleaseName& name);
  // The releases that match, bodies read, by namespace, name and revision. One that cannot be decoded is left
  // out and told to `skipped`.
  absl::StatusOr<std::vector<Release>> List(const ListFilter& filter,
                                            const std::function<void(const std::string&)>& skipped);

  // AlreadyExists when the revision is there. When it holds just this release (an answer was lost) it is OK.
  absl::Status Create(const Release& release);
  // Writes the whole record anew, over whatever is there. NotFound.
  absl::Status Update(const Release& release);
  // OK when there is none. Its parts go after it, and those that a cut has left behind, too.
  absl::Status Delete(const ReleaseName& name, int revision);

  // Makes room for one more revision: of more than `most` - 1, the oldest are deleted, never the newest
  // deployed one (Helm's --history-max). 0: no limit.
  absl::Status Trim(const ReleaseName& name, int most);

 private:
  // The release in a Secret as the server gives it; parts are fetched.
  absl::StatusOr<Release> Read(const Json& secret);

  kube::KubeClient* const client_;
  const Clock* const clock_;
  const chart::Limits& limits_;
};

}  // namespace devstats::release
