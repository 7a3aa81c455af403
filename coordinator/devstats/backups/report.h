// What a job on files of backups tells of them (jobs/kind_scripts.h), read from its log. Lines of others in
// the log are passed over. Pure.
//
//   devstats-backup-1 begin SECONDS          when, by the clock of its pod
//   devstats-backup-1 began SECONDS          the same by the clock of the volume; of a backup alone
//   devstats-backup-1 file NAME BYTES SECONDS STATE CREATED [REASON]
//   devstats-backup-1 removed NAME BYTES
//   devstats-backup-1 left NAME REASON       what should have been removed, and was not
//   devstats-backup-1 end COUNT STRANGE      how many lines of the last three kinds there are
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace devstats::backups {

inline constexpr size_t kMaxReport = 16 << 20;  // bytes of a log
inline constexpr size_t kMaxFiles = 10000;
inline constexpr size_t kMaxReason = 200;

enum class State {
  kUnread,  // not read, or it is just being written
  kGood,
  kBad
};
const char* NameOf(State state);  // "good"; of kUnread ""

struct File {
  std::string name;
  int64_t bytes = 0;
  absl::Time modified;
  State state = State::kUnread;
  absl::Time created = absl::InfinitePast();  // as a dump's own list says; InfinitePast: not known
  std::string reason;                         // why it is not good
};

struct Outcome {
  std::string name;
  bool removed = false;
  int64_t bytes = 0;   // of one that was removed
  std::string reason;  // of one that was not
};

struct Report {
  absl::Time begin;
  absl::Time began = absl::InfinitePast();
  std::vector<File> files;
  std::vector<Outcome> outcomes;
  int strange = 0;  // files whose names no backup has, so that they could not be told of
};

// DataLoss for a report that is not whole: its log was cut, or its pod; InvalidArgument for what no script of
// ours tells.
absl::StatusOr<Report> ParseReport(absl::string_view log);

// What a file is, by its name: "keda.dump", "keda.20261128T163000Z.dump" (an earlier one, kept),
// "keda.tar.xz".
struct Kind {
  enum class What { kDump, kEvents, kOther } what = What::kOther;
  std::string database;  // empty: of kOther
};
Kind KindOf(absl::string_view name);

}  // namespace devstats::backups
