#include "coordinator/devstats/schedules.h"

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/environment.h"

namespace devstats::domain {
namespace {

constexpr int kPeriodHours = 28 * 24;  // affiliations: once in four weeks, on the days that every month has
constexpr int kFirstHours = 36;        // of the period, kept for Kubernetes
constexpr int kAllHours = 36;          // kept for All CNCF, at its end
constexpr int kShiftHours = -4;        // so that the period ends when most of America sleeps
constexpr int kSyncHours = 6;          // sync: once in so many hours
constexpr int kFirstMinute = 4;        // of an hour: GitHub's archive of the last one is there by then
constexpr int kPeriodMinutes = kPeriodHours * 60;
constexpr int kMinutesPerHour = 60 - kFirstMinute;
constexpr int kSyncMinutes = kSyncHours * kMinutesPerHour;

// Minutes from the beginning of the period of each, before they are shifted.
struct Slot {
  int affiliations = 0, sync = 0;
};

constexpr Slot kKubernetes{0, 0};
constexpr Slot kAll{60 * (kPeriodHours - kAllHours), kSyncMinutes / 2};

// In floating point, in upstream's order: it rounds as upstream does.
Slot SlotOf(int place, int places) {
  const double step = static_cast<double>(kPeriodHours - kFirstHours - kAllHours) / places;
  return {static_cast<int>((kFirstHours + step * place) * 60), place * kSyncMinutes / places};
}

std::string SyncAt(int minute) {
  std::string hours;
  for (int hour = minute / kMinutesPerHour; hour < 24; hour += kSyncHours)
    absl::StrAppend(&hours, hours.empty() ? "" : ",", hour);
  return absl::StrCat(minute % kMinutesPerHour + kFirstMinute, " ", hours, " * * *");
}

std::string AffiliationsAt(int minute) {
  return absl::StrCat(minute % 60, " ", minute / 60 % 24, " ", minute / (24 * 60) + 1, " * *");
}

// Test has half a period between itself and prod.
Schedule At(const Slot& slot, bool test) {
  const int affiliations =
      slot.affiliations + 60 * kShiftHours + (test ? kPeriodMinutes / 2 : 0) + kPeriodMinutes;
  const int sync = slot.sync + (test ? kSyncMinutes / 2 : 0);
  return {SyncAt(sync % kSyncMinutes), AffiliationsAt(affiliations % kPeriodMinutes)};
}

spec::ProjectSchedules GivenTo(const spec::ProjectSpec& project, const std::string& environment) {
  const auto given = project.schedules.find(environment);
  return given == project.schedules.end() ? spec::ProjectSchedules() : given->second;
}

// Hands out places in the order in which it is asked.
class Places {
 public:
  Places(const spec::EnvironmentSpec& environment, const std::vector<spec::ProjectSpec>& projects)
      : environment_(environment) {
    for (const spec::ProjectSpec& project : projects) ++(Counts(project) ? counted_ : others_);
  }
  Slot Next(const spec::ProjectSpec& project) {
    if (project.database == "gha") return kKubernetes;
    if (project.database == "allprj") return kAll;
    if (Counts(project)) return SlotOf(next_counted_++, counted_);
    return SlotOf(counted_ + next_other_++, counted_ + others_);
  }

 private:
  bool Counts(const spec::ProjectSpec& project) const {
    return project.database != "gha" && project.database != "allprj" &&
           project.state == spec::ProjectSpec::State::kActive && IsShown(project, environment_) &&
           !GivenTo(project, environment_.name).suspend;
  }

  const spec::EnvironmentSpec& environment_;
  int counted_ = 0, others_ = 0, next_counted_ = 0, next_other_ = 0;
};

void Override(const std::string& given, std::string* schedule) {
  if (!given.empty()) *schedule = given;
}

}  // namespace

Schedules SchedulesOf(const spec::EnvironmentSpec& environment,
                      const std::vector<spec::ProjectSpec>& projects, const Schedules& last) {
  Schedules out;
  Places places(environment, projects);
  for (const spec::ProjectSpec& project : projects) {
    Schedule schedule = At(places.Next(project), IsTest(environment));
    if (const auto kept = last.find(project.name); kept != last.end()) {
      Override(kept->second.sync, &schedule.sync);
      Override(kept->second.affiliations, &schedule.affiliations);
    }
    const spec::ProjectSchedules given = GivenTo(project, environment.name);
    Override(given.sync, &schedule.sync);
    Override(given.affiliations, &schedule.affiliations);
    out.emplace(project.name, std::move(schedule));
  }
  return out;
}

}  // namespace devstats::domain
