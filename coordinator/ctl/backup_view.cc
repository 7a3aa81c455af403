#include "coordinator/ctl/backup_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

constexpr size_t kReason = 60;  // columns
constexpr int kMostMissing = 20;

// "3d4h", "2h05m": as of when it was listed.
std::string AgeText(int64_t ms, int64_t now_ms) {
  const int64_t minutes = std::max<int64_t>(0, (now_ms - ms) / 60000), hours = minutes / 60,
                days = hours / 24;
  if (days > 0) return absl::StrCat(days, "d", hours % 24, "h");
  return hours > 0 ? absl::StrCat(hours, "h", minutes % 60, "m") : absl::StrCat(minutes, "m");
}

Cell StateCell(const v1::BackupFile& file) {
  if (file.state() == "good") return {"good", Color::kGreen};
  return file.state() == "bad" ? Cell("bad", Color::kRed) : Cell("");
}

std::vector<Cell> RowOf(const v1::BackupRow& row, const v1::BackupFile* dump, const v1::BackupFile* events,
                        int64_t now_ms, bool wide) {
  const bool none = !dump && !events;
  std::vector<Cell> cells = {row.project().empty() ? Cell("(none)", Color::kYellow) : Cell(row.project()),
                             row.database(),
                             dump ? Cell(Bytes(dump->bytes())) : Cell(none ? "none" : "", Color::kRed),
                             dump ? Cell(AgeText(dump->modified_ms(), now_ms)) : Cell(""),
                             events ? Cell(Bytes(events->bytes())) : Cell(""),
                             events ? Cell(AgeText(events->modified_ms(), now_ms)) : Cell("")};
  if (!wide) return cells;
  cells.push_back(row.project_state());
  cells.push_back(dump ? Cell(dump->name()) : Cell(""));
  cells.push_back(dump ? StateCell(*dump) : Cell(""));
  return cells;
}

std::string Missing(const v1::BackupList& list) {
  std::string out;
  for (int i = 0; i < std::min(list.missing_size(), kMostMissing); ++i)
    absl::StrAppend(&out, i == 0 ? "" : ", ", log::Printable(list.missing(i)));
  if (list.missing_size() > kMostMissing)
    absl::StrAppend(&out, " and ", list.missing_size() - kMostMissing, " more");
  return out;
}

void AddChecked(const v1::BackupFile& file, int64_t now_ms, Table* table) {
  table->Row({file.name(), file.project(), Bytes(file.bytes()), AgeText(file.modified_ms(), now_ms),
              StateCell(file), Moment(file.created_ms(), absl::UTCTimeZone()), Cut(file.reason(), kReason)});
}

}  // namespace

std::string BackupListView(const v1::BackupList& list, bool wide, const Paint& paint) {
  std::vector<std::string> head = {"PROJECT", "DATABASE", "DUMP", "AGE", "EVENTS", "AGE"};
  if (wide) head.insert(head.end(), {"STATE", "FILE", "READ"});
  Table table(std::move(head));
  for (const v1::BackupRow& row : list.rows()) {
    const v1::BackupFile* events = row.has_events() ? &row.events() : nullptr;
    table.Row(RowOf(row, row.dumps().empty() ? nullptr : &row.dumps(0), events, list.time_ms(), wide));
    for (int i = 1; wide && i < row.dumps_size(); ++i)
      table.Row(RowOf(row, &row.dumps(i), nullptr, list.time_ms(), wide));
  }
  std::string out = table.Text(paint);
  if (!list.missing().empty())
    absl::StrAppend(&out,
                    paint(Color::kRed, Count(static_cast<size_t>(list.missing_size()), "active project")),
                    " without a dump: ", Missing(list), "\n");
  if (!list.others().empty() || list.strange() > 0)
    absl::StrAppend(&out, "besides, ",
                    Count(static_cast<size_t>(list.others_size()) + list.strange(), "file"),
                    " whose name no backup has\n");
  return out;
}

std::string BackupCheckView(const v1::BackupList& list, const Paint& paint) {
  Table table({"FILE", "PROJECT", "SIZE", "AGE", "STATE", "MADE (UTC)", "REASON"});
  size_t files = 0;
  for (const v1::BackupRow& row : list.rows()) {
    for (const v1::BackupFile& file : row.dumps()) AddChecked(file, list.time_ms(), &table);
    if (row.has_events()) AddChecked(row.events(), list.time_ms(), &table);
    files += static_cast<size_t>(row.dumps_size()) + (row.has_events() ? 1 : 0);
  }
  for (const v1::BackupFile& file : list.others()) AddChecked(file, list.time_ms(), &table);
  files += static_cast<size_t>(list.others_size());
  return absl::StrCat(table.Text(paint), Count(files, "file"), ", ",
                      paint(list.bad() == 0 ? Color::kGreen : Color::kRed, absl::StrCat(list.bad(), " bad")),
                      "\n");
}

std::string PrunePlanView(const v1::PrunePlan& plan, const Paint& paint) {
  if (plan.files().empty()) return absl::StrCat("nothing to remove; ", Count(plan.kept(), "file"), " stay\n");
  Table table({"FILE", "PROJECT", "SIZE", "LAST CHANGED (UTC)", "READ", "WHY"});
  for (const v1::BackupFile& file : plan.files())
    table.Row({file.name(), file.project().empty() ? Cell("(none)", Color::kYellow) : Cell(file.project()),
               Bytes(file.bytes()), Moment(file.modified_ms(), absl::UTCTimeZone()), StateCell(file),
               file.reason()});
  std::string out = absl::StrCat(table.Text(paint), Count(static_cast<size_t>(plan.files_size()), "file"),
                                 ", ", Bytes(plan.bytes()), " to remove; ", plan.kept(), " stay\n");
  if (plan.more() > 0) absl::StrAppend(&out, plan.more(), " more would go, too: call it again then\n");
  return out;
}

std::string PrunedView(const v1::BackupList& list, const Paint& paint) {
  Table table({"FILE", "OUTCOME", "SIZE", "REASON"});
  for (const v1::BackupFile& file : list.outcomes())
    table.Row({file.name(), file.removed() ? Cell("removed") : Cell("left", Color::kYellow),
               file.removed() ? Cell(Bytes(file.bytes())) : Cell(""), file.reason()});
  return table.Text(paint);
}

}  // namespace devstats::ctl
