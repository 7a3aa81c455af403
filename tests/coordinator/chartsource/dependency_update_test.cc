#include "coordinator/chartsource/dependency_update.h"

#include <unistd.h>

#include "absl/strings/str_join.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/secret.h"
#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/source.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"
#include "tests/coordinator/chartsource/registry.h"

namespace devstats::chartsource {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A chart in DIR/c, and a repository on loopback with the charts that were put into it.
class DependencyUpdateTest : public ::testing::Test {
 protected:
  DependencyUpdateTest()
      : server_([this](const HttpServer::Request& r) { return Answer(r); }),
        charts_({.repository_config = dir_ / "repositories.yaml",
                 .repository_cache = dir_ / "cache",
                 .registry_config = dir_ / "registry.json",
                 .docker_config = dir_ / "docker.json"},
                http_, limits_, nullptr) {}

  HttpServer::Response Answer(const HttpServer::Request& r) const {
    if (r.target == "/index.yaml") return {.body = index_};
    const auto found = archives_.find(r.target);
    return found == archives_.end() ? HttpServer::Response{.code = 404}
                                    : HttpServer::Response{.body = found->second};
  }
  // Into the repository: its index, and, if it is `there`, its archive.
  void Publish(const std::string& name, const std::string& version, bool there = true) {
    const std::string file = absl::StrCat(name, "-", version, ".tgz");
    if (there) archives_["/" + file] = TestArchive(name, version);
    absl::StrAppend(&entries_[name], "  - {name: ", name, ", version: ", version, ", urls: [", file, "]}\n");
    index_ = "apiVersion: v1\nentries:\n";
    for (const auto& [chart, entries] : entries_) absl::StrAppend(&index_, "  ", chart, ":\n", entries);
  }
  void AddRepository(const std::string& name = "r") {
    const auto added = charts_.repositories().Add({.name = name, .url = server_.url()}, true);
    ASSERT_TRUE(added.ok()) << added.status();
  }
  // The chart asks for these: "name range repository", "$" for the repository's URL.
  void Want(const std::vector<std::string>& dependencies) {
    std::string yaml = TestChartYaml("c", "1.0.0") + "dependencies:\n";
    for (const std::string& line : dependencies) absl::StrAppend(&yaml, AsYaml(line));
    WriteTestFiles(dir_ / "c", {{"Chart.yaml", yaml}});
  }
  std::string AsYaml(const std::string& line) const {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    return absl::StrCat("- {name: ", parts[0], ", version: '", parts[1], "', repository: '",
                        parts[2] == "$" ? server_.url() : parts[2], "'}\n");
  }
  absl::Status Run(DependencyRequest request = {}) {
    request.folder = dir_ / "c";
    told_.clear();
    return UpdateDependencies(request,
                              {.charts = charts_,
                               .clock = clock_,
                               .limits = limits_,
                               .warn = [this](const std::string& line) { warnings_.push_back(line); },
                               .tell = [this](const std::string& line) { told_.push_back(line); }});
  }
  std::string Error(DependencyRequest request = {}) { return std::string(Run(std::move(request)).message()); }
  std::vector<std::string> InCharts() const {
    return ListFolder(dir_ / "c/charts").value_or(std::vector<std::string>());
  }
  std::string Lock(const std::string& name = "Chart.lock") const {
    return ReadFile(dir_ / ("c/" + name)).value_or("none");
  }
  // All files of the chart and what is in them.
  std::map<std::string, std::string> Snapshot() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_ / "c"))
      out[entry.path()] = entry.is_regular_file() ? *ReadFile(entry.path()) : "";
    return out;
  }

  TempDir dir_;
  HttpFetcher http_{"t"};
  chart::Limits limits_;
  FixedClock clock_{absl::FromUnixSeconds(1'700'000'000) + absl::Milliseconds(120)};
  std::map<std::string, std::string> archives_, entries_;
  std::string index_ = "apiVersion: v1\nentries: {}\n";
  std::vector<std::string> told_, warnings_;
  HttpServer server_;
  Charts charts_;
};

TEST_F(DependencyUpdateTest, TakesTheHighestInTheRangeAndLocksIt) {
  for (const char* version : {"1.0.0", "1.2.0", "1.3.0-rc.1", "2.0.0"}) Publish("web", version);
  AddRepository();
  Want({"web ^1.0.0 $"});
  WriteTestFiles(dir_ / "c", {{"charts/web-1.0.0.tgz", TestArchive("web", "1.0.0")},
                              {"charts/folder/Chart.yaml", TestChartYaml("folder", "1.0.0")}});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(told_, ElementsAre("Hang tight while we grab the latest from your chart repositories...",
                                 "...Successfully got an update from the \"r\" chart repository",
                                 "Update Complete. ⎈Happy Helming!⎈", "Saving 1 charts",
                                 "Downloading web from repo " + server_.url(), "Deleting outdated charts"));
  EXPECT_THAT(InCharts(), ElementsAre("folder", "web-1.2.0.tgz"));
  EXPECT_EQ(*ReadFile(dir_ / "c/charts/web-1.2.0.tgz"), archives_["/web-1.2.0.tgz"]);
  const std::string digest = Sha256Hex(
      absl::StrCat(R"([[{"name":"web","version":"^1.0.0","repository":")", server_.url(),
                   R"("}],[{"name":"web","version":"1.2.0","repository":")", server_.url(), R"("}]])"));
  EXPECT_EQ(Lock(), absl::StrCat("dependencies:\n- name: web\n  repository: ", server_.url(),
                                 "\n  version: 1.2.0\ndigest: sha256:", digest,
                                 "\ngenerated: \"2023-11-14T22:13:20.12Z\"\n"));
}

TEST_F(DependencyUpdateTest, ALockThatSaysItAlreadyStays) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web 1.x $"});
  ASSERT_TRUE(Run().ok());
  const std::string before = Lock();
  clock_.Advance(absl::Hours(1));
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Lock(), before);
  Publish("web", "1.1.0");
  ASSERT_TRUE(Run({.skip_refresh = true}).ok());
  EXPECT_EQ(Lock(), before) << "the cached index does not know of it";
  EXPECT_THAT(told_[0], "Saving 1 charts");
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(Lock(), AllOf(HasSubstr("version: 1.1.0"), HasSubstr("23:13:20.12Z")));
  EXPECT_THAT(InCharts(), ElementsAre("web-1.1.0.tgz"));
}

TEST_F(DependencyUpdateTest, RepositoriesGoByNameToo) {
  Publish("web", "1.0.0");
  Publish("db", "1.0.0");
  AddRepository();
  Want({"web 1 @r", "db 1 alias:r"});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(Lock(), AllOf(HasSubstr("repository: " + server_.url()), Not(HasSubstr("@r"))));
  ASSERT_TRUE(Run({.from_lock = true}).ok()) << "its digest is of the URL";
  Want({"web 1 @nope", "db 1 alias:no", "x 1 stable", "y 1 https://y.test"});
  const absl::Status status = Run();
  EXPECT_EQ(status.message(),
            "no repository definition for @nope, alias:no, stable. Please add them via 'helm repo add'");
  EXPECT_THAT(HintOf(status), HasSubstr("@NAME"));
}

TEST_F(DependencyUpdateTest, AnUnknownRepositoryDoesForUpdateAndNotForBuild) {
  Publish("web", "1.0.0");
  Want({"web 1 $"});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(told_,
              ElementsAre("Getting updates for unmanaged Helm repositories...",
                          "...Successfully got an update from the \"" + server_.url() + "\" chart repository",
                          "Saving 1 charts", "Downloading web from repo " + server_.url(),
                          "Deleting outdated charts"));
  EXPECT_TRUE(Exists(dir_ / ("cache/helm-manager-" + Sha256Hex(server_.url()) + "-index.yaml")));
  EXPECT_EQ(Error({.from_lock = true}), "no repository definition for " + server_.url() +
                                            ". Please add the missing repos via 'helm repo add'");
  AddRepository();
  EXPECT_TRUE(Run({.from_lock = true}).ok());
}

TEST_F(DependencyUpdateTest, APasswordInAnUrlIsNotTold) {
  Publish("web", "1.0.0");
  Want({absl::StrCat("web 1 http://me:hush@", server_.host())});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(absl::StrJoin(told_, "\n"), AllOf(HasSubstr(server_.url()), Not(HasSubstr("hush"))));
  Want({absl::StrCat("web 9 http://me:hush@", server_.host())});
  EXPECT_THAT(Error(), AllOf(HasSubstr("version \"9\""), Not(HasSubstr("hush"))));
  EXPECT_THAT(Error({.skip_refresh = true}), Not(HasSubstr("hush")));
}

TEST_F(DependencyUpdateTest, RegistriesAreAskedForTheirTags) {
  Registry registry({});
  for (const char* tag : {"1.0.0", "1.1.0_b", "2.0.0", "latest"})
    registry.Push("p/web", tag, TestArchive("web", VersionOf(tag)));
  Want({"web ~1 " + registry.Reference("p")});
  ASSERT_TRUE(Run({.plain_http = true}).ok());
  EXPECT_THAT(InCharts(), ElementsAre("web-1.1.0+b.tgz"));
  EXPECT_THAT(Lock(), HasSubstr("version: 1.1.0+b\n"));
  ASSERT_TRUE(Run({.from_lock = true}).ok());
  // A whole version needs no list of tags.
  Want({"web 2.0.0 " + registry.Reference("p")});
  const size_t before = registry.server().requests().size();
  ASSERT_TRUE(Run().ok());
  const std::vector<std::string> lines = registry.server().lines();
  for (size_t i = before; i < lines.size(); ++i) EXPECT_THAT(lines[i], Not(HasSubstr("tags/list")));
  Want({"web ^7 " + registry.Reference("p")});
  EXPECT_THAT(Error(),
              StartsWith("can't get a valid version for 1 subchart(s): \"web\" (repository \"oci://"));
}

TEST_F(DependencyUpdateTest, APasswordIsForOneRegistry) {
  Registry registry({.door = Registry::Door::kBasic});
  registry.Push("p/web", "1.0.0", TestArchive("web", "1.0.0"));
  const Repository me{.username = "me", .password = Secret("secret")};
  Want({"web 1.x " + registry.Reference("p")});
  EXPECT_TRUE(absl::IsUnauthenticated(Run()));
  EXPECT_TRUE(Run({.credentials = me}).ok());
  Want({"web 1.x " + registry.Reference("p"), "db 1.x oci://other.test/p"});
  const size_t before = registry.server().requests().size();
  EXPECT_THAT(Error({.credentials = me}), HasSubstr("--username is for one registry"));
  EXPECT_EQ(registry.server().requests().size(), before);
}

TEST_F(DependencyUpdateTest, FoldersArePacked) {
  WriteTestFiles(dir_.path(),
                 {{"lib/Chart.yaml", TestChartYaml("lib", "1.4.0")}, {"lib/values.yaml", "a: 1\n"}});
  Want({"lib >=1 file://../lib"});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(told_, ElementsAre("Saving 1 charts", "Deleting outdated charts"));
  EXPECT_THAT(Lock(), HasSubstr("repository: file://../lib\n  version: 1.4.0\n"));
  const auto packed = LoadPath(dir_ / "c/charts/lib-1.4.0.tgz", limits_, nullptr);
  ASSERT_TRUE(packed.ok()) << packed.status();
  EXPECT_EQ((*packed)->Raw("values.yaml")->data(), "a: 1\n");
  WriteTestFiles(dir_ / "lib", {{"Chart.yaml", TestChartYaml("lib", "1.5.0")}});
  EXPECT_EQ(Error({.from_lock = true}), "can't get a valid version for dependency lib");
  EXPECT_EQ(told_.back(), "Save error occurred:  can't get a valid version for dependency lib");
  Want({"lib 2 file://../lib"});
  EXPECT_THAT(Error(), StartsWith("can't get a valid version for 1 subchart(s): \"lib\" (repository "
                                  "\"file://../lib\", version \"2\"). Make sure"));
  Want({"lib 2 file://../none"});
  EXPECT_EQ(Error(), absl::StrCat("directory ", dir_ / "none", " not found"));
}

TEST_F(DependencyUpdateTest, WithoutARepositoryItLiesInCharts) {
  WriteTestFiles(dir_ / "c", {{"charts/lib/Chart.yaml", TestChartYaml("lib", "1.4.0")}});
  Want({"lib 1.x "});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(told_[1],
              "Dependency lib did not declare a repository. Assuming it exists in the charts directory");
  EXPECT_THAT(Lock(), HasSubstr("- name: lib\n  repository: \"\"\n  version: 1.x\n"));
  Want({"lib 2.x "});
  EXPECT_EQ(Error(), "dependency lib at version 1.4.0 does not satisfy the constraint 2.x");
  Want({"none 2.x "});
  EXPECT_EQ(Error(), absl::StrCat("directory ", dir_ / "c/charts/none", " not found"));
}

TEST_F(DependencyUpdateTest, OldChartsHaveRequirements) {
  Publish("web", "1.0.0");
  AddRepository();
  const std::string wanted = "dependencies:\n" + AsYaml("web 1.x @r");
  WriteTestFiles(dir_ / "c", {{"Chart.yaml", "apiVersion: v1\nname: c\nversion: 1.0.0\n"},
                              {"requirements.yaml", wanted}});
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Lock(), "none");
  EXPECT_THAT(Lock("requirements.lock"), HasSubstr("version: 1.0.0"));
  EXPECT_TRUE(Run({.from_lock = true}).ok());
  EXPECT_THAT(warnings_, IsEmpty());
  // Helm 2's digest is of the name of the repository.
  const std::string old = Sha256Hex(R"({"dependencies":[{"name":"web","version":"1.x","repository":"@r"}]})");
  WriteTestFiles(dir_ / "c", {{"requirements.lock", absl::StrCat("dependencies:\n", AsYaml("web 1.0.0 $"),
                                                                 "digest: sha256:", old)}});
  EXPECT_TRUE(Run({.from_lock = true}).ok());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("Checking against Helm v2 hash")));
  WriteTestFiles(dir_ / "c", {{"requirements.yaml", "dependencies:\n" + AsYaml("web 1 @r")}});
  EXPECT_THAT(Error({.from_lock = true}), StartsWith("the lock file (requirements.lock) is out of sync with "
                                                     "the dependencies file (requirements.yaml)."));
}

TEST_F(DependencyUpdateTest, BuildTakesWhatTheLockSays) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web ^1 $"});
  ASSERT_TRUE(Run({.from_lock = true}).ok()) << "without a lock it is an update";
  const std::string lock = Lock();
  Publish("web", "1.1.0");
  std::filesystem::remove_all(dir_ / "c/charts");
  ASSERT_TRUE(Run({.from_lock = true}).ok());
  EXPECT_THAT(InCharts(), ElementsAre("web-1.0.0.tgz"));
  EXPECT_EQ(Lock(), lock);
  Want({"web ^1.0 $"});
  EXPECT_EQ(Error({.from_lock = true}),
            "the lock file (Chart.lock) is out of sync with the dependencies file "
            "(Chart.yaml). Please update the dependencies");
  WriteTestFiles(dir_ / "c", {{"Chart.lock", "dependencies: [null]\n"}});
  EXPECT_EQ(Error({.from_lock = true}), "Chart.lock: a dependency in it is null");
}

TEST_F(DependencyUpdateTest, ARangeInALockIsNoVersion) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web ^1 $"});
  const std::string pair =
      absl::StrCat(R"([{"name":"web","version":"^1","repository":")", server_.url(), "\"}]");
  WriteTestFiles(dir_ / "c",
                 {{"Chart.lock", absl::StrCat("dependencies:\n", AsYaml("web ^1 $"), "digest: sha256:",
                                              Sha256Hex(absl::StrCat("[", pair, ",", pair, "]")))}});
  EXPECT_THAT(Error({.from_lock = true}), HasSubstr("no matching version"));
}

TEST_F(DependencyUpdateTest, AFailureInTheMiddleChangesNothing) {
  for (const char* name : {"a", "b", "d"}) Publish(name, "1.0.0");
  Publish("gone", "1.0.0", false);
  AddRepository();
  Want({"a 1.x $", "b 1.x $"});
  ASSERT_TRUE(Run().ok());
  // A download that fails after others were good.
  Publish("a", "1.1.0");
  Want({"a 1.x $", "gone 1.x $", "d 1.x $"});
  auto before = Snapshot();
  EXPECT_THAT(Error(),
              AllOf(StartsWith("could not download " + server_.url() + "/gone-1.0.0.tgz"), HasSubstr("404")));
  EXPECT_THAT(told_.back(), StartsWith("Save error occurred:  could not download"));
  EXPECT_EQ(Snapshot(), before);
  // What came is no chart.
  archives_["/gone-1.0.0.tgz"] = Gzip("no tar");
  EXPECT_NE(Error(), "");
  EXPECT_EQ(Snapshot(), before);
  // All is here, and one cannot be put into place.
  archives_["/gone-1.0.0.tgz"] = TestArchive("gone", "1.0.0");
  WriteTestFiles(dir_ / "c", {{"charts/gone-1.0.0.tgz/Chart.yaml", TestChartYaml("x", "1.0.0")}});
  WriteTestFiles(dir_ / "c", {{".helmignore", "gone-1.0.0.tgz\n"}});
  before = Snapshot();
  EXPECT_THAT(Error(), HasSubstr("gone-1.0.0.tgz"));
  EXPECT_EQ(Snapshot(), before);
  std::filesystem::remove_all(dir_ / "c/charts/gone-1.0.0.tgz");
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(InCharts(), ElementsAre("a-1.1.0.tgz", "d-1.0.0.tgz", "gone-1.0.0.tgz"));
}

TEST_F(DependencyUpdateTest, ALinkInPlaceOfTheLockIsNotWrittenThrough) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web 1.x $"});
  WriteTestFiles(dir_ / "c", {{"target", "dependencies: []\n"}});
  ASSERT_EQ(symlink((dir_ / "c/target").c_str(), (dir_ / "c/Chart.lock").c_str()), 0);
  EXPECT_EQ(Error(), absl::StrCat("the Chart.lock file is a symlink to \"", dir_ / "c/target", "\""));
  EXPECT_EQ(*ReadFile(dir_ / "c/target"), "dependencies: []\n");
  EXPECT_THAT(InCharts(), IsEmpty());
}

TEST_F(DependencyUpdateTest, OneArchiveMayServeTwice) {
  Publish("web", "1.0.0");
  Publish("web", "2.0.0");
  AddRepository();
  WriteTestFiles(dir_ / "c",
                 {{"Chart.yaml", absl::StrCat(TestChartYaml("c", "1.0.0"), "dependencies:\n",
                                              AsYaml("web 1.x $"), "- {name: web, alias: two, version: ",
                                              "1.0.0, repository: '", server_.url(), "/'}\n")}});
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(told_[told_.size() - 2], "Already downloaded web from repo " + server_.url() + "/");
  EXPECT_THAT(InCharts(), ElementsAre("web-1.0.0.tgz"));
}

TEST_F(DependencyUpdateTest, WhatIsNotThereIsSaid) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web 3 $"});
  EXPECT_EQ(Error(),
            absl::StrCat("can't get a valid version for 1 subchart(s): \"web\" (repository \"", server_.url(),
                         "\", version \"3\"). Make sure a matching chart version exists in the repo, or "
                         "change the version constraint in Chart.yaml"));
  Want({"wep 1 $"});
  EXPECT_EQ(Error(), "wep chart not found in repo " + server_.url());
  Want({"web one $"});
  EXPECT_THAT(Error(), StartsWith("dependency \"web\" has an invalid version/constraint format: "));
  Want({"web 1 ftp://x.test"});
  EXPECT_THAT(Error(), HasSubstr("could not find protocol handler for: ftp"));
  Want({"web 1 http://127.0.0.1:1/x"});
  EXPECT_THAT(Error(), HasSubstr("no cached repo found. (try 'helm repo update')"));
  EXPECT_THAT(
      told_[1],
      StartsWith("...Unable to get an update from the \"http://127.0.0.1:1/x\" chart repository:\n\t"));
  EXPECT_THAT(InCharts(), IsEmpty());
}

TEST_F(DependencyUpdateTest, IsForFoldersWithDependencies) {
  WriteTestFiles(dir_ / "c", {{"Chart.yaml", TestChartYaml("c", "1.0.0")}});
  EXPECT_TRUE(Run().ok());
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(Lock(), "none");
  std::filesystem::remove_all(dir_ / "c");
  EXPECT_THAT(Error(), StartsWith(absl::StrCat("could not find ", dir_ / "c")));
  WriteTestFiles(dir_.path(), {{"c", TestArchive("c", "1.0.0")}});
  EXPECT_EQ(Error(), "only unpacked charts can be updated");
}

TEST_F(DependencyUpdateTest, WhatIsNoChartStaysAndIsTold) {
  Publish("web", "1.0.0");
  AddRepository();
  Want({"web 1.x $"});
  WriteTestFiles(dir_ / "c",
                 {{"charts/_notes.txt", "x"}, {"charts/other-1.0.0.tgz", TestArchive("other", "1.0.0")}});
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(InCharts(), ElementsAre("_notes.txt", "web-1.0.0.tgz"));
  EXPECT_THAT(told_.back(),
              StartsWith(absl::StrCat("Could not verify ", dir_ / "c/charts/_notes.txt", " for deletion: ")));
}

TEST_F(DependencyUpdateTest, AllOfThemHaveALimit) {
  for (const char* name : {"a", "b"}) {
    Publish(name, "1.0.0");
    // Hex digits become about half as many bytes: one fits, unpacked, and two do not, packed.
    archives_[absl::StrCat("/", name, "-1.0.0.tgz")] =
        TestArchive(name, "1.0.0", {{"blob", RandomSecret(100'000).Reveal()}});
  }
  AddRepository();
  Want({"a 1.x $", "b 1.x $"});
  limits_.archive_bytes = archives_["/a-1.0.0.tgz"].size() + archives_["/b-1.0.0.tgz"].size() - 1;
  EXPECT_EQ(Error(), absl::StrCat("charts/ would be larger than ", limits_.archive_bytes, " bytes"));
  EXPECT_THAT(InCharts(), IsEmpty());
}

}  // namespace
}  // namespace devstats::chartsource
