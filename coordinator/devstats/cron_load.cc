#include "coordinator/devstats/cron_load.h"

#include <algorithm>
#include <bitset>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "coordinator/devstats/workloads.h"
#include "coordinator/kube/object.h"

namespace devstats::domain {
namespace {

using Values = std::bitset<64>;

// "*", "*/6", "2-5", "0,6,12": what of low ... high it names; all of it where it is more than we read.
Values FieldOf(absl::string_view field, int low, int high) {
  Values all, out;
  for (int i = low; i <= high; ++i) all.set(static_cast<size_t>(i));
  for (const absl::string_view part : absl::StrSplit(field, ',')) {
    const std::vector<absl::string_view> range_and_step = absl::StrSplit(part, absl::MaxSplits('/', 1));
    const std::vector<absl::string_view> range = absl::StrSplit(range_and_step[0], absl::MaxSplits('-', 1));
    int step = 1, from = low, to = high;
    if (range_and_step.size() == 2 && (!absl::SimpleAtoi(range_and_step[1], &step) || step < 1)) return all;
    if (range[0] != "*") {
      if (!absl::SimpleAtoi(range[0], &from) || !absl::SimpleAtoi(range.back(), &to)) return all;
      if (range.size() == 1 && range_and_step.size() == 2) to = high;
    }
    if (from < low || to > high) return all;
    for (int i = from; i <= to; i += step) out.set(static_cast<size_t>(i));
  }
  return out;
}

struct CronTimes {
  Values hours, days, months, weekdays;
  bool any_day = true, any_weekday = true;

  explicit CronTimes(const std::string& text) {
    std::vector<std::string> fields = absl::StrSplit(text, ' ', absl::SkipEmpty());
    if (fields.size() != 5) fields.assign(5, "*");
    hours = FieldOf(fields[1], 0, 23);
    days = FieldOf(fields[2], 1, 31);
    months = FieldOf(fields[3], 1, 12);
    weekdays = FieldOf(fields[4], 0, 7);
    if (weekdays.test(7)) weekdays.set(0);  // Sunday has two numbers
    any_day = absl::StartsWith(fields[2], "*");
    any_weekday = absl::StartsWith(fields[4], "*");
  }
  // As cron: with both days given, either will do.
  bool Runs(int hour, int day, int month, int weekday) const {
    const bool on_day = days.test(static_cast<size_t>(day));
    const bool on_weekday = weekdays.test(static_cast<size_t>(weekday));
    const bool today = any_day || any_weekday ? on_day && on_weekday : on_day || on_weekday;
    return today && hours.test(static_cast<size_t>(hour)) && months.test(static_cast<size_t>(month));
  }
};

Json JobOf(const Json& cron) {
  return {{"apiVersion", "batch/v1"},
          {"kind", "Job"},
          {"metadata", kube::At(cron, {"metadata"})},
          {"spec", kube::At(cron, {"spec", "jobTemplate", "spec"})}};
}

struct Load {
  int64_t memory = 0, cpu = 0, pods = 0;
  bool operator<(const Load& other) const {
    return std::tie(memory, cpu, pods) < std::tie(other.memory, other.cpu, other.pods);
  }
};

struct Known {
  CronTimes times;
  Json job;
  Load load;
};

// One whose requests are no amounts is told when it is placed.
Load LoadOf(const Json& job) {
  const auto workloads = WorkloadsOf({job});
  if (!workloads.ok() || workloads->empty()) return {.pods = 1};
  const Room& room = workloads->front().request;
  return {room.memory, room.cpu, room.pods};
}

std::vector<Known> KnownOf(const std::vector<Json>& objects) {
  std::vector<Known> all;
  for (const Json& object : objects) {
    if (kube::TextAt(object, {"kind"}) != "CronJob" || kube::At(object, {"spec", "suspend"}) == true)
      continue;
    Json job = JobOf(object);
    const Load load = LoadOf(job);
    all.push_back({CronTimes(kube::TextAt(object, {"spec", "schedule"})), std::move(job), load});
  }
  return all;
}

}  // namespace

bool StartsIn(const std::string& schedule, int hour, int day_of_month, int month, int day_of_week) {
  return CronTimes(schedule).Runs(hour, day_of_month, month, day_of_week);
}

std::vector<Json> JobsOfBusiestHour(const std::vector<Json>& objects) {
  const std::vector<Known> all = KnownOf(objects);
  Load most;
  std::vector<const Known*> busiest;
  const absl::CivilDay first(2024, 1, 1);  // of a year with all days
  for (absl::CivilDay day = first; day < absl::CivilDay(2025, 1, 1); ++day) {
    const int weekday = (static_cast<int>(absl::GetWeekday(day)) + 1) % 7;  // Abseil's begins on Monday
    for (int hour = 0; hour < 24; ++hour) {
      Load load;
      std::vector<const Known*> running;
      for (const Known& one : all) {
        if (!one.times.Runs(hour, static_cast<int>(day.day()), static_cast<int>(day.month()), weekday))
          continue;
        running.push_back(&one);
        load.memory += one.load.memory;
        load.cpu += one.load.cpu;
        load.pods += one.load.pods;
      }
      if (!(most < load)) continue;
      most = load;
      busiest = std::move(running);
    }
  }
  std::vector<Json> jobs;
  for (const Known* one : busiest) jobs.push_back(one->job);
  return jobs;
}

std::vector<Json> JobsOf(const std::vector<Json>& objects) {
  std::vector<Json> jobs;
  for (Known& one : KnownOf(objects)) jobs.push_back(std::move(one.job));
  return jobs;
}

}  // namespace devstats::domain
