#include "coordinator/devstats/backups/inventory.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/digest.h"

namespace devstats::backups {
namespace {

bool Newer(const File& a, const File& b) {
  return a.modified != b.modified ? a.modified > b.modified : a.name > b.name;
}

std::string OptionOf(const Candidate& one) {
  return absl::StrCat(one.file.name, ":", one.file.bytes, ":", absl::ToUnixSeconds(one.file.modified));
}

// Why it goes; empty: it stays.
std::string ReasonFor(const File& file, int newer_good, const Keep& keep, absl::Time now) {
  std::vector<std::string> why;
  if (keep.days > 0) {
    if (now - file.modified <= absl::Hours(24) * keep.days) return "";
    why.push_back(absl::StrCat("older than ", keep.days, keep.days == 1 ? " day" : " days"));
  }
  if (keep.last > 0) {
    if (newer_good < keep.last) return "";
    why.push_back(absl::StrCat(newer_good, newer_good == 1 ? " newer one is good" : " newer ones are good"));
  }
  return absl::StrJoin(why, ", ");
}

// The dumps of one database that go; `all` when none of them stays.
std::vector<Candidate> DumpsOf(const Row& row, const Keep& keep, absl::Time now, bool* all) {
  std::vector<Candidate> gone;
  int newer_good = 0;
  for (const File& file : row.dumps) {  // the newest first
    const bool good = file.state == State::kGood;
    const bool last = good && newer_good == 0 && !(keep.orphans && row.project.empty());
    const bool held = file.state == State::kUnread || last;
    const std::string why = held ? "" : ReasonFor(file, newer_good, keep, now);
    newer_good += good;
    if (!why.empty()) gone.push_back({file, row.project, row.database, why});
  }
  *all = !row.dumps.empty() && gone.size() == row.dumps.size();
  return gone;
}

absl::Status CheckRead(const Inventory& inventory) {
  bool dumps = false, read = false;
  for (const Row& row : inventory.rows) {
    for (const File& file : row.dumps) {
      dumps = true;
      read = read || file.state != State::kUnread;
    }
  }
  if (!dumps || read) return absl::OkStatus();
  return absl::FailedPreconditionError("which dumps are good is not known: they were listed, not read");
}

}  // namespace

Inventory InventoryOf(const Report& report, const std::vector<spec::ProjectSpec>& projects) {
  Inventory inventory;
  std::map<std::string, Row> rows;  // by database
  for (const File& file : report.files) {
    const Kind kind = KindOf(file.name);
    if (kind.what == Kind::What::kOther) {
      inventory.others.push_back(file);
      continue;
    }
    Row& row = rows[kind.database];
    row.database = kind.database;
    (kind.what == Kind::What::kDump ? row.dumps : row.events).push_back(file);
  }
  for (auto& [database, row] : rows) std::sort(row.dumps.begin(), row.dumps.end(), Newer);
  for (const spec::ProjectSpec& project : projects) {
    const auto found = rows.find(project.database);
    Row row = found == rows.end() ? Row() : found->second;
    row.project = project.name;
    row.state = project.state;
    row.database = project.database;
    inventory.rows.push_back(std::move(row));
  }
  std::set<std::string> of_projects;
  for (const spec::ProjectSpec& project : projects) of_projects.insert(project.database);
  for (auto& [database, row] : rows)
    if (!of_projects.count(database)) inventory.rows.push_back(std::move(row));
  return inventory;
}

const File* NewestDump(const Row& row) {
  for (const File& file : row.dumps)
    if (file.state != State::kBad && file.bytes > 0) return &file;
  return nullptr;
}

absl::StatusOr<Pruning> Prune(const Inventory& inventory, const Keep& keep, absl::Time now) {
  if (keep.days < 0 || keep.last < 0 || keep.days + keep.last == 0)
    return absl::InvalidArgumentError("what is to be kept must be said: of so many days, or so many of each");
  if (absl::Status status = CheckRead(inventory); !status.ok()) return status;
  Pruning pruning;
  for (const Row& row : inventory.rows) {
    bool all = false;
    std::vector<Candidate> gone = DumpsOf(row, keep, now, &all);
    if (all && row.project.empty()) {
      for (const File& file : row.events) gone.push_back({file, "", row.database, "none of its dumps stays"});
    }
    pruning.kept += row.dumps.size() + row.events.size() - gone.size();
    for (Candidate& one : gone) pruning.files.push_back(std::move(one));
  }
  std::stable_sort(pruning.files.begin(), pruning.files.end(),
                   [](const Candidate& a, const Candidate& b) { return a.file.modified < b.file.modified; });
  size_t taken = 0, option = 0;
  for (const Candidate& one : pruning.files) {
    option += OptionOf(one).size() + 1;
    if (taken == kMostPruned || option > kMaxFilesOption) break;
    pruning.bytes += one.file.bytes;
    ++taken;
  }
  pruning.more = pruning.files.size() - taken;
  pruning.files.resize(taken);
  pruning.digest = Sha256Hex(FilesOption(pruning));
  return pruning;
}

std::string FilesOption(const Pruning& pruning) {
  return absl::StrJoin(pruning.files, ",",
                       [](std::string* out, const Candidate& one) { out->append(OptionOf(one)); });
}

}  // namespace devstats::backups
