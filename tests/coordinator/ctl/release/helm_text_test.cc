#include "coordinator/ctl/release/helm_text.h"

#include "coordinator/ctl/release/chart_name.h"
#include "gtest/gtest.h"

namespace devstats::ctl {
namespace {

TEST(HelmTimeTest, StaysInItsZone) {
  absl::TimeZone warsaw;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Warsaw", &warsaw));
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(HelmTime("2026-11-22T10:45:00.91035846Z", "", utc), "2026-11-22 10:45:00.91035846 +0000 UTC");
  EXPECT_EQ(HelmTime("2026-11-22T10:45:00Z", "", warsaw), "2026-11-22 10:45:00 +0000 UTC");
  EXPECT_EQ(HelmTime("2026-11-22T10:45:00+00:00", "", warsaw), "2026-11-22 10:45:00 +0000 UTC");
  EXPECT_EQ(HelmTime("2026-11-22T10:45:00+01:00", "", warsaw), "2026-11-22 10:45:00 +0100 CET");
  EXPECT_EQ(HelmTime("2026-11-22T10:45:00+02:00", "", utc), "2026-11-22 10:45:00 +0200 +0200");
  EXPECT_EQ(HelmTime("2026-01-02T03:04:05.6Z", kAnsic, utc), "Fri Jan  2 03:04:05 2026");
}

TEST(HelmTimeTest, AbsentAndOddTimes) {
  EXPECT_EQ(HelmTime("", kAnsic, absl::UTCTimeZone()), "");
  EXPECT_EQ(HelmTime("0001-01-01T00:00:00Z", kAnsic, absl::UTCTimeZone()), "");
  EXPECT_EQ(HelmTime("soon", kAnsic, absl::UTCTimeZone()), "soon");
}

TEST(GoTextTest, EscapesAsGoAndKeepsTheOrder) {
  EXPECT_EQ(GoText({{"b", "<&>\xe2\x80\xa8"}, {"a", 1}}), R"({"b":"\u003c\u0026\u003e\u2028","a":1})");
}

TEST(GoTextTest, ValuesAreSortedAndEscaped) {
  EXPECT_EQ(*GoMapText(R"({"b":"<","a":[1,2.5,null]})"), R"({"a":[1,2.5,null],"b":"\u003c"})");
  EXPECT_EQ(*GoMapText("null"), "null");
  EXPECT_FALSE(GoMapText("{").ok());
}

TEST(WithoutChartTest, KeepsAllElseInItsOrder) {
  EXPECT_EQ(WithoutChart(R"({"name":"a\u0026","chart":{"x":1},"config":{"z":1000000,"y":0.25},"version":2})"),
            R"({"name":"a\u0026","config":{"z":1000000,"y":0.25},"version":2})");
  EXPECT_EQ(WithoutChart("no json"), "no json");
}

TEST(HelmFormattedTest, YamlIsSorted) {
  EXPECT_EQ(*HelmFormatted(R"({"b":1000000,"a":"1"})", "yaml"), "a: \"1\"\nb: 1000000\n");
  EXPECT_EQ(*HelmFormatted("null", "json"), "null\n");
  EXPECT_FALSE(HelmFormatted("{", "yaml").ok());
}

TEST(ChartNameTest, VersionsMayHoldHyphensAsNamesMay) {
  const struct {
    const char *text, *name, *version;
  } kCases[] = {
      {"shop-1.2.0", "shop", "1.2.0"}, {"cert-manager-v1.2.0", "cert-manager", "v1.2.0"},
      {"a-1-1.2.0", "a-1", "1.2.0"},   {"kube-stack-45.7.1-rc.1+up-2", "kube-stack", "45.7.1-rc.1+up-2"},
      {"x-1.2", "x", "1.2"},           {"MISSING", "MISSING", ""}};
  for (const auto& test : kCases) {
    const ChartName name = SplitChartName(test.text);
    EXPECT_EQ(name.name, test.name) << test.text;
    EXPECT_EQ(name.version, test.version) << test.text;
  }
}

}  // namespace
}  // namespace devstats::ctl
