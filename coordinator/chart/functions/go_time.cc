#include "coordinator/chart/functions/go_time.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kMonths[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
constexpr absl::string_view kWeekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

// Go's integers wrap around.
int64_t WrappingAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

absl::Time ToAbsl(int64_t unix_seconds) { return absl::FromUnixSeconds(unix_seconds); }

// Nanoseconds of any time there is.
__extension__ using Int128 = __int128;

// Nanoseconds since year 1.
Int128 SinceYearOne(const GoTime& time) {
  return (static_cast<Int128>(time.seconds) - GoTime::kZeroSeconds) * kGoSecond + time.nanos;
}

GoDuration Remainder(const GoTime& time, GoDuration unit) {
  const auto rest = static_cast<GoDuration>(SinceYearOne(time) % unit);
  return rest < 0 ? rest + unit : rest;
}

bool LessThanHalf(GoDuration part, GoDuration whole) {
  return static_cast<uint64_t>(part) + static_cast<uint64_t>(part) < static_cast<uint64_t>(whole);
}

}  // namespace

GoZone GoZone::Fixed(absl::string_view name, int64_t offset) {
  GoZone zone;
  zone.name_ = std::string(name);
  zone.fixed_ = true;
  zone.offset_ = offset;
  return zone;
}

absl::StatusOr<GoZone> GoZone::Load(absl::string_view name, absl::TimeZone local) {
  if (name.empty() || name == "UTC") return GoZone();
  if (name == "Local") return GoZone(local);
  // Neither paths nor what Abseil's loader has besides the names of files ("libc:", "Fixed/").
  const bool special = name.find("..") != name.npos || name[0] == '/' || name[0] == '\\' ||
                       name.find(':') != name.npos || name.substr(0, 6) == "Fixed/" ||
                       name.find('\0') != name.npos;
  absl::TimeZone zone;
  if (special || !absl::LoadTimeZone(name, &zone))
    return absl::NotFoundError(absl::StrCat("unknown time zone ", name));
  GoZone loaded;
  loaded.zone_ = zone;
  loaded.name_ = std::string(name);
  return loaded;
}

GoZone::Info GoZone::At(int64_t unix_seconds) const {
  if (fixed_) return {name_, offset_, false};
  const absl::TimeZone::CivilInfo info = zone_.At(ToAbsl(unix_seconds));
  return {info.zone_abbr, info.offset, info.is_dst};
}

bool GoZone::OffsetOf(absl::string_view abbreviation, int64_t unix_seconds, int64_t& offset) const {
  if (fixed_ || name_ == "UTC") return false;
  bool found = false;
  // Whatever it called so at any time until now; best what it calls so at that very time.
  absl::TimeZone::CivilTransition change;
  const absl::Time last = absl::FromUnixSeconds(int64_t{1} << 31);
  for (absl::Time at = absl::InfinitePast(); at < last;) {
    const Info info = At(absl::ToUnixSeconds(at));
    if (info.name == abbreviation) {
      if (At(WrappingAdd(unix_seconds, -info.offset)).name == abbreviation) {
        offset = info.offset;
        return true;
      }
      if (!found) offset = info.offset;
      found = true;
    }
    if (!zone_.NextTransition(at, &change)) break;
    at = zone_.At(change.to).trans;
  }
  return found;
}

std::string DurationText(GoDuration duration) {
  uint64_t rest = static_cast<uint64_t>(duration);
  if (duration < 0) rest = -rest;
  if (rest == 0) return "0s";
  // The fraction, in units of 10 to the power of -digits, without zeros at its end.
  const auto with_fraction = [](uint64_t whole, uint64_t fraction, int digits) {
    std::string text = absl::StrCat(whole, fraction == 0 ? "" : absl::StrFormat(".%0*d", digits, fraction));
    if (fraction != 0) text.resize(text.find_last_not_of('0') + 1);
    return text;
  };
  std::string out = duration < 0 ? "-" : "";
  if (rest < 1'000) return absl::StrCat(out, rest, "ns");
  if (rest < 1'000'000) return absl::StrCat(out, with_fraction(rest / 1'000, rest % 1'000, 3), "µs");
  if (rest < 1'000'000'000)
    return absl::StrCat(out, with_fraction(rest / 1'000'000, rest % 1'000'000, 6), "ms");
  const uint64_t fraction = rest % kGoSecond, seconds = rest / kGoSecond;
  if (seconds >= 3600) absl::StrAppend(&out, seconds / 3600, "h");
  if (seconds >= 60) absl::StrAppend(&out, seconds / 60 % 60, "m");
  return absl::StrCat(out, with_fraction(seconds % 60, fraction, 9), "s");
}

GoDuration RoundDuration(GoDuration duration, GoDuration unit) {
  if (unit <= 0) return duration;
  GoDuration rest = duration % unit, result = 0;
  if (duration < 0) {
    rest = -rest;
    if (LessThanHalf(rest, unit)) return duration + rest;
    return __builtin_sub_overflow(duration, unit - rest, &result) ? std::numeric_limits<int64_t>::min()
                                                                  : result;
  }
  if (LessThanHalf(rest, unit)) return duration - rest;
  return __builtin_add_overflow(duration, unit - rest, &result) ? std::numeric_limits<int64_t>::max()
                                                                : result;
}

GoTime GoTime::Now(absl::Time now, absl::TimeZone local) {
  const int64_t seconds = absl::ToUnixSeconds(now);
  const auto nanos = static_cast<int32_t>(absl::ToInt64Nanoseconds(now - absl::FromUnixSeconds(seconds)));
  return {seconds, nanos, GoZone(local), 1};
}

GoTime GoTime::FromCivil(absl::CivilSecond civil, int32_t nanos, const GoZone& zone) {
  const int64_t as_utc = absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
  const int64_t first = zone.At(as_utc).offset;
  const int64_t offset = zone.At(WrappingAdd(as_utc, -first)).offset;
  return {WrappingAdd(as_utc, -offset), nanos, zone};
}

absl::CivilSecond GoTime::Civil() const {
  return absl::ToCivilSecond(ToAbsl(WrappingAdd(seconds, zone.At(seconds).offset)), absl::UTCTimeZone());
}

GoTime GoTime::Add(GoDuration duration) const {
  GoTime sum = *this;
  int64_t nanos_sum = nanos + duration % kGoSecond;
  int64_t carried = duration / kGoSecond;
  if (nanos_sum >= kGoSecond) {
    nanos_sum -= kGoSecond;
    ++carried;
  } else if (nanos_sum < 0) {
    nanos_sum += kGoSecond;
    --carried;
  }
  sum.seconds = WrappingAdd(seconds, carried);
  sum.nanos = static_cast<int32_t>(nanos_sum);
  if (monotonic != 0) sum.monotonic = WrappingAdd(monotonic, duration);
  return sum;
}

GoTime GoTime::AddDate(int64_t years, int64_t months, int64_t days) const {
  // Far beyond what a time can be, and yet safe to add.
  constexpr int64_t kMost = 1'000'000'000'000;
  const auto bounded = [&](int64_t number) { return std::clamp(number, -kMost, kMost); };
  const absl::CivilSecond now = Civil();
  const absl::CivilSecond then(bounded(now.year()) + bounded(years), now.month() + bounded(months),
                               now.day() + bounded(days), now.hour(), now.minute(), now.second());
  return FromCivil(then, nanos, zone);
}

GoDuration GoTime::Sub(const GoTime& other) const {
  const Int128 difference = SinceYearOne(*this) - SinceYearOne(other);
  constexpr Int128 kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();
  return static_cast<GoDuration>(difference < kLeast ? kLeast : difference > kMost ? kMost : difference);
}

int GoTime::Compare(const GoTime& other) const {
  const Int128 difference = SinceYearOne(*this) - SinceYearOne(other);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

GoTime GoTime::Truncate(GoDuration unit) const {
  return unit <= 0 ? In(zone) : In(zone).Add(-Remainder(*this, unit));
}

GoTime GoTime::Round(GoDuration unit) const {
  if (unit <= 0) return In(zone);
  const GoDuration rest = Remainder(*this, unit);
  return In(zone).Add(LessThanHalf(rest, unit) ? -rest : unit - rest);
}

std::string GoTime::Text() const {
  std::string out = FormatTime(*this, "2006-01-02 15:04:05.999999999 -0700 MST");
  if (monotonic == 0) return out;
  uint64_t rest = static_cast<uint64_t>(monotonic);
  if (monotonic < 0) rest = -rest;
  absl::StrAppendFormat(&out, " m=%c%d.%09d", monotonic < 0 ? '-' : '+', rest / kGoSecond, rest % kGoSecond);
  return out;
}

absl::string_view MonthName(int64_t month) {
  return month >= 1 && month <= 12 ? kMonths[month - 1] : absl::string_view();
}
absl::string_view WeekdayName(int64_t weekday) {
  return weekday >= 0 && weekday <= 6 ? kWeekdays[weekday] : absl::string_view();
}

}  // namespace devstats::chart
