#include "coordinator/addons/wanted.h"

#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::addons {
namespace {

using ::testing::HasSubstr;

class WantedTest : public ::testing::Test {
 protected:
  WantedTest() { WriteChart("kind: ConfigMap\n"); }
  void WriteChart(const std::string& text) {
    chartsource::WriteTestFiles(dir_ / "web", {{"Chart.yaml", chartsource::TestChartYaml("web", "1.0.0")},
                                               {"templates/a.yaml", text}});
  }
  release::ReleaseWanted Wanted() const {
    return WantedOf("releases/store", step_, {.reference = dir_ / "web"}, {}, limits_);
  }
  release::ReleaseRequest Request() const {
    auto request = Wanted().request();
    EXPECT_TRUE(request.ok()) << request.status();
    return request.ok() ? *std::move(request) : release::ReleaseRequest();
  }
  TempDir dir_;
  const chart::Limits limits_;
  ReleaseStep step_{.name = "store", .name_space = "shop", .values = {{"a", {{"b", 1}}}}};
};

TEST_F(WantedTest, IsAnUpgradeThatInstallsWhatIsNotThere) {
  step_.atomic = true;
  step_.timeout = absl::Seconds(90);
  const release::ReleaseRequest request = Request();
  EXPECT_EQ(request.kind, release::Kind::kUpgrade);
  EXPECT_TRUE(request.install);
  EXPECT_EQ(request.release, (release::ReleaseName{"store", "shop"}));
  EXPECT_EQ(request.reuse, release::Reuse::kReset);  // cluster.yaml says all there is
  EXPECT_EQ(request.chart->metadata.name, "web");
  EXPECT_TRUE(request.options.wait && request.options.atomic && request.options.create_namespace);
  EXPECT_EQ(request.options.timeout, absl::Seconds(90));
  EXPECT_EQ(request.options.labels.count(kSpecLabel),
            1u);  // by which it is known when nobody asks for it any more
}

TEST_F(WantedTest, OwnValuesAreOverThoseOfTheFiles) {
  chartsource::WriteTestFiles(dir_.path(),
                              {{"1.yaml", "a: {b: 0, c: 1}\nd: [1]\n"}, {"2.yaml", "a: {c: 2}\nd: [2]\n"}});
  step_.values_files = {dir_ / "1.yaml", dir_ / "2.yaml"};
  EXPECT_EQ(*chart::WriteJson(Request().values), R"({"a":{"b":1,"c":2},"d":[2]})");
  step_.values_files = {dir_ / "none.yaml"};
  const auto missing = Wanted().request();
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("none.yaml"));
}

TEST_F(WantedTest, TheDigestOfInputsIsOfWhatTheManifestIsMadeFrom) {
  const std::string before = Request().inputs;
  EXPECT_EQ(before.size(), 64u);
  EXPECT_EQ(Request().inputs, before);
  step_.timeout = absl::Seconds(1);
  EXPECT_EQ(Request().inputs, before);
  step_.values["a"]["b"] = 2;
  EXPECT_NE(Request().inputs, before);
  step_.values["a"]["b"] = 1;
  WriteChart("kind: Secret\n");
  EXPECT_NE(Request().inputs, before);
}

TEST_F(WantedTest, InputsOfTheUnitAreKnownWithoutReadingAnything) {
  const Json inputs =
      WantedOf("x", step_, {.reference = "/nowhere", .digest = "sha256:1"}, {}, limits_).inputs;
  EXPECT_EQ(inputs["chart"], "/nowhere");
  EXPECT_EQ(inputs["digest"], "sha256:1");
  EXPECT_EQ(inputs["values"], step_.values);
  EXPECT_EQ(inputs["options"]["wait"], true);
}

}  // namespace
}  // namespace devstats::addons
