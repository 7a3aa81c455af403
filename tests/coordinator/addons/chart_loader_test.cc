#include "coordinator/addons/chart_loader.h"

#include <cstdlib>

#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/addons/chart_repository.h"
#include "tests/coordinator/chartsource/registry.h"

namespace devstats::addons {
namespace {

using ::testing::HasSubstr;

class ChartLoaderTest : public ::testing::Test {
 protected:
  absl::StatusOr<LoadedChart> Load(const ChartLocation& location) {
    return LoadChart(location, sources_, limits_);
  }
  ChartLocation InRepository(const std::string& digest) const {
    return {.reference = "web", .repository = repository_.url(), .version = "1.0.0", .digest = digest};
  }
  std::string WriteArchive() {
    const std::string path = dir_ / "web.tgz";
    EXPECT_TRUE(WriteFileAtomic(path, archive_).ok());
    return path;
  }

  TempDir dir_;
  const std::string archive_ = chartsource::TestArchive("web", "1.0.0");
  const std::string digest_ = absl::StrCat("sha256:", Sha256Hex(archive_));
  ChartRepository repository_;
  chartsource::HttpFetcher fetcher_{"test"};
  const chart::Limits limits_;
  ChartSources sources_{.fetcher = &fetcher_, .cache = dir_ / "cache", .secret = [](const std::string& name) {
                          return absl::StatusOr<Secret>(Secret(absl::StrCat("value of ", name)));
                        }};
};

TEST_F(ChartLoaderTest, AChartOfARepositoryIsAskedForOnce) {
  repository_.Add("web", "1.0.0", archive_);
  for (int i = 0; i < 3; ++i) {
    const auto loaded = Load(InRepository(digest_));
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->chart->metadata.name, "web");
    EXPECT_EQ(absl::StrCat("sha256:", loaded->digest), digest_);
  }
  EXPECT_THAT(repository_.server().lines(), ::testing::ElementsAre("GET /index.yaml", "GET /web-1.0.0.tgz"));
}

TEST_F(ChartLoaderTest, AnAuthorityThatTheSystemDoesNotTrustIsNamed) {
  const pki::Authority ca = TestIdentity::NewCa();
  const TestIdentity identity = TestIdentity::Of(ca, "server", pki::Usage::kServer);
  HttpServer server([this](const HttpServer::Request&) { return HttpServer::Response{.body = archive_}; },
                    &identity);
  ChartLocation location{.reference = server.url() + "/web-1.0.0.tgz", .digest = digest_};
  EXPECT_FALSE(Load(location).ok());
  location.ca = ca.certificate_pem;
  const auto loaded = Load(location);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->chart->metadata.name, "web");
}

TEST_F(ChartLoaderTest, AnotherChartThanTheOneThatWasReadIsRefused) {
  repository_.Add("web", "1.0.0",
                  chartsource::TestArchive("web", "1.0.0", {{"templates/b.yaml", "evil: true\n"}}));
  for (int i = 0; i < 2; ++i) {  // the second time, too
    const absl::Status status = Load(InRepository(digest_)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat("and cluster.yaml says ", digest_)));
    EXPECT_THAT(HintOf(status), HasSubstr("not the chart that was read"));
  }
}

TEST_F(ChartLoaderTest, ARegistryKnowsAChartByItsManifestOrByItsArchive) {
  chartsource::Registry registry({});
  const std::string manifest = registry.Push("charts/web", "1.0.0", archive_);
  for (const std::string& digest : {manifest, digest_}) {
    sources_.cache = dir_ / digest;
    const auto loaded =
        Load({.reference = registry.Reference("charts/web"), .version = "1.0.0", .digest = digest});
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(absl::StrCat("sha256:", loaded->digest), digest_);
  }
}

TEST_F(ChartLoaderTest, LogsInWhereItMust) {
  chartsource::Registry registry({.door = chartsource::Registry::Door::kBasic, .user = "robot:value of pw"});
  registry.Push("charts/web", "1.0.0", archive_);
  ChartLocation location{
      .reference = registry.Reference("charts/web"), .version = "1.0.0", .digest = digest_};
  EXPECT_FALSE(Load(location).ok());
  location.user = "robot";
  location.user_secret = "pw";
  EXPECT_TRUE(Load(location).ok());
}

TEST_F(ChartLoaderTest, AnArchiveOfThisMachineIsCheckedToo) {
  const std::string path = WriteArchive();
  EXPECT_TRUE(Load({.reference = path}).ok());
  EXPECT_TRUE(Load({.reference = path, .version = "v1.0.0", .digest = digest_}).ok());
  const absl::Status other =
      Load({.reference = path, .digest = absl::StrCat("sha256:", std::string(64, '0'))}).status();
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  const absl::Status version = Load({.reference = path, .version = "1.0.1"}).status();
  EXPECT_THAT(std::string(version.message()),
              HasSubstr("is web 1.0.0, and its version in cluster.yaml is 1.0.1"));
  EXPECT_THAT(HintOf(version), HasSubstr("write version: 1.0.0"));
  EXPECT_EQ(Load({.reference = dir_ / "none.tgz"}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ChartLoaderTest, AFolderIsWhatIsInIt) {
  const std::string folder = dir_ / "folder";
  chartsource::WriteTestFiles(folder, {{"Chart.yaml", chartsource::TestChartYaml("web", "1.0.0")},
                                       {"templates/a.yaml", "kind: ConfigMap\n"}});
  const auto before = Load({.reference = folder});
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ(Load({.reference = folder})->digest, before->digest);
  chartsource::WriteTestFiles(folder, {{"templates/a.yaml", "kind: Secret\n"}});
  EXPECT_NE(Load({.reference = folder})->digest, before->digest);
  EXPECT_THAT(HintOf(Load({.reference = folder, .digest = digest_}).status()),
              HasSubstr("a digest is of an archive"));
}

}  // namespace
}  // namespace devstats::addons
