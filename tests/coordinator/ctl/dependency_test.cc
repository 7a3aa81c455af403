// devstatsctl chart dependency update, build, and what does the same on the way, against a repository and a
// registry on loopback.
#include "common/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/http_server.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"
#include "tests/coordinator/chartsource/registry.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using chartsource::TestArchive;
using chartsource::TestChartYaml;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// The chart c asks for web of a repository and for db of a registry.
class DependencyCommands : public testing::Test {
 protected:
  DependencyCommands() {
    registry_.Push("p/db", "0.2.0", TestArchive("db", "0.2.0"));
    chartsource::WriteTestFiles(
        chart_, {{"Chart.yaml", absl::StrCat(TestChartYaml("c", "1.0.0"),
                                             "dependencies:\n- {name: web, version: ^1, repository: '@r'}\n"
                                             "- {name: db, version: 0.2.x, repository: '",
                                             registry_.Reference("p"), "'}\n")},
                 {"templates/t.yaml", "a: 1\n"}});
    EXPECT_EQ(Run({"repo", "add", "r", server_.url()}).code, kOk);
  }
  HttpServer::Response Answer(const HttpServer::Request& r) const {
    if (r.target == "/index.yaml")
      return {.body =
                  "apiVersion: v1\nentries:\n  web: [{name: web, version: 1.4.0, urls: [web-1.4.0.tgz]}]\n"};
    return r.target == "/web-1.4.0.tgz" && !broken_
               ? HttpServer::Response{.body = TestArchive("web", "1.4.0")}
               : HttpServer::Response{.code = 404};
  }
  Outcome Run(std::vector<std::string> words) const {
    return Invoke(std::move(words), {.env = {{"HOME", home_.path()}}});
  }
  Outcome Chart(std::vector<std::string> words) const {
    words.insert(words.begin(), "chart");
    return Run(std::move(words));
  }
  // Of downloads, and what follows.
  std::string Downloads() const {
    return absl::StrCat("Saving 2 charts\nDownloading web from repo ", server_.url(),
                        "\nDownloading db from repo ", registry_.Reference("p"),
                        "\nDeleting outdated charts\n");
  }
  std::vector<std::string> InCharts() const {
    return ListFolder(chart_ + "/charts").value_or(std::vector<std::string>());
  }

  const TempDir home_;
  const std::string chart_ = home_ / "c";
  bool broken_ = false;
  HttpServer server_{[this](const HttpServer::Request& r) { return Answer(r); }};
  chartsource::Registry registry_{{}};
};

constexpr char kRefreshedOne[] =
    "Hang tight while we grab the latest from your chart repositories...\n"
    "...Successfully got an update from the \"r\" chart repository\n"
    "Update Complete. ⎈Happy Helming!⎈\n";

TEST_F(DependencyCommands, UpdateThenBuildPrintWhatHelmPrints) {
  const Outcome updated = Chart({"dependency", "update", chart_});
  EXPECT_EQ(updated.code, kOk) << updated.err;
  EXPECT_EQ(updated.out, kRefreshedOne + Downloads());
  EXPECT_THAT(InCharts(), ElementsAre("db-0.2.0.tgz", "web-1.4.0.tgz"));
  const std::string lock = *ReadFile(chart_ + "/Chart.lock");
  EXPECT_THAT(Chart({"dep", "ls", chart_}).out, HasSubstr("\tok"));
  std::filesystem::remove_all(chart_ + "/charts");
  EXPECT_EQ(Chart({"dep", "build", chart_ + "/", "--skip-refresh"}).out, Downloads());
  EXPECT_THAT(InCharts(), ElementsAre("db-0.2.0.tgz", "web-1.4.0.tgz"));
  EXPECT_EQ(*ReadFile(chart_ + "/Chart.lock"), lock);
  EXPECT_EQ(Chart({"dep", "up", chart_, "--skip-refresh"}).out, Downloads());
}

TEST_F(DependencyCommands, AFailureLeavesAllAsItWas) {
  ASSERT_EQ(Chart({"dep", "update", chart_}).code, kOk);
  const std::string lock = *ReadFile(chart_ + "/Chart.lock");
  ASSERT_TRUE(RemoveFile(chart_ + "/charts/db-0.2.0.tgz").ok());
  broken_ = true;
  const Outcome failed = Chart({"dep", "update", chart_});
  EXPECT_EQ(failed.code, kError);
  EXPECT_THAT(failed.out, HasSubstr("Save error occurred:  could not download "));
  EXPECT_THAT(failed.err, StartsWith("Error: could not download " + server_.url() + "/web-1.4.0.tgz: "));
  EXPECT_THAT(InCharts(), ElementsAre("web-1.4.0.tgz"));
  EXPECT_EQ(*ReadFile(chart_ + "/Chart.lock"), lock);
  EXPECT_THAT(*ListFolder(chart_), ElementsAre("Chart.lock", "Chart.yaml", "charts", "templates"));
}

TEST_F(DependencyCommands, PackageMayUpdateFirst) {
  EXPECT_THAT(Chart({"package", chart_, "-d", home_.path()}).err,
              HasSubstr("missing in charts/ directory: web, db"));
  const Outcome packed = Chart({"package", chart_, "-u", "-d", home_.path()});
  EXPECT_EQ(packed.out,
            absl::StrCat("Successfully packaged chart and saved it to: ", home_ / "c-1.0.0.tgz", "\n"))
      << packed.err;
}

TEST_F(DependencyCommands, TemplateGetsWhatIsLackingAndPrintsOnlyTheManifest) {
  const Outcome lacking = Chart({"template", chart_});
  EXPECT_THAT(lacking.err, HasSubstr("missing in charts/ directory: web, db"));
  const Outcome rendered = Chart({"template", chart_, "--dependency-update"});
  EXPECT_EQ(rendered.code, kOk) << rendered.err;
  EXPECT_THAT(rendered.out, StartsWith("---\n# Source: c/"));
  EXPECT_EQ(rendered.err, kRefreshedOne + Downloads());
  EXPECT_EQ(Chart({"template", chart_, "--dependency-update"}).err, "") << "nothing is lacking";
  chartsource::WriteTestFiles(
      home_.path(),
      {{"x.tgz",
        TestArchive("x", "1.0.0", {{"requirements.yaml", "dependencies: [{name: y, version: 1}]\n"}})}});
  EXPECT_EQ(Chart({"template", home_ / "x.tgz", "--dependency-update"}).err,
            "WARNING: Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend "
            "migrating dependencies to Chart.yaml.\nError: only unpacked charts can be updated\n");
}

}  // namespace
}  // namespace devstats::ctl
