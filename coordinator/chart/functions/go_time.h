// Instants, zones and durations as Go's time package has them (https://pkg.go.dev/time). Pure but for the
// zones, which are read from the system's database; thread-safe.
#pragma once
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace devstats::chart {

// time.Location: a zone of the database, or a fixed offset that came with a text.
class GoZone {
 public:
  struct Info {
    std::string name;    // "CEST"; may be empty
    int64_t offset = 0;  // seconds east of UTC
    bool is_dst = false;
  };

  GoZone() : zone_(absl::UTCTimeZone()), name_("UTC") {}
  // Go's Local.
  explicit GoZone(absl::TimeZone local) : zone_(local), name_(local.name()), is_local_(true) {}
  static GoZone Fixed(absl::string_view name, int64_t offset);
  // time.LoadLocation: "" and "UTC", "Local" (which is `local`), or a name of the database.
  static absl::StatusOr<GoZone> Load(absl::string_view name, absl::TimeZone local);

  const std::string& name() const { return name_; }
  bool is_local() const { return is_local_; }
  Info At(int64_t unix_seconds) const;
  // The offset of what the zone calls `abbreviation` (EST) about that time; false: it calls nothing so.
  bool OffsetOf(absl::string_view abbreviation, int64_t unix_seconds, int64_t& offset) const;

 private:
  absl::TimeZone zone_;
  std::string name_;
  bool fixed_ = false, is_local_ = false;
  int64_t offset_ = 0;  // of a fixed one
};

// Nanoseconds; time.Duration.
using GoDuration = int64_t;
inline constexpr GoDuration kGoSecond = 1'000'000'000;

// "1h15m30.918s".
std::string DurationText(GoDuration duration);
// InvalidArgument "time: missing unit in duration \"5\"".
absl::StatusOr<GoDuration> ParseDuration(absl::string_view text);
// Half away from zero.
GoDuration RoundDuration(GoDuration duration, GoDuration unit);

struct GoTime {
  int64_t seconds = kZeroSeconds;  // since 1970, UTC
  int32_t nanos = 0;
  GoZone zone;
  int64_t monotonic = 0;  // of time.Now alone, and only ever printed; 0: none

  static constexpr int64_t kZeroSeconds = -62'135'596'800;  // the beginning of year 1

  static GoTime FromUnix(int64_t seconds, const GoZone& zone) { return {seconds, 0, zone}; }
  // time.Now.
  static GoTime Now(absl::Time now, absl::TimeZone local);
  // time.Date, normalized; an hour that a change of the clock left out is taken as before the change.
  static GoTime FromCivil(absl::CivilSecond civil, int32_t nanos, const GoZone& zone);

  bool IsZero() const { return seconds == kZeroSeconds && nanos == 0; }
  // What calendar and clock of its zone show.
  absl::CivilSecond Civil() const;
  GoTime In(const GoZone& other) const { return {seconds, nanos, other}; }
  GoTime Add(GoDuration duration) const;
  GoTime AddDate(int64_t years, int64_t months, int64_t days) const;
  // At most what a duration can say.
  GoDuration Sub(const GoTime& other) const;
  int Compare(const GoTime& other) const;
  // To a multiple of `unit` since year 1; half goes up.
  GoTime Truncate(GoDuration unit) const;
  GoTime Round(GoDuration unit) const;

  // time.Time.String.
  std::string Text() const;
};

// time.Time.Format.
std::string FormatTime(const GoTime& time, absl::string_view layout);
// time.ParseInLocation. InvalidArgument "parsing time \"x\" as \"2006\": cannot parse \"x\" as \"2006\"".
absl::StatusOr<GoTime> ParseTime(absl::string_view layout, absl::string_view text, const GoZone& local);

absl::string_view MonthName(int64_t month);      // 1: January; empty: there is none
absl::string_view WeekdayName(int64_t weekday);  // 0: Sunday; empty: there is none
// How error messages of the time package quote.
std::string QuoteForTime(absl::string_view text);

inline constexpr absl::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

}  // namespace devstats::chart
