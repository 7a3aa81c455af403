#include "coordinator/chartsource/charts.h"

#include "common/digest.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/pull.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"
#include "tests/coordinator/chartsource/registry.h"

namespace devstats::chartsource {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A repository over HTTP with one chart, whose index can say something else than there is.
class ChartsTest : public ::testing::Test {
 protected:
  ChartsTest()
      : archive_(TestArchive("web", "1.0.0")),
        server_([this](const HttpServer::Request& r) { return Answer(r); }),
        charts_({.repository_config = dir_ / "repositories.yaml",
                 .repository_cache = dir_ / "cache",
                 .registry_config = dir_ / "registry.json",
                 .docker_config = dir_ / "docker.json"},
                http_, limits_, [this](const std::string& line) { warnings_.push_back(line); }) {}

  HttpServer::Response Answer(const HttpServer::Request& r) const {
    if (!password_.empty() && r.Header("authorization") != password_) return {.code = 401};
    if (r.target == "/index.yaml") {
      return {.body = absl::StrCat(
                  "apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: 1.0.0\n    digest: \"",
                  digest_.empty() ? Sha256Hex(archive_) : digest_, "\"\n    urls: [",
                  url_.empty() ? "web-1.0.0.tgz" : url_, "]\n")};
    }
    if (r.target == "/web-1.0.0.tgz") return {.body = archive_, .missing = missing_};
    if (r.target == "/moved.tgz") return {.code = 302, .headers = {{"Location", "/web-1.0.0.tgz"}}};
    if (r.target == "/page") return {.body = "<html>not a chart</html>"};
    return {.code = 404};
  }
  void AddRepository() {
    Repository repository{.name = "repo", .url = server_.url()};
    if (!password_.empty()) repository.username = "me", repository.password = Secret("pw");
    const auto added = charts_.repositories().Add(repository, true);
    ASSERT_TRUE(added.ok()) << added.status();
  }
  size_t Downloads() {
    size_t out = 0;
    for (const std::string& line : server_.lines()) out += line == "GET /web-1.0.0.tgz";
    return out;
  }

  TempDir dir_;
  HttpFetcher http_{"t"};
  chart::Limits limits_;
  std::vector<std::string> warnings_;
  std::string archive_, digest_, url_, password_;
  size_t missing_ = 0;
  HttpServer server_;
  Charts charts_;
};

TEST_F(ChartsTest, LoadsFromARepositoryAndKeepsTheArchive) {
  password_ = BasicAuthorization("me", Secret("pw")).Reveal();
  AddRepository();
  for (int i = 0; i < 2; ++i) {
    const auto chart = charts_.Load({.reference = "repo/web"});
    ASSERT_TRUE(chart.ok()) << chart.status();
    EXPECT_EQ((*chart)->metadata.name, "web");
  }
  EXPECT_EQ(Downloads(), 1u);
  const std::string cached = absl::StrCat(dir_ / "cache/sha256/", Sha256Hex(archive_), ".tgz");
  EXPECT_EQ(*ReadFile(cached), archive_);
  // A spoilt file in the cache does not count.
  ASSERT_TRUE(WriteFileAtomic(cached, "spoilt").ok());
  EXPECT_TRUE(charts_.Load({.reference = "repo/web"}).ok());
  EXPECT_EQ(Downloads(), 2u);
  EXPECT_EQ(*ReadFile(cached), archive_);
}

TEST_F(ChartsTest, AnotherArchiveThanTheIndexSaysIsRefused) {
  digest_ = std::string(64, '0');
  AddRepository();
  const auto chart = charts_.Load({.reference = "repo/web"});
  EXPECT_TRUE(absl::IsDataLoss(chart.status())) << chart.status();
  EXPECT_THAT(chart.status().message(), HasSubstr(Sha256Hex(archive_)));
  EXPECT_THAT(HintOf(chart.status()), HasSubstr("repo update"));
  EXPECT_FALSE(Exists(dir_ / "cache/sha256"));
}

TEST_F(ChartsTest, ABrokenDownloadIsAnError) {
  AddRepository();
  missing_ = 10;
  EXPECT_TRUE(absl::IsUnavailable(charts_.Load({.reference = "repo/web"}).status()));
  missing_ = 0;
  limits_.archive_bytes = archive_.size() - 1;
  EXPECT_TRUE(absl::IsResourceExhausted(charts_.Load({.reference = "repo/web"}).status()));
}

TEST_F(ChartsTest, AnIndexMayNotSendUsToFiles) {
  url_ = "file:///etc/hostname";
  AddRepository();
  EXPECT_TRUE(absl::IsInvalidArgument(charts_.Load({.reference = "repo/web"}).status()));
}

TEST_F(ChartsTest, ACredentialStaysWithItsRepository) {
  HttpServer cdn([this](const HttpServer::Request&) { return HttpServer::Response{.body = archive_}; });
  password_ = BasicAuthorization("me", Secret("pw")).Reveal();
  for (const char* host : {"127.0.0.1", "localhost"}) {
    url_ = cdn.url(host) + "/web-1.0.0.tgz";
    AddRepository();
    ASSERT_TRUE(charts_.Download({.reference = "repo/web"}).ok());
    EXPECT_EQ(cdn.requests().back().Header("authorization"), "");
    std::filesystem::remove_all(dir_ / "cache/sha256");
  }
  EXPECT_EQ(cdn.requests().size(), 2u);
}

TEST_F(ChartsTest, LoadsFromAnUrlAndFromARepositoryUrl) {
  for (const char* path : {"/web-1.0.0.tgz", "/moved.tgz"}) {
    const auto chart = charts_.Load({.reference = server_.url() + path});
    ASSERT_TRUE(chart.ok()) << chart.status();
  }
  EXPECT_TRUE(charts_.Load({.reference = "web", .version = "^1", .repository_url = server_.url()}).ok());
  EXPECT_THAT(charts_.Load({.reference = "wep", .repository_url = server_.url()}).status().message(),
              HasSubstr("chart \"wep\" not found in http://127.0.0.1:"));
  EXPECT_THAT(charts_.Load({.reference = server_.url() + "/page"}).status().message(),
              HasSubstr("does not appear to be a gzipped archive; got 'text/html; charset=utf-8'"));
  EXPECT_TRUE(absl::IsNotFound(charts_.Load({.reference = server_.url() + "/none.tgz"}).status()));
}

TEST_F(ChartsTest, GivenCredentialsAreUsedForTheirOrigin) {
  password_ = BasicAuthorization("me", Secret("pw")).Reveal();
  const std::string url = server_.url() + "/web-1.0.0.tgz";
  EXPECT_TRUE(absl::IsUnauthenticated(charts_.Load({.reference = url}).status()));
  const Repository me{.username = "me", .password = Secret("pw")};
  EXPECT_TRUE(charts_.Load({.reference = url, .credentials = me}).ok());
  EXPECT_TRUE(charts_.Load({.reference = "web", .repository_url = server_.url(), .credentials = me}).ok());
  AddRepository();
  EXPECT_TRUE(charts_.Load({.reference = url}).ok());  // below a repository that we know
}

TEST_F(ChartsTest, WhatIsHereGoesFirst) {
  WriteTestFiles(dir_ / "web", {{"Chart.yaml", TestChartYaml("web", "9.0.0")}});
  const auto chart = charts_.Load({.reference = dir_ / "web", .repository_url = server_.url()});
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ((*chart)->metadata.version, "9.0.0");
  EXPECT_THAT(server_.lines(), IsEmpty());
  EXPECT_THAT(warnings_[0], HasSubstr("repository url ignored"));
}

TEST_F(ChartsTest, SaysWhatAReferenceMayBe) {
  const std::pair<const char*, const char*> kCases[] = {
      {"./nope", "path \"./nope\" not found"},
      {"/nope/nope", "path \"/nope/nope\" not found"},
      {"nope", "non-absolute URLs should be in form of repo_name/path_to_chart, got: nope"},
      {"nope/x", "repo nope not found"},
      {"ftp://a.test/x", "scheme \"ftp\" not supported"},
      {"oci://a.test", "invalid reference: missing registry or repository"},
  };
  for (const auto& [reference, why] : kCases) {
    EXPECT_THAT(charts_.Load({.reference = reference}).status().message(), HasSubstr(why)) << reference;
  }
}

TEST_F(ChartsTest, LoadsFromARegistryWithHelmsLogin) {
  Registry registry({.door = Registry::Door::kBearer});
  const std::string pin = registry.Push("c/web", "1.0.0", archive_);
  EXPECT_TRUE(absl::IsUnauthenticated(charts_.Load({.reference = registry.Reference("c/web")}).status()));
  ASSERT_TRUE(WriteFileAtomic(dir_ / "registry.json",
                              absl::StrCat(R"({"auths":{")", registry.server().host(), R"(":{"auth":")",
                                           absl::Base64Escape("me:secret"), "\"}}}"))
                  .ok());
  const auto archive = charts_.Download({.reference = registry.Reference("c/web"), .version = "~1"});
  ASSERT_TRUE(archive.ok()) << archive.status();
  EXPECT_EQ(archive->bytes, archive_);
  EXPECT_EQ(archive->file_name, "web-1.0.0.tgz");
  EXPECT_EQ(archive->origin, registry.Reference("c/web:1.0.0"));
  EXPECT_EQ(archive->pin, registry.Reference("c/web@" + pin));
  EXPECT_TRUE(archive->verified);
  registry.Push("c/web", "1.1.0_b", archive_);
  EXPECT_EQ(charts_.Download({.reference = registry.Reference("c/web")})->file_name, "web-1.1.0+b.tgz");
  const absl::Status none =
      charts_.Load({.reference = registry.Reference("c/web"), .version = "7.0.0"}).status();
  EXPECT_TRUE(absl::IsNotFound(none)) << none;
  EXPECT_EQ(HintOf(none), "the highest version there is 1.1.0+b");
  const size_t asked = registry.server().requests().size();
  const auto pinned = charts_.Download({.reference = archive->pin});
  ASSERT_TRUE(pinned.ok()) << pinned.status();
  EXPECT_EQ(pinned->file_name, absl::StrCat("web@sha256-", pin.substr(7), ".tgz"));
  for (size_t i = asked; i < registry.server().lines().size(); ++i) {
    EXPECT_THAT(registry.server().lines()[i], ::testing::Not(HasSubstr("/blobs/")));  // from the cache
  }
}

TEST_F(ChartsTest, PullsAnArchiveOrAFolder) {
  AddRepository();
  const auto pulled =
      Pull(charts_, {.chart = {.reference = "repo/web"}, .destination = dir_ / "out"}, limits_);
  ASSERT_TRUE(pulled.ok()) << pulled.status();
  EXPECT_EQ(pulled->path, dir_ / "out/web-1.0.0.tgz");
  EXPECT_EQ(*ReadFile(pulled->path), archive_);
  const PullRequest untar{.chart = {.reference = "repo/web"}, .destination = dir_ / "out", .untar = true};
  const auto folder = Pull(charts_, untar, limits_);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ(folder->path, dir_ / "out/web");
  EXPECT_EQ(*ReadFile(dir_ / "out/web/templates/a.yaml"), "kind: ConfigMap\n");
  EXPECT_EQ(Pull(charts_, untar, limits_).status().message(),
            absl::StrCat("failed to untar: a file or directory with the name ", dir_ / "out/web",
                         " already exists"));
  EXPECT_EQ(ListFolder(dir_ / "out")->size(), 2u);  // nothing half made is left
}

TEST(Unpack, KeepsToItsFolder) {
  TempDir dir;
  const chart::Limits limits;
  const auto with_name = [](const std::string& name) {
    TarWriter tar(absl::UnixEpoch());
    tar.Add("x/Chart.yaml", absl::StrCat("name: \"", name, "\"\n"));
    return Gzip(std::move(tar).Finish());
  };
  for (const char* name : {"..", ".", "../evil", "a/b", "/etc", ""}) {
    EXPECT_FALSE(Unpack(with_name(name), dir / "out", limits).ok()) << name;
  }
  EXPECT_FALSE(Unpack(TestArchive("x", "1.0.0", {{"../../evil", "x"}}), dir / "out", limits).ok());
  EXPECT_THAT(*ListFolder(dir.path()), IsEmpty());
  EXPECT_EQ(*Unpack(with_name("fine"), dir / "out", limits), dir / "out/fine");
}

TEST(ArchiveFileName, IsPlain) {
  EXPECT_EQ(ArchiveFileName("x-1.0.0.tgz", "x", "1.0.0"), "x-1.0.0.tgz");
  EXPECT_EQ(ArchiveFileName("x-1.0.0+b.tgz", "x", "1.0.0+b"), "x-1.0.0+b.tgz");
  for (const char* name : {"", "..", "../x.tgz", ".bashrc", "-rf.tgz", "a b.tgz", "download"}) {
    EXPECT_EQ(ArchiveFileName(name, "x", "1.0.0"), "x-1.0.0.tgz") << name;
  }
  EXPECT_EQ(ArchiveFileName("v1.tar.gz", "", ""), "v1.tar.gz");
  EXPECT_EQ(ArchiveFileName("../x", "", ""), "chart.tgz");
}

}  // namespace
}  // namespace devstats::chartsource
