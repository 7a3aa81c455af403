// The audit trail: who asked for what, what was decided, what came of it. A line of JSON each, appended and
// synced before the call goes on, and to the log. Each line holds the digest of the one before: a line that
// was changed, removed or put in shows.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/unique_fd.h"

namespace devstats::access {

struct AuditEntry {
  enum class Kind {
    kBegin,    // allowed, and about to be done
    kEnd,      // what came of the call that `of` names
    kRefused,  // not done
    kNote,     // the trail about itself
  };
  Kind kind = Kind::kNote;
  std::string actor;   // "ann", "root@local"; empty when unknown
  std::string serial;  // of the actor's certificate
  std::string peer;    // address
  std::string method;  // "Apply"
  std::string target;  // what the call is about: a node, a user, a plan's digest
  std::string operation;
  std::string code;     // of kEnd and kRefused: "OK", "PERMISSION_DENIED" ...
  std::string message;  // why
  uint64_t of = 0;      // of kEnd: the number of its kBegin
  // Given by Audit:
  uint64_t number = 0;
  std::string time;  // RFC 3339, UTC
  std::string previous, hash;
};

inline constexpr size_t kMaxAuditLine = 32 << 10;  // the longest fields, every character escaped, and some

class Audit {
 public:
  // Opens or makes the file (0600), which one process holds at a time (FailedPrecondition otherwise). A last
  // line that a cut left unfinished was never acted upon: it is cut off, and a note says so. DataLoss when
  // the file ends in something that no cut explains. `clock` is not owned.
  static absl::StatusOr<std::unique_ptr<Audit>> Open(const std::string& path, const Clock* clock);

  // Appends and syncs; returns the entry's number. Over-long fields are cut. After an error nothing may be
  // done: what cannot be written down does not happen. Thread-safe. Fault points audit.append.{before,after}.
  absl::StatusOr<uint64_t> Append(AuditEntry entry);

 private:
  Audit(std::string path, UniqueFd fd, const Clock* clock)
      : path_(std::move(path)), fd_(std::move(fd)), clock_(clock) {}
  absl::Status Recover();
  absl::Status Write(absl::string_view line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string path_;
  const UniqueFd fd_;
  const Clock* clock_;
  absl::Mutex mu_;
  uint64_t last_ ABSL_GUARDED_BY(mu_) = 0;
  std::string hash_ ABSL_GUARDED_BY(mu_);
  int64_t size_ ABSL_GUARDED_BY(mu_) = 0;    // of what is whole
  bool dirty_ ABSL_GUARDED_BY(mu_) = false;  // a failed write may have left something after it
};

struct AuditReport {
  uint64_t entries = 0;
  std::string last_hash;   // compare with the one in the log of another machine
  uint64_t torn_bytes = 0;  // of an unfinished last line
};
// Reads a whole trail. DataLoss with the line number where the chain breaks.
absl::StatusOr<AuditReport> VerifyAudit(const std::string& path);

// One line, without its newline, and back. Parse checks the line's own hash, not its place in the chain. A
// fuzz target.
std::string AuditLine(const AuditEntry& entry);
absl::StatusOr<AuditEntry> ParseAuditLine(absl::string_view line);
// The hash of an entry: of its canonical JSON without "hash".
std::string AuditHash(const AuditEntry& entry);

}  // namespace devstats::access
