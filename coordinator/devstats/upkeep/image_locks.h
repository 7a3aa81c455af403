// To which digests the images of an environment are locked: stored beside cluster.yaml, which names them by
// tags, so that a restart never changes code. A lock is for the image as cluster.yaml writes it, and no
// longer counts when another one is written there. Earlier ones are kept, to go back to.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/sqlite.h"

namespace devstats::domain {

struct ImageLock {
  std::string kind;       // "grafana"; "static-prod": of the pages of a domain
  std::string written;    // in cluster.yaml: "lukaszgryglicki/devstats-grafana:latest"
  std::string reference;  // what runs in its place: "lukaszgryglicki/devstats-grafana:latest@sha256:..."
  std::string set_by;
  absl::Time at;  // given by the store
};
using ImageLocks = std::map<std::string, ImageLock>;  // by kind

// Thread-safe.
class ImageLockStore {
 public:
  ImageLockStore(Database* db, const Clock* clock) : db_(db), clock_(clock) {}  // not owned
  // One entry of the migration list of the coordinator's database.
  static std::string Schema();

  absl::StatusOr<ImageLocks> InForce(const std::string& environment);
  // What a rollback would bring back, by kind.
  absl::StatusOr<ImageLocks> Earlier(const std::string& environment);
  // All or none, in their order; one that says what is in force is left out.
  absl::Status Add(const std::string& environment, const std::vector<ImageLock>& locks);
  // Takes the newest of each kind back, all or none. FailedPrecondition when a kind has no earlier one, or
  // one of another image as written.
  absl::Status Undo(const std::string& environment, const std::vector<std::string>& kinds);

 private:
  // The newest first.
  absl::StatusOr<std::vector<ImageLock>> List(Database& db, const std::string& environment,
                                              const std::string& kind);
  absl::StatusOr<ImageLocks> Nth(const std::string& environment, size_t n);
  absl::Status UndoOne(Database& db, const std::string& environment, const std::string& kind);

  Database* const db_;
  const Clock* const clock_;
};

}  // namespace devstats::domain
