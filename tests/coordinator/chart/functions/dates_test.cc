#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/functions/time_value.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Get;
using functest::Printed;
using functest::TextCall;

GoTime TimeAt(absl::string_view rfc3339) { return *ParseTime(kRfc3339Nano, rfc3339, GoZone()); }
Value Moment(absl::string_view rfc3339) { return TimeValue(TimeAt(rfc3339)); }
std::string ReadTime(absl::string_view layout, absl::string_view text) {
  const auto time = ParseTime(layout, text, GoZone());
  return time.ok() ? time->Text() : std::string(time.status().message());
}

TEST(Layouts, EveryElementIsWritten) {
  const GoTime time = TimeAt("2021-03-04T15:06:07.089Z");
  const std::pair<const char*, const char*> cases[] = {
      {"2006 06", "2021 21"},
      {"Jan January 1 01", "Mar March 3 03"},
      {"Mon Monday 2 _2 02 002 __2", "Thu Thursday 4  4 04 063  63"},
      {"15 3 03 PM pm", "15 3 03 PM pm"},
      {"4 04 5 05", "6 06 7 07"},
      {"x.000 x.9999 ,000000", "x.089 x.089 ,089000"},
      {"MST -07 -0700 -07:00 Z07 Z0700 Z07:00 -070000 Z07:00:00", "UTC +00 +0000 +00:00 Z Z Z +000000 Z"},
      {"Janet Mondays _2006 .0005 05.0", "Janet Thursdays _2021 .0007 07.0"},
  };
  for (const auto& [layout, text] : cases) EXPECT_EQ(FormatTime(time, layout), text) << layout;
  const GoTime west = TimeAt("2021-03-04T00:00:00-03:30");
  EXPECT_EQ(FormatTime(west, "MST Z07:00 -07 3pm"), "-0330 -03:30 -03 12am");
  EXPECT_EQ(FormatTime(TimeAt("0004-01-02T00:00:00Z").AddDate(-10, 0, 0), "2006 06"), "-0006 06");
}

TEST(Layouts, AreReadBack) {
  EXPECT_EQ(ReadTime("2006-01-02", "2021-03-04"), "2021-03-04 00:00:00 +0000 UTC");
  EXPECT_EQ(ReadTime("Jan _2 2006 3:04PM", "MAR  4 2021 12:06AM"), "2021-03-04 00:06:00 +0000 UTC");
  EXPECT_EQ(ReadTime("2006 002", "2020 060"), "2020-02-29 00:00:00 +0000 UTC");
  EXPECT_EQ(ReadTime("06 15:04:05", "69 01:02:03,25"), "1969-01-01 01:02:03.25 +0000 UTC");
  EXPECT_EQ(ReadTime("2006 -0700", "2021 -0130"), "2021-01-01 00:00:00 -0130 -0130");
  EXPECT_EQ(ReadTime("2006 MST", "2021 CET"), "2021-01-01 00:00:00 +0000 CET");
  EXPECT_EQ(ReadTime("2006 MST", "2021 GMT+5"), "2021-01-01 05:00:00 +0500 GMT+5");
  EXPECT_EQ(ReadTime("2006 .999", "2021 .123456789012"), "2021-01-01 00:00:00.123456789 +0000 UTC");
}

TEST(Layouts, ErrorsAreGos) {
  EXPECT_EQ(ReadTime("2006-01-02", "x"),
            "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\"");
  EXPECT_EQ(ReadTime("2006-01", "2021-13"), "parsing time \"2021-13\": month out of range");
  EXPECT_EQ(ReadTime("2006-01-02", "2021-02-29"), "parsing time \"2021-02-29\": day out of range");
  EXPECT_EQ(ReadTime("2006", "2021x"), "parsing time \"2021x\": extra text: \"x\"");
  EXPECT_EQ(ReadTime("15:04", "24:00"), "parsing time \"24:00\": hour out of range");
  EXPECT_EQ(ReadTime("2006 002", "2021 366"), "parsing time \"2021 366\": day-of-year out of range");
  EXPECT_EQ(ReadTime("2006/", "é\""),
            "parsing time \"\\xc3\\xa9\\\"\" as \"2006/\": cannot parse \"\\xc3\\xa9\\\"\" as \"2006\"");
  EXPECT_EQ(ReadTime("Z07:00", "+25:00"), "parsing time \"+25:00\": time zone offset hour out of range");
}

TEST(Durations, AreReadAndWritten) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0s"},           {"1h15m30.918273645s", "1h15m30.918273645s"},
      {"-1.5h", "-1h30m0s"}, {"300ms", "300ms"},
      {"1.5us", "1.5µs"},    {"2ns", "2ns"},
      {"+.5s", "500ms"},     {"-9223372036854775808ns", "-2562047h47m16.854775808s"},
  };
  for (const auto& [text, written] : cases) EXPECT_EQ(DurationText(*ParseDuration(text)), written) << text;
  const auto error = [](absl::string_view text) {
    return std::string(ParseDuration(text).status().message());
  };
  EXPECT_EQ(error(""), "time: invalid duration \"\"");
  EXPECT_EQ(error("5"), "time: missing unit in duration \"5\"");
  EXPECT_EQ(error("1d"), "time: unknown unit \"d\" in duration \"1d\"");
  EXPECT_EQ(error(".s"), "time: invalid duration \".s\"");
  EXPECT_EQ(error("9223372036854775808ns"), "time: invalid duration \"9223372036854775808ns\"");
}

TEST(Times, CountAcrossTheCalendar) {
  const GoTime time = TimeAt("2020-02-29T10:00:00Z");
  EXPECT_EQ(time.AddDate(1, 0, 0).Text(), "2021-03-01 10:00:00 +0000 UTC");
  EXPECT_EQ(time.AddDate(0, -14, 31).Text(), "2019-01-29 10:00:00 +0000 UTC");
  EXPECT_EQ(time.Add(-1).Text(), "2020-02-29 09:59:59.999999999 +0000 UTC");
  EXPECT_EQ(DurationText(GoTime().Sub(time)), "-2562047h47m16.854775808s");
  EXPECT_EQ(time.Truncate(7 * 24 * 3600 * kGoSecond).Text(), "2020-02-24 00:00:00 +0000 UTC");
  EXPECT_EQ(time.Round(24 * 3600 * kGoSecond).Text(), "2020-02-29 00:00:00 +0000 UTC");
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(time.AddDate(most, -most, most).Text().empty());
  EXPECT_EQ(RoundDuration(1'500'000'000, kGoSecond), 2 * kGoSecond);
  EXPECT_EQ(RoundDuration(-1'500'000'000, kGoSecond), -2 * kGoSecond);
}

TEST(Times, FollowTheZone) {
  const GoZone berlin = *GoZone::Load("Europe/Berlin", absl::UTCTimeZone());
  const auto at = [&](int hour) {
    return GoTime::FromCivil(absl::CivilSecond(2021, 3, 28, hour, 30), 0, berlin);
  };
  EXPECT_EQ(at(1).Text(), "2021-03-28 01:30:00 +0100 CET");
  EXPECT_EQ(at(2).Text(), "2021-03-28 03:30:00 +0200 CEST");  // an hour that was not
  EXPECT_EQ(ParseTime("2006-01-02 MST", "2021-07-01 CEST", berlin)->Text(), "2021-07-01 00:00:00 +0200 CEST");
  for (const char* bad :
       {"Nowhere/X", "../UTC", "/etc/localtime", "libc:localtime", "Fixed/UTC+01:00:00", "America"})
    EXPECT_FALSE(GoZone::Load(bad, absl::UTCTimeZone()).ok()) << bad;
}

TEST(Times, HaveMethods) {
  const Value time = Moment("2021-03-04T05:06:07.5Z");
  const std::pair<const char*, const char*> cases[] = {
      {".Year", "2021"},
      {".Month", "March"},
      {".Day", "4"},
      {".Weekday", "Thursday"},
      {".YearDay", "63"},
      {".Hour", "5"},
      {".Minute", "6"},
      {".Second", "7"},
      {".Nanosecond", "500000000"},
      {".Unix", "1614834367"},
      {".UnixMilli", "1614834367500"},
      {".IsZero", "false"},
      {".Location", "UTC"},
      {".String", "2021-03-04 05:06:07.5 +0000 UTC"},
      {".GoString", "time.Date(2021, time.March, 4, 5, 6, 7, 500000000, time.UTC)"},
  };
  for (const auto& [method, text] : cases) EXPECT_EQ(Printed(method, time), text) << method;
  EXPECT_EQ(Printed(".Add", time, Value::Int(3600 * kGoSecond)), "2021-03-04 06:06:07.5 +0000 UTC");
  EXPECT_EQ(Printed(".Sub", time, Moment("2021-03-04T05:06:00Z")), "7.5s");
  EXPECT_EQ(Printed(".Seconds", Get(".Sub", time, Moment("2021-03-04T05:06:00Z"))), "7.5");
  EXPECT_EQ(Printed(".Before", time, time), "false");
  EXPECT_EQ(Printed(".Compare", time, Moment("2022-01-01T00:00:00Z")), "-1");
  EXPECT_EQ(Printed(".In", time, Get(".Location", Moment("2021-03-04T00:00:00+01:00"))),
            "2021-03-04 06:06:07.5 +0100 +0100");
}

TEST(Times, AreValuesOfGoTypes) {
  const Value time = Moment("2021-03-04T05:06:07.5Z");
  EXPECT_EQ(TypeName(time), "time.Time");
  EXPECT_TRUE(DeepEqual(time, Moment("2021-03-04T05:06:07.5Z")));
  EXPECT_FALSE(DeepEqual(time, Moment("2021-03-04T05:06:07.6Z")));
  Value plain;
  ASSERT_TRUE(time.object().ToPlain(plain));
  EXPECT_EQ(plain.text(), "2021-03-04T05:06:07.5Z");
  const Value month = Get(".Month", time);
  EXPECT_EQ(TypeName(month), "time.Month");
  EXPECT_EQ(Sprintf("%v %d %s %q %02d %T", {month, month, month, month, month, month}),
            "March 3 March \"March\" 03 time.Month");
  EXPECT_EQ(ToText(Value::Int(13, types::kMonth)), "%!Month(13)");
}

TEST(Dates, TakeTimesAndSeconds) {
  EXPECT_EQ(Printed("date", "2006-01-02", Value::Int64(0)), "1970-01-01");
  EXPECT_EQ(Printed("date", "2006-01-02 15:04:05", "no time: now"), "2021-03-04 05:06:07");
  EXPECT_EQ(Printed("dateInZone", "15:04 MST", 0, "Asia/Tokyo"), "09:00 JST");
  EXPECT_EQ(Printed("date_in_zone", "15:04 MST", 0, "Nowhere"), "00:00 UTC");
  EXPECT_EQ(Printed("htmlDate", 0), "1970-01-01");
  EXPECT_EQ(Printed("now"), "2021-03-04 05:06:07.000000005 +0000 UTC m=+0.000000001");
  EXPECT_EQ(Printed("ago", 1614834300), "1m7s");
  EXPECT_EQ(Printed("ago", "x"), "0s");
}

TEST(Dates, LocalIsTheEnvironments) {
  TextCall call;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &call.world.local));
  EXPECT_EQ(ToText(*functest::CallIn(call, "date", "15:04 MST", 0)), "09:00 JST");
  EXPECT_EQ(ToText(*functest::CallIn(call, "toDate", "2006", "2021")), "2021-01-01 00:00:00 +0900 JST");
}

TEST(Dates, Modify) {
  const Value time = Moment("2021-03-04T05:06:07Z");
  EXPECT_EQ(Printed("dateModify", "-1.5h", time), "2021-03-04 03:36:07 +0000 UTC");
  EXPECT_EQ(Printed("date_modify", "x", time), "2021-03-04 05:06:07 +0000 UTC");
  EXPECT_EQ(Printed("mustDateModify", "x", time), "ERROR: time: invalid duration \"x\"");
  EXPECT_EQ(Printed("unixEpoch", time), "1614834367");
}

TEST(Dates, Durations) {
  EXPECT_EQ(Printed("duration", "95"), "1m35s");
  EXPECT_EQ(Printed("duration", Value::Int64(-61)), "-1m1s");
  EXPECT_EQ(Printed("duration", 95), "0s");
  EXPECT_EQ(Printed("duration", "99999999999999999999"), "-1s");  // Go's product wraps around
  const std::pair<const char*, const char*> rounded[] = {{"8761h", "1y"}, {"721h", "1mo"}, {"-25h", "1d"},
                                                         {"61m", "1h"},   {"1h", "60m"},   {"1s", "0s"},
                                                         {"x", "0s"}};
  for (const auto& [text, round] : rounded) EXPECT_EQ(Printed("durationRound", text), round) << text;
  EXPECT_EQ(Printed("durationRound", Value::Int64(90 * kGoSecond)), "1m");
  EXPECT_EQ(Printed("durationRound", Moment("2021-03-01T00:00:00Z")), "3d");
}

}  // namespace
}  // namespace devstats::chart
