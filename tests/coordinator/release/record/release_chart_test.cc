#include "absl/strings/match.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/chartsource/folder.h"
#include "coordinator/release/record/release.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/fixed_environment.h"
#include "tests/coordinator/release/helm_records.h"

namespace devstats::release {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Ordered = nlohmann::ordered_json;  // equal only if the keys stand in the same order

const chart::Limits kNoLimits;

std::shared_ptr<const chart::Chart> HelmChart(const std::string& name) {
  auto files = chartsource::ReadFolder(DEVSTATS_HELM_RECORDS "/charts/" + name, kNoLimits, nullptr);
  EXPECT_TRUE(files.ok()) << files.status();
  auto chart = chart::LoadFiles(*std::move(files), kNoLimits, nullptr);
  EXPECT_TRUE(chart.ok()) << chart.status();
  return *chart;
}

// The release that we make of the same chart and values; what only time and cluster decide is taken over.
Release Remade(const Release& theirs) {
  const bool rolled_back = absl::StartsWith(theirs.info.description, "Rollback");
  const int rendered_as = rolled_back ? 1 : theirs.revision;
  chart::RenderOptions options;
  options.release = {.name = theirs.name,
                     .name_space = theirs.name_space,
                     .revision = rendered_as,
                     .is_upgrade = rendered_as > 1};
  const auto values = ConfigOf(theirs, kNoLimits);
  EXPECT_TRUE(values.ok()) << values.status();
  const auto rendered =
      chart::Render(HelmChart(ChartHeadOf(theirs).name), *values, options, chart::FixedEnvironment());
  EXPECT_TRUE(rendered.ok()) << rendered.status();
  Release ours{.name = theirs.name, .name_space = theirs.name_space, .revision = theirs.revision};
  ours.info = theirs.info;
  ours.info.notes = rendered->notes;
  ours.chart = ChartToJson(*rendered->chart);
  ours.config = ConfigToJson(*values);
  ours.manifest = rendered->ManifestText();
  ours.hooks = HooksOf(rendered->hooks);
  for (size_t i = 0; i < ours.hooks.size() && i < theirs.hooks.size(); ++i)
    ours.hooks[i].last_run = theirs.hooks[i].last_run;
  return ours;
}

TEST(ReleaseChart, OursDecodeToTheSameAsHelms) {
  for (const HelmRecord& record : HelmRecords(DEVSTATS_HELM_RECORDS)) {
    const auto theirs = FromRecordJson(record.json, kNoLimits);
    ASSERT_TRUE(theirs.ok()) << theirs.status();
    const Ordered ours = Ordered::parse(ToRecordJson(Remade(*theirs))), wanted = Ordered::parse(record.json);
    for (const auto& [key, value] : wanted.items())
      EXPECT_EQ(ours.value(key, Ordered()), value) << record.secret << ": " << key;
    EXPECT_TRUE(ours == wanted) << record.secret;
  }
}

Release Store() { return *FromRecordJson(HelmRecords(DEVSTATS_HELM_RECORDS)[2].json, kNoLimits); }

TEST(ReleaseChart, ComesBackFromTheRecord) {
  const Release store = Store();
  const auto chart = ChartOf(store, kNoLimits);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ((*chart)->metadata.dependencies.at(0)->condition, "cache.enabled");
  EXPECT_EQ((*chart)->templates.at(0).name, "templates/NOTES.txt");
  EXPECT_THAT(std::string((*chart)->templates.at(0).data()), HasSubstr("replicas"));
  EXPECT_EQ((*chart)->values.Find("replicas")->float_value(), 2);
  EXPECT_THAT(*(*chart)->schema, HasSubstr("$schema"));
  EXPECT_EQ(ChartToJson(**chart), store.chart);
}

TEST(ReleaseChart, KeepsALock) {
  Release release{.name = "a", .name_space = "n", .revision = 1};
  release.chart =
      R"({"metadata":{"name":"c","version":"1"},"lock":{"generated":"2026-01-02T03:04:05.6Z","digest":"sha256:1",)"
      R"("dependencies":[{"name":"d","version":"2","repository":"https://r"}]},"templates":null,"values":{},)"
      R"("schema":null,"files":null})";
  const auto chart = ChartOf(release, kNoLimits);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ(ChartToJson(**chart), release.chart);
}

TEST(ReleaseChart, DoesWithoutTexts) {
  const Release store = Store();
  const std::string small = WithoutTexts(store.chart);
  EXPECT_LT(small.size(), store.chart.size() - 2000);
  EXPECT_EQ(small, ChartToJson(**ChartOf(store, kNoLimits), /*without_texts=*/true));
  Ordered wanted = Ordered::parse(store.chart);
  for (const char* files : {"templates", "files"})
    for (Ordered& file : wanted[files]) file["data"] = "";
  EXPECT_TRUE(Ordered::parse(small) == wanted);
  for (const std::string other : {"null", "[", R"({"templates":[1]})", R"({"files":3})", R"({"files":[{}]})"})
    EXPECT_EQ(WithoutTexts(other), other);
}

TEST(ReleaseChart, RefusesWhatIsNone) {
  const auto error = [](const std::string& chart) {
    Release release{.name = "a", .name_space = "n", .revision = 4, .chart = chart};
    EXPECT_EQ(ChartHeadOf(release).name, "");
    const auto read = ChartOf(release, kNoLimits);
    return read.ok() ? "none" : std::string(read.status().message());
  };
  EXPECT_EQ(error("null"), "chart of n/a revision 4: no name");
  EXPECT_EQ(error("{"), "chart of n/a revision 4: unexpected end of JSON input");
  EXPECT_THAT(error(R"({"metadata":{"name":[]}})"), HasSubstr("metadata: json: cannot unmarshal array"));
  EXPECT_EQ(error(R"({"files":[{"name":"x","data":"!"}]})"),
            "chart of n/a revision 4: files: x: illegal base64 data at input byte 0");
}

TEST(ReleaseChart, ReadsAndWritesTheUsersValues) {
  Release release{.name = "a", .name_space = "n", .revision = 1};
  EXPECT_EQ(ConfigToJson(*ConfigOf(release, kNoLimits)), "");
  release.config = R"({"a":[1,2.5,null,"\u003c"],"b":1e+21})";
  const auto values = ConfigOf(release, kNoLimits);
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->Find("b")->float_value(), 1e21);
  EXPECT_EQ(ConfigToJson(*values), release.config);
  release.config = "[";
  EXPECT_THAT(std::string(ConfigOf(release, kNoLimits).status().message()), HasSubstr("values of n/a"));
}

}  // namespace
}  // namespace devstats::release
