#include "coordinator/release/record/release.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/release/record/record.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/release/helm_records.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<Release> Read(absl::string_view json) { return FromRecordJson(json, chart::Limits()); }

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

TEST(Release, IsWrittenAsHelmWroteIt) {
  const auto records = HelmRecords(DEVSTATS_HELM_RECORDS);
  ASSERT_EQ(records.size(), 8u);
  for (const HelmRecord& record : records) {
    const auto release = Read(record.json);
    ASSERT_TRUE(release.ok()) << record.secret << ": " << release.status();
    EXPECT_EQ(ToRecordJson(*release), record.json) << record.secret;
    EXPECT_EQ(absl::StrCat("sh.helm.release.v1.", release->name, ".v", release->revision), record.secret);
  }
}

TEST(Release, HasWhatHelmRecorded) {
  const auto records = HelmRecords(DEVSTATS_HELM_RECORDS);
  const auto stuck = Read(records.back().json);
  ASSERT_TRUE(stuck.ok());
  EXPECT_EQ(stuck->key().Text(), "shop/stuck");
  EXPECT_EQ(stuck->info.status, ReleaseStatus::kPendingInstall);
  EXPECT_EQ(stuck->info.first_deployed, At("2026-11-22T10:45:00.91035846Z"));
  EXPECT_EQ(stuck->info.deleted, absl::InfinitePast());
  EXPECT_EQ(stuck->info.notes, "stuck runs 2 replicas. Żółć ☃\n");
  EXPECT_EQ(stuck->config, "");
  ASSERT_EQ(stuck->hooks.size(), 2u);
  EXPECT_EQ(stuck->hooks[0].kind, "ConfigMap");
  EXPECT_EQ(stuck->hooks[0].weight, -5);
  EXPECT_THAT(stuck->hooks[0].events, ElementsAre("pre-install", "pre-upgrade"));
  EXPECT_THAT(stuck->hooks[0].delete_policies, ElementsAre("before-hook-creation"));
  EXPECT_EQ(stuck->hooks[0].last_run.phase, "Running");
  EXPECT_EQ(stuck->hooks[0].last_run.completed, absl::InfinitePast());
  EXPECT_EQ(ChartHeadOf(*stuck).Text(), "shop-1.2.0");
  EXPECT_EQ(ChartHeadOf(*stuck).app_version, "3.1");
}

TEST(Release, WritesWhatIsThereOnly) {
  Release release{.name = "a", .name_space = "n", .revision = 3};
  release.info.status = ReleaseStatus::kDeployed;
  EXPECT_EQ(ToRecordJson(release),
            R"({"name":"a","info":{"first_deployed":"","last_deployed":"","deleted":"","status":"deployed"},)"
            R"("version":3,"namespace":"n"})");
  release.hooks.push_back({.name = "h"});
  release.manifest = "<a>&\u2028\"\n";
  release.config = R"({"k":1})";
  release.chart = R"({"metadata":null})";
  EXPECT_THAT(ToRecordJson(release),
              HasSubstr(R"("chart":{"metadata":null},"config":{"k":1},)"
                        R"("manifest":"\u003ca\u003e\u0026\u2028\"\n","hooks":[{"name":"h",)"
                        R"("last_run":{"started_at":"","completed_at":"","phase":""}}],"version":3)"));
}

TEST(Release, ReadsEveryZoneAndBothZeroTimes) {
  const std::string frame = R"({"name":"a","version":1,"info":{"first_deployed":"TIME"}})";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"0001-01-01T00:00:00Z", ""},
      {"2026-11-22T10:44:44Z", "2026-11-22T10:44:44Z"},
      {"2026-11-22T12:44:44.205459925+02:00", "2026-11-22T10:44:44.205459925Z"},
      {"2026-11-22T03:14:44.5-07:30", "2026-11-22T10:44:44.5Z"},
      {"1066-10-14T09:00:00Z", "1066-10-14T09:00:00Z"},
      {"2026-11-22T10:44:44.1234567899Z", "2026-11-22T10:44:44.123456789Z"},
      {"0000-01-01T00:00:00+01:00", ""},  // before the first year that can be written
  };
  for (const auto& [written, again] : cases) {
    const auto release = Read(absl::StrReplaceAll(frame, {{"TIME", written}}));
    ASSERT_TRUE(release.ok()) << written << ": " << release.status();
    EXPECT_THAT(ToRecordJson(*release), HasSubstr(absl::StrCat("\"first_deployed\":\"", again, "\"")));
  }
}

TEST(Release, DropsUnknownKeysAndPassesOverNulls) {
  const auto release = Read(
      R"( {"name":"a","odd":{"x":[1,{}]},"info":null,"chart":null,"config":null,"hooks":[null,{"name":"h",
           "events":null,"weight":null,"last_run":null}],"manifest":null,"version":2,"namespace":"n"} )");
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->chart, "null");
  EXPECT_EQ(release->config, "");
  ASSERT_EQ(release->hooks.size(), 1u);
  EXPECT_EQ(Read(R"({"name":"a","version":1,"config":{ }})")->config, "");
}

TEST(Release, KeepsChartAndValuesToTheLetter) {
  const std::string chart = R"({ "metadata": {"name":"\u0063"}, "odd": [1.50, 1e3] })";
  const auto release = Read(absl::StrCat(R"({"name":"a","version":1,"chart": )", chart,
                                         R"( ,"config":{"big":12345678901234567890}})"));
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->chart, chart);
  EXPECT_EQ(release->config, R"({"big":12345678901234567890})");
  EXPECT_EQ(ChartHeadOf(*release).name, "c");
}

TEST(Release, RefusesWhatIsNoRelease) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "release record: not a JSON object"},
      {"null", "release record: not a JSON object"},
      {"[]", "release record: not a JSON object"},
      {R"({"name":"a","version":1)", "release record: unexpected end of JSON input"},
      {R"({"name":"a","version":1}x)", "release record: invalid character 'x' after top-level value"},
      {R"({"version":1})", "release record: no name"},
      {R"({"name":"a"})", "release record: no version"},
      {R"({"name":"a","version":-1})", "release record: version: -1 is no revision"},
      {R"({"name":"a","version":1.5})", "release record: version: 1.5 is no integer of 64 bits"},
      {R"({"name":1})", "release record: name: invalid character '1' where a text begins"},
      {R"({"hooks":[{"last_run":{"started_at":"x"}}]})",
       "release record: hooks: last_run: started_at: parsing time \"x\" as "
       "\"2006-01-02T15:04:05Z07:00\": cannot parse \"x\" as \"2006\""},
      {R"({"chart":[1]})", "release record: chart: invalid character '[' where an object begins"},
      {R"({"config":"x"})", "release record: config: invalid character '\"' where an object begins"},
  };
  for (const auto& [json, error] : cases) {
    const auto release = Read(json);
    ASSERT_FALSE(release.ok()) << json;
    EXPECT_TRUE(absl::IsInvalidArgument(release.status())) << json;
    EXPECT_EQ(release.status().message(), error) << json;
  }
}

TEST(Release, StaysWithinLimits) {
  chart::Limits limits;
  limits.document_depth = 20;
  limits.document_bytes = 3'000'000;
  const std::string deep = std::string(30, '[') + std::string(30, ']');
  EXPECT_FALSE(FromRecordJson(R"({"name":"a","version":1,"x":)" + deep + "}", limits).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(FromRecordJson(std::string(3'000'001, ' '), limits).status()));
  std::string many = R"({"name":"a","version":1,"hooks":[{})";
  for (int i = 0; i < 200'000; ++i) many += ",{}";
  EXPECT_TRUE(absl::IsResourceExhausted(FromRecordJson(many + "]}", limits).status()));
}

TEST(Release, KnowsItsStatusesByName) {
  for (int i = 0; i <= static_cast<int>(ReleaseStatus::kPendingRollback); ++i) {
    const auto status = static_cast<ReleaseStatus>(i);
    EXPECT_EQ(StatusNamed(StatusName(status)), status);
    EXPECT_EQ(IsPending(status), StatusName(status).substr(0, 8) == "pending-");
  }
  EXPECT_EQ(StatusName(ReleaseStatus::kPendingUpgrade), "pending-upgrade");
  EXPECT_EQ(StatusNamed("odd"), ReleaseStatus::kUnknown);
}

}  // namespace
}  // namespace devstats::release
