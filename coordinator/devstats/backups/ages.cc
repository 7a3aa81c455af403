// What env status tells of backups.
#include <algorithm>
#include <bitset>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "common/status.h"
#include "coordinator/devstats/backups/inventory.h"
#include "coordinator/devstats/backups/work.h"

namespace devstats::backups {
namespace {

constexpr int kMostJobs = 1000;
constexpr int kDaysLooked = 1500;  // days: four years have each kind of February

using Numbers = std::bitset<64>;

// One item of a field: "*", "5", "1-5", each perhaps with "/2".
bool AddItem(absl::string_view item, int least, int most, Numbers* numbers) {
  const std::vector<std::string> halves = absl::StrSplit(item, absl::MaxSplits('/', 1));
  const std::vector<std::string> ends = absl::StrSplit(halves[0], absl::MaxSplits('-', 1));
  int from = least, to = most, step = 1;
  if (halves.size() == 2 && (!absl::SimpleAtoi(halves[1], &step) || step < 1)) return false;
  if (halves[0] != "*") {
    if (!absl::SimpleAtoi(ends[0], &from)) return false;
    if (ends.size() == 2) {
      if (!absl::SimpleAtoi(ends[1], &to)) return false;
    } else if (halves.size() == 1) {
      to = from;
    }
  }
  if (from < least || to > most || from > to) return false;
  for (int n = from; n <= to; n += std::min(step, most + 1)) numbers->set(static_cast<size_t>(n));
  return true;
}

bool ParseField(const std::string& field, int least, int most, Numbers* numbers) {
  for (const absl::string_view item : absl::StrSplit(field, ','))
    if (!AddItem(item, least, most, numbers)) return false;
  return true;
}

}  // namespace

absl::Duration LongestInterval(const std::string& schedule) {
  const std::vector<std::string> fields = absl::StrSplit(schedule, ' ', absl::SkipEmpty());
  Numbers days, months, weekdays;
  if (fields.size() != 5 || !ParseField(fields[2], 1, 31, &days) || !ParseField(fields[3], 1, 12, &months) ||
      !ParseField(fields[4], 0, 7, &weekdays))
    return absl::InfiniteDuration();
  if (weekdays[7]) weekdays.set(0);  // both are Sunday
  const bool any_day = fields[2][0] == '*', any_weekday = fields[4][0] == '*';
  int64_t last = -1, longest = 0;
  const absl::CivilDay first(2026, 1, 1);
  for (int64_t n = 0; n < kDaysLooked; ++n) {
    const absl::CivilDay day = first + n;
    const bool of_month = days[static_cast<size_t>(day.day())];
    // absl counts from Monday, cron from Sunday.
    const bool of_week = weekdays[(static_cast<size_t>(absl::GetWeekday(day)) + 1) % 7];
    // With both given, either is enough.
    const bool fits = any_day || any_weekday ? of_month && of_week : of_month || of_week;
    if (!fits || !months[static_cast<size_t>(day.month())]) continue;
    if (last >= 0) longest = std::max(longest, n - last);
    last = n;
  }
  return longest == 0 ? absl::InfiniteDuration() : absl::Hours(24) * longest;
}

absl::StatusOr<std::optional<Ages>> AgesOf(jobs::Store* store, const std::string& environment,
                                           const std::vector<spec::ProjectSpec>& projects) {
  ASSIGN_OR_RETURN(const std::optional<Told> told, NewestReport(store, environment));
  if (!told) return std::optional<Ages>();
  Ages ages{.listed = told->report.begin};
  for (const Row& row : InventoryOf(told->report, projects).rows)
    if (const File* newest = NewestDump(row); newest && !row.project.empty())
      ages.newest[row.project] = newest->modified;
  ASSIGN_OR_RETURN(const std::vector<jobs::Job> made, store->List({.environment = environment,
                                                                   .kind = kBackupKind,
                                                                   .states = {jobs::JobState::kSucceeded},
                                                                   .limit = kMostJobs}));
  for (const jobs::Job& job : made) {
    if (job.ended <= ages.listed) continue;
    absl::Time& newest = ages.newest.try_emplace(job.project, absl::InfinitePast()).first->second;
    newest = std::max(newest, job.ended);
  }
  return std::optional<Ages>(std::move(ages));
}

}  // namespace devstats::backups
