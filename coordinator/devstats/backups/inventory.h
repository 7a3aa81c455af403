// The files of backups by project, and which of them may go. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/devstats/backups/report.h"
#include "coordinator/spec/devstats.h"

namespace devstats::backups {

struct Row {
  std::string project;  // empty: the database is of no project that is named
  spec::ProjectSpec::State state = spec::ProjectSpec::State::kActive;
  std::string database;
  std::vector<File> dumps;   // the newest first
  std::vector<File> events;  // one, or none
};

struct Inventory {
  std::vector<Row> rows;  // of projects, in their order, also those without any file; then of others by name
  std::vector<File> others;  // with names that no backup of ours has
};
Inventory InventoryOf(const Report& report, const std::vector<spec::ProjectSpec>& projects);

// The newest that is not bad; nullptr: there is none.
const File* NewestDump(const Row& row);

struct Keep {
  int days = 0;          // those of the last so many; 0: not asked for
  int last = 0;          // so many good ones of each database, the newest; 0: not asked for
  bool orphans = false;  // also the last good dump of a database of no project
};
inline constexpr size_t kMostPruned = 200, kMaxFilesOption = 15000;  // files, bytes

struct Candidate {
  File file;
  std::string project, database, reason;  // "older than 30 days"
};
struct Pruning {
  std::vector<Candidate> files;  // as many as one job takes, the oldest first
  size_t more = 0;               // that would go, too, and are for another time
  size_t kept = 0;
  int64_t bytes = 0;  // of `files`
  std::string digest;
};

// Dumps that neither bound keeps, and the events of a database of no project all of whose dumps go. Never the
// newest good dump of a database (but see `orphans`: of a project never), nor what is being written, nor a
// file with another name. InvalidArgument when no bound is given; FailedPrecondition for a report that has
// not read its dumps.
absl::StatusOr<Pruning> Prune(const Inventory& inventory, const Keep& keep, absl::Time now);

// As the job that removes them takes it: "NAME:BYTES:SECONDS,...".
std::string FilesOption(const Pruning& pruning);

}  // namespace devstats::backups
