// Dates: sprig's functions on time.Time.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/functions/time_value.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

GoZone Local(const Call& call) { return GoZone(call.environment().zone()); }
GoTime NowOf(const Call& call) { return GoTime::Now(call.environment().Now(), call.environment().zone()); }
Value Now(Call& call) { return TimeValue(NowOf(call)); }

bool IsIn(const Value& value, std::initializer_list<const Type*> all) {
  return std::find(all.begin(), all.end(), value.type()) != all.end();
}

// What is neither a time nor seconds since 1970 is now.
GoTime TimeFrom(const Call& call, const Value& date) {
  if (date.type() == &types::kTime) return TimeOf(date);
  if (IsIn(date, {&types::kInt, &types::kInt64, &types::kInt32}))
    return GoTime::FromUnix(date.int_value(), Local(call));
  return NowOf(call);
}

std::string DateInZone(Call& call, Text layout, const Value& date, Text zone_name) {
  const absl::StatusOr<GoZone> zone = GoZone::Load(zone_name, call.environment().zone());
  return FormatTime(TimeFrom(call, date).In(zone.ok() ? *zone : GoZone()), layout);
}
std::string Date(Call& call, Text layout, const Value& date) {
  return DateInZone(call, layout, date, "Local");
}
std::string HtmlDateInZone(Call& call, const Value& date, Text zone) {
  return DateInZone(call, "2006-01-02", date, zone);
}
std::string HtmlDate(Call& call, const Value& date) { return HtmlDateInZone(call, date, "Local"); }

absl::StatusOr<Value> MustDateModify(Text duration, AsTime date) {
  ASSIGN_OR_RETURN(const GoDuration added, ParseDuration(duration));
  return TimeValue(date.time().Add(added));
}
Value DateModify(Text duration, AsTime date) {
  const absl::StatusOr<Value> modified = MustDateModify(duration, date);
  return modified.ok() ? *modified : date.value;
}

std::string Ago(Call& call, const Value& date) {
  const GoTime now = NowOf(call);
  const bool known = IsIn(date, {&types::kTime, &types::kInt, &types::kInt64});
  const GoTime then = known ? TimeFrom(call, date) : now;
  return DurationText(RoundDuration(now.Sub(then), kGoSecond));
}

// strconv.ParseInt, whose error sprig ignores: what is too great is the greatest.
int64_t SecondsFrom(const Value& value) {
  if (value.type() == &types::kInt64) return value.int_value();
  if (!value.Is(Kind::kString)) return 0;
  const absl::StatusOr<int64_t> number = ParseInt(value.text(), 10, 64);
  if (number.ok()) return *number;
  if (!absl::IsOutOfRange(number.status())) return 0;
  using Limits = std::numeric_limits<int64_t>;
  return value.text()[0] == '-' ? Limits::min() : Limits::max();
}
std::string Duration(const Value& seconds) {
  const auto product = static_cast<uint64_t>(SecondsFrom(seconds)) * static_cast<uint64_t>(kGoSecond);
  return DurationText(static_cast<GoDuration>(product));
}

GoDuration DurationFrom(const Call& call, const Value& value) {
  if (value.Is(Kind::kString)) return ParseDuration(value.text()).value_or(0);
  if (value.type() == &types::kInt64) return value.int_value();
  if (value.type() == &types::kTime) return NowOf(call).Sub(TimeOf(value));
  return 0;
}
std::string DurationRound(Call& call, const Value& value) {
  struct Unit {
    uint64_t seconds;
    Text name;
  };
  constexpr uint64_t kDay = 86'400;
  constexpr Unit kUnits[] = {{365 * kDay, "y"}, {30 * kDay, "mo"}, {kDay, "d"},
                             {3600, "h"},       {60, "m"},         {1, "s"}};
  const GoDuration duration = DurationFrom(call, value);
  const uint64_t size = duration < 0 ? 0 - static_cast<uint64_t>(duration) : static_cast<uint64_t>(duration);
  for (const Unit& unit : kUnits) {
    const uint64_t nanos = unit.seconds * static_cast<uint64_t>(kGoSecond);
    if (size > nanos) return absl::StrCat(size / nanos, unit.name);
  }
  return "0s";
}

absl::StatusOr<Value> MustToDate(Call& call, Text layout, Text text) {
  ASSIGN_OR_RETURN(const GoTime time, ParseTime(layout, text, Local(call)));
  return TimeValue(time);
}
Value ToDate(Call& call, Text layout, Text text) {
  return TimeValue(ParseTime(layout, text, Local(call)).value_or(GoTime()));
}

std::string UnixEpoch(AsTime date) { return absl::StrCat(date.time().seconds); }

}  // namespace

absl::Span<const Function> DateFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&Now>("now"),
      Bind<&Date>("date"),
      Bind<&DateInZone>("dateInZone"),
      Bind<&DateInZone>("date_in_zone"),
      Bind<&HtmlDate>("htmlDate"),
      Bind<&HtmlDateInZone>("htmlDateInZone"),
      Bind<&DateModify>("dateModify"),
      Bind<&DateModify>("date_modify"),
      Bind<&MustDateModify>("mustDateModify"),
      Bind<&MustDateModify>("must_date_modify"),
      Bind<&Ago>("ago"),
      Bind<&Duration>("duration"),
      Bind<&DurationRound>("durationRound"),
      Bind<&ToDate>("toDate"),
      Bind<&MustToDate>("mustToDate"),
      Bind<&UnixEpoch>("unixEpoch"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
