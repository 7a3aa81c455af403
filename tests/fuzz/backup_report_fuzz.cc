#include "coordinator/devstats/backups/inventory.h"
#include "tests/fuzz/fuzz.h"

// Whatever a pod says: what is read is within its bounds, no name can lead out of the folder, and what is to
// be removed was told of and is not the newest good dump.
FUZZ_TARGET(backup_report) {
  namespace backups = devstats::backups;
  const auto report = backups::ParseReport(input);
  if (!report.ok()) return;
  REQUIRE(report->files.size() + report->outcomes.size() <= backups::kMaxFiles);
  int64_t newest = 0;
  for (const backups::File& file : report->files) {
    REQUIRE(file.name.find('/') == std::string::npos && file.name[0] != '.' && file.name[0] != '-');
    REQUIRE(file.bytes >= 0 && file.reason.size() <= backups::kMaxReason);
    newest = std::max(newest, absl::ToUnixSeconds(file.modified));
  }
  const backups::Inventory inventory = backups::InventoryOf(*report, {});
  const auto pruning = backups::Prune(inventory, {.last = 1}, absl::FromUnixSeconds(newest));
  if (!pruning.ok()) return;
  REQUIRE(pruning->files.size() <= backups::kMostPruned);
  for (const backups::Candidate& one : pruning->files) {
    REQUIRE(backups::KindOf(one.file.name).what != backups::Kind::What::kOther);
    for (const backups::Row& row : inventory.rows) {
      const auto good = std::find_if(row.dumps.begin(), row.dumps.end(), [](const backups::File& file) {
        return file.state == backups::State::kGood;
      });
      REQUIRE(good == row.dumps.end() || good->name != one.file.name);
    }
  }
}
