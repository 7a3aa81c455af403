#include "coordinator/chart/functions/time_value.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "coordinator/chart/environment.h"

namespace devstats::chart {
namespace {

// An argument that is a *time.Location.
struct AsLocation {
  const GoZone* zone;  // nullptr: nil
};

// What Go's struct has; no template gets at it, but equality is theirs.
constexpr Field kTimeFields[] = {{"wall", ""}, {"ext", ""}, {"loc", ""}};

class TimeObject : public Object {
 public:
  explicit TimeObject(const GoTime& value)
      : Object(types::kTime, {Value::Uint(static_cast<uint64_t>(value.nanos)), Value::Int64(value.seconds),
                              Value::String(value.zone.name())}),
        time(value) {}
  bool AppendText(std::string& out) const override {
    out += time.Text();
    return true;
  }
  bool ToPlain(Value& out) const override {
    out = Value::String(FormatTime(time, kRfc3339Nano));
    return true;
  }
  const GoTime time;
};

class LocationObject : public Object {
 public:
  explicit LocationObject(GoZone value)
      : Object(types::kLocation, {Value::String(value.name())}), zone(std::move(value)) {}
  bool AppendText(std::string& out) const override {
    out += zone.name();
    return true;
  }
  bool ToPlain(Value& out) const override {
    out = Value::MakeMap();  // it has no field that can be seen
    return true;
  }
  const GoZone zone;
};

constexpr Field kLocationFields[] = {{"name", ""}};

}  // namespace

namespace internal {
template <>
struct Parameter<AsLocation> {
  static constexpr const Type* type = &types::kLocation;
  static AsLocation Get(const Value& v) {
    return {v.IsNull() ? nullptr : &static_cast<const LocationObject&>(v.object()).zone};
  }
};
}  // namespace internal

namespace {

// Fields of the calendar.
int64_t MondayIsZero(const GoTime& time) { return static_cast<int64_t>(absl::GetWeekday(time.Civil())); }
GoInt Year(AsTime t) { return {t.time().Civil().year()}; }
Value Month(AsTime t) { return Value::Int(t.time().Civil().month(), types::kMonth); }
GoInt Day(AsTime t) { return {t.time().Civil().day()}; }
GoInt Hour(AsTime t) { return {t.time().Civil().hour()}; }
GoInt Minute(AsTime t) { return {t.time().Civil().minute()}; }
GoInt Second(AsTime t) { return {t.time().Civil().second()}; }
GoInt Nanosecond(AsTime t) { return {t.time().nanos}; }
GoInt YearDay(AsTime t) { return {absl::GetYearDay(t.time().Civil())}; }
Value Weekday(AsTime t) { return Value::Int((MondayIsZero(t.time()) + 1) % 7, types::kWeekday); }

int64_t UnixIn(const GoTime& time, int64_t per_second) {
  return static_cast<int64_t>(static_cast<uint64_t>(time.seconds) * static_cast<uint64_t>(per_second) +
                              static_cast<uint64_t>(time.nanos / (kGoSecond / per_second)));
}
int64_t Unix(AsTime t) { return t.time().seconds; }
int64_t UnixMilli(AsTime t) { return UnixIn(t.time(), 1'000); }
int64_t UnixMicro(AsTime t) { return UnixIn(t.time(), 1'000'000); }
int64_t UnixNano(AsTime t) { return UnixIn(t.time(), kGoSecond); }

std::string Format(AsTime t, absl::string_view layout) { return FormatTime(t.time(), layout); }
std::string TimeString(AsTime t) { return t.time().Text(); }
std::string TimeGoString(AsTime t) {
  const GoTime& time = t.time();
  const absl::CivilSecond c = time.Civil();
  const std::string zone = time.zone.is_local() ? "time.Local"
                           : time.zone.name() == "UTC"
                               ? "time.UTC"
                               : "time.Location(" + QuoteForTime(time.zone.name()) + ")";
  return absl::StrFormat("time.Date(%d, time.%s, %d, %d, %d, %d, %d, %s)", c.year(), MonthName(c.month()),
                         c.day(), c.hour(), c.minute(), c.second(), time.nanos, zone);
}
Value MarshalText(AsTime t) { return Value::Bytes(FormatTime(t.time(), kRfc3339Nano)); }
Value MarshalJson(AsTime t) {
  return Value::Bytes(absl::StrCat("\"", FormatTime(t.time(), kRfc3339Nano), "\""));
}

Value InUtc(AsTime t) { return TimeValue(t.time().In(GoZone())); }
Value InLocal(Call& call, AsTime t) { return TimeValue(t.time().In(GoZone(call.environment().zone()))); }
absl::StatusOr<Value> InZone(AsTime t, AsLocation location) {
  if (!location.zone) return absl::InvalidArgumentError("time: missing Location in call to Time.In");
  return TimeValue(t.time().In(*location.zone));
}
Value Location(AsTime t) { return Value::MakeObject(new LocationObject(t.time().zone)); }
bool IsDst(AsTime t) { return t.time().zone.At(t.time().seconds).is_dst; }

Value Add(AsTime t, AsDuration duration) { return TimeValue(t.time().Add(duration.value)); }
Value AddDate(AsTime t, GoInt years, GoInt months, GoInt days) {
  return TimeValue(t.time().AddDate(years, months, days));
}
Value Sub(AsTime t, AsTime other) { return DurationValue(t.time().Sub(other.time())); }
Value TruncateTime(AsTime t, AsDuration unit) { return TimeValue(t.time().Truncate(unit.value)); }
Value RoundTime(AsTime t, AsDuration unit) { return TimeValue(t.time().Round(unit.value)); }
bool Before(AsTime t, AsTime other) { return t.time().Compare(other.time()) < 0; }
bool After(AsTime t, AsTime other) { return t.time().Compare(other.time()) > 0; }
bool Equal(AsTime t, AsTime other) { return t.time().Compare(other.time()) == 0; }
GoInt Compare(AsTime t, AsTime other) { return {t.time().Compare(other.time())}; }
bool IsZero(AsTime t) { return t.time().IsZero(); }

// Those with more results than a template can take.
constexpr const Type* kOnlyTime[] = {&types::kTime};
constexpr Function Uncalled(absl::string_view name, absl::string_view fault) {
  return {.name = name, .parameters = absl::MakeConstSpan(kOnlyTime), .fault = fault};
}

constexpr Function kTimeMethods[] = {
    Uncalled("Clock", "function Clock has 3 return values; should be 1 or 2"),
    Uncalled("Date", "function Date has 3 return values; should be 1 or 2"),
    Uncalled("ISOWeek",
             "invalid function signature for ISOWeek: second return value should be error; is int"),
    Uncalled("Zone", "invalid function signature for Zone: second return value should be error; is int"),
    Uncalled("ZoneBounds",
             "invalid function signature for ZoneBounds: second return value should be error; is time.Time"),
    Bind<&Year>("Year"),
    Bind<&Month>("Month"),
    Bind<&Day>("Day"),
    Bind<&Hour>("Hour"),
    Bind<&Minute>("Minute"),
    Bind<&Second>("Second"),
    Bind<&Nanosecond>("Nanosecond"),
    Bind<&YearDay>("YearDay"),
    Bind<&Weekday>("Weekday"),
    Bind<&Unix>("Unix"),
    Bind<&UnixMilli>("UnixMilli"),
    Bind<&UnixMicro>("UnixMicro"),
    Bind<&UnixNano>("UnixNano"),
    Bind<&Format>("Format"),
    Bind<&TimeString>("String"),
    Bind<&TimeGoString>("GoString"),
    Bind<&MarshalText>("MarshalText"),
    Bind<&MarshalJson>("MarshalJSON"),
    Bind<&InUtc>("UTC"),
    Bind<&InLocal>("Local"),
    Bind<&InZone>("In"),
    Bind<&Location>("Location"),
    Bind<&IsDst>("IsDST"),
    Bind<&Add>("Add"),
    Bind<&AddDate>("AddDate"),
    Bind<&Sub>("Sub"),
    Bind<&TruncateTime>("Truncate"),
    Bind<&RoundTime>("Round"),
    Bind<&Before>("Before"),
    Bind<&After>("After"),
    Bind<&Equal>("Equal"),
    Bind<&Compare>("Compare"),
    Bind<&IsZero>("IsZero"),
};

// How Go prints a number that is none of the names.
void AppendName(std::string& out, absl::string_view name, absl::string_view type, int64_t number) {
  if (name.empty())
    absl::StrAppend(&out, "%!", type, "(", static_cast<uint64_t>(number), ")");
  else
    absl::StrAppend(&out, name);
}
void AppendMonth(std::string& out, const Value& value) {
  AppendName(out, MonthName(value.int_value()), "Month", value.int_value());
}
void AppendWeekday(std::string& out, const Value& value) {
  AppendName(out, WeekdayName(value.int_value()), "Weekday", value.int_value());
}
void AppendDuration(std::string& out, const Value& value) { out += DurationText(value.int_value()); }

std::string NumberString(const Value& value) {
  std::string out;
  value.type()->append_text(out, value);
  return out;
}
std::string LocationString(AsLocation location) { return location.zone ? location.zone->name() : "UTC"; }

// Whole units and the rest apart, as Go adds them.
double InUnits(GoDuration duration, GoDuration unit) {
  const GoDuration whole = duration / unit, rest = duration % unit;
  return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(unit);
}
double Hours(AsDuration d) { return InUnits(d.value, 3600 * kGoSecond); }
double Minutes(AsDuration d) { return InUnits(d.value, 60 * kGoSecond); }
double Seconds(AsDuration d) { return InUnits(d.value, kGoSecond); }
int64_t Milliseconds(AsDuration d) { return d.value / 1'000'000; }
int64_t Microseconds(AsDuration d) { return d.value / 1'000; }
int64_t Nanoseconds(AsDuration d) { return d.value; }
Value RoundSpan(AsDuration d, AsDuration unit) { return DurationValue(RoundDuration(d.value, unit.value)); }
Value TruncateSpan(AsDuration d, AsDuration unit) {
  return DurationValue(unit.value <= 0 ? d.value : d.value - d.value % unit.value);
}
Value AbsoluteSpan(AsDuration d) {
  if (d.value >= 0) return DurationValue(d.value);
  constexpr GoDuration kMost = std::numeric_limits<GoDuration>::max();
  return DurationValue(d.value < -kMost ? kMost : -d.value);
}

constexpr Function kNumberMethods[] = {Bind<&NumberString>("String")};
constexpr Function kLocationMethods[] = {Bind<&LocationString>("String")};
constexpr Function kDurationMethods[] = {
    Bind<&NumberString>("String"),       Bind<&Hours>("Hours"),
    Bind<&Minutes>("Minutes"),           Bind<&Seconds>("Seconds"),
    Bind<&Milliseconds>("Milliseconds"), Bind<&Microseconds>("Microseconds"),
    Bind<&Nanoseconds>("Nanoseconds"),   Bind<&RoundSpan>("Round"),
    Bind<&TruncateSpan>("Truncate"),     Bind<&AbsoluteSpan>("Abs"),
};

}  // namespace

namespace types {
constinit const Type kTime{.kind = Kind::kObject,
                           .name = "time.Time",
                           .kind_name = "struct",
                           .fields = absl::MakeConstSpan(kTimeFields),
                           .methods = absl::MakeConstSpan(kTimeMethods)};
constinit const Type kLocation{.kind = Kind::kObject,
                               .name = "*time.Location",
                               .kind_name = "ptr",
                               .fields = absl::MakeConstSpan(kLocationFields),
                               .methods = absl::MakeConstSpan(kLocationMethods)};
constinit const Type kMonth{.kind = Kind::kInt,
                            .name = "time.Month",
                            .kind_name = "int",
                            .methods = absl::MakeConstSpan(kNumberMethods),
                            .append_text = AppendMonth};
constinit const Type kWeekday{.kind = Kind::kInt,
                              .name = "time.Weekday",
                              .kind_name = "int",
                              .methods = absl::MakeConstSpan(kNumberMethods),
                              .append_text = AppendWeekday};
constinit const Type kDuration{.kind = Kind::kInt,
                               .name = "time.Duration",
                               .kind_name = "int64",
                               .methods = absl::MakeConstSpan(kDurationMethods),
                               .append_text = AppendDuration};
}  // namespace types

Value TimeValue(const GoTime& time) { return Value::MakeObject(new TimeObject(time)); }
Value DurationValue(GoDuration duration) { return Value::Int(duration, types::kDuration); }
const GoTime& TimeOf(const Value& value) { return static_cast<const TimeObject&>(value.object()).time; }

}  // namespace devstats::chart
