// Real Helm, where DEVSTATS_HELM says it is, makes the same of the chart as our engine, byte for byte.
#include <cstdlib>

#include "common/subprocess.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/charts/fixture.h"

namespace devstats::charts {
namespace {

std::string OurText(const Json& values, const std::string& version) {
  chart::RenderOptions options;
  options.release = {.name = "devstats", .name_space = "devstats-test"};
  EXPECT_TRUE(chart::SetKubeVersion(version, options.capabilities).ok());
  const auto rendered = chart::Render(DevstatsChart(), *chart::ReadYamlMap(values.dump(), TestLimits()),
                                      options, chart::FixedEnvironment());
  return rendered.ok() ? rendered->ManifestText() : "error: " + std::string(rendered.status().message());
}

class ChartHelm : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(ChartHelm, MakesTheSame) {
  const char* helm = getenv("DEVSTATS_HELM");
  if (!helm) GTEST_SKIP() << "DEVSTATS_HELM does not say where Helm is";
  const auto& [environment, version] = GetParam();
  Json values = OneProject();
  values.update(ManyProjects(40));
  values.update(AllOpen());
  values["environment"] = environment;
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomic(folder / "values.yaml", values.dump()).ok());
  const auto ran = RunProcess({helm, "template", "devstats", DEVSTATS_CHARTS "/devstats", "-n",
                               "devstats-test", "-f", folder / "values.yaml", "--kube-version", version},
                              {.output_limit = 16 << 20, .environment = {"HOME=" + folder.path()}});
  ASSERT_TRUE(ran.ok()) << ran.status();
  ASSERT_EQ(ran->exit_code, 0) << ran->err;
  EXPECT_TRUE(ran->out == OurText(values, version)) << "helm template and our engine differ";
}

INSTANTIATE_TEST_SUITE_P(Of, ChartHelm,
                         ::testing::Combine(::testing::Values("test", "prod"),
                                            ::testing::Values("1.20.2", "1.35.0")));

}  // namespace
}  // namespace devstats::charts
