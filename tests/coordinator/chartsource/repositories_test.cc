#include "coordinator/chartsource/repositories.h"

#include <sys/stat.h>

#include <thread>

#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "tests/common/http_server.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/fake_fetcher.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSmallIndex[] = R"(apiVersion: v1
entries:
  nginx:
  - name: nginx
    description: A web server
    appVersion: "1.25"
    keywords: [http, proxy]
    urls: [charts/nginx-1.1.0.tgz]
    version: 1.1.0
  - name: nginx
    description: A web server
    urls: [charts/nginx-1.0.0.tgz]
    version: 1.0.0
  redis:
  - name: redis
    description: Not for nginx
    urls: [https://cdn.test/redis-2.0.0-rc.1.tgz]
    version: 2.0.0-rc.1
  empty:
  - name: empty
    version: 1.0.0
)";

class RepositoriesTest : public ::testing::Test {
 protected:
  RepositoriesTest() {
    fake_.pages["https://charts.test/repo/index.yaml"] = {.body = kSmallIndex};
    fake_.pages["https://other.test/index.yaml"] = {.body = "apiVersion: v1\nentries: {}\n"};
  }
  Settings settings_for() const {
    return {.repository_config = dir_ / "config/repositories.yaml", .repository_cache = dir_ / "cache"};
  }
  Repository Stable() const { return {.name = "stable", .url = "https://charts.test/repo"}; }
  std::string File() { return *ReadFile(dir_ / "config/repositories.yaml"); }

  TempDir dir_;
  FakeFetcher fake_;
  chart::Limits limits_;
  std::vector<std::string> warnings_;
  Repositories repositories_{settings_for(), fake_, limits_,
                             [this](const std::string& line) { warnings_.push_back(line); }};
};

TEST_F(RepositoriesTest, AddsAndKeepsInHelmsForm) {
  Repository repository = Stable();
  repository.username = "me";
  repository.password = Secret("p: w");
  const auto added = repositories_.Add(repository, false);
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_TRUE(*added);
  EXPECT_EQ(File(), R"(apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- caFile: ""
  certFile: ""
  insecure_skip_tls_verify: false
  keyFile: ""
  name: stable
  pass_credentials_all: false
  password: 'p: w'
  url: https://charts.test/repo
  username: me
)");
  struct stat info;
  ASSERT_EQ(stat((dir_ / "config/repositories.yaml").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(*ReadFile(dir_ / "cache/stable-index.yaml"), kSmallIndex);
  EXPECT_EQ(*ReadFile(dir_ / "cache/stable-charts.txt"), "empty\nnginx\nredis\n");
  EXPECT_EQ(fake_.requests[0].authorization.Reveal(), BasicAuthorization("me", Secret("p: w")).Reveal());

  // The same again is nothing; another under the name is an error, unless wanted.
  EXPECT_FALSE(*repositories_.Add(repository, false));
  repository.url = "https://other.test";
  EXPECT_EQ(repositories_.Add(repository, false).status().message(),
            "repository name (stable) already exists, please specify a different name");
  ASSERT_TRUE(repositories_.Add(repository, true).ok());
  ASSERT_EQ(repositories_.List()->size(), 1u);
  EXPECT_EQ((*repositories_.List())[0].url, "https://other.test");
}

TEST_F(RepositoriesTest, ReadsAFileOfHelms) {
  WriteFileAtomic((MakeFolders(dir_ / "config").IgnoreError(), dir_ / "config/repositories.yaml"),
                  R"(apiVersion: ""
generated: "0001-01-01T00:00:00Z"
repositories:
- caFile: /ca.pem
  certFile: ""
  insecure_skip_tls_verify: true
  keyFile: ""
  name: a
  pass_credentials_all: true
  password: 12345
  url: https://a.test
  username: true
  unknown: 1
- null
- name: b
  url: http://b.test
)")
      .IgnoreError();
  const auto list = repositories_.List();
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ((*list)[0].password.Reveal(), "12345");
  EXPECT_EQ((*list)[0].username, "true");
  EXPECT_TRUE((*list)[0].insecure_skip_tls_verify);
  EXPECT_TRUE((*list)[0].pass_credentials_all);
  EXPECT_EQ((*list)[1].url, "http://b.test");
}

TEST_F(RepositoriesTest, WhatCannotBeReachedIsNotAdded) {
  const auto gone = repositories_.Add({.name = "x", .url = "https://gone.test"}, false);
  EXPECT_EQ(
      gone.status().message(),
      "looks like \"https://gone.test\" is not a valid chart repository or cannot be reached: failed to "
      "fetch https://gone.test/index.yaml : 404 Not Found");
  fake_.pages["https://html.test/index.yaml"] = {.body = "<html></html>"};
  EXPECT_THAT(repositories_.Add({.name = "x", .url = "https://html.test"}, false).status().message(),
              HasSubstr("no API version specified"));
  for (const char* name : {"a/b", "", "a\nb", "../x"}) {
    EXPECT_FALSE(repositories_.Add({.name = name, .url = "https://charts.test/repo"}, false).ok()) << name;
  }
  EXPECT_FALSE(repositories_.Add({.name = "f", .url = "file:///etc"}, false).ok());
  EXPECT_FALSE(Exists(dir_ / "config/repositories.yaml"));
  EXPECT_TRUE(absl::IsNotFound(repositories_.List().status()));
}

TEST_F(RepositoriesTest, TwoAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      FakeFetcher fake;
      fake.pages["https://charts.test/repo/index.yaml"] = {.body = kSmallIndex};
      Repositories own(settings_for(), fake, limits_, nullptr);
      EXPECT_TRUE(own.Add({.name = absl::StrCat("r", i), .url = "https://charts.test/repo"}, false).ok());
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(repositories_.List()->size(), 4u);
}

TEST_F(RepositoriesTest, RemovesAllOrNothing) {
  ASSERT_TRUE(repositories_.Add(Stable(), false).ok());
  ASSERT_TRUE(repositories_.Add({.name = "other", .url = "https://other.test"}, false).ok());
  const absl::Status unknown = repositories_.Remove({"stable", "othr"});
  EXPECT_EQ(unknown.message(), "no repo named \"othr\" found");
  EXPECT_EQ(HintOf(unknown), "did you mean \"other\"?");
  EXPECT_EQ(repositories_.List()->size(), 2u);
  ASSERT_TRUE(repositories_.Remove({"stable"}).ok());
  EXPECT_FALSE(Exists(dir_ / "cache/stable-index.yaml"));
  EXPECT_FALSE(Exists(dir_ / "cache/stable-charts.txt"));
  EXPECT_EQ(repositories_.List()->size(), 1u);
  ASSERT_TRUE(repositories_.Remove({"other"}).ok());
  EXPECT_EQ(repositories_.Remove({"other"}).message(), "no repositories configured");
}

TEST_F(RepositoriesTest, UpdatesWhatItCan) {
  EXPECT_EQ(repositories_.Update({}).status().message(),
            "no repositories found. You must add one before updating");
  ASSERT_TRUE(repositories_.Add(Stable(), false).ok());
  ASSERT_TRUE(repositories_.Add({.name = "other", .url = "https://other.test"}, false).ok());
  EXPECT_EQ(repositories_.Update({"stabel"}).status().message(),
            "no repositories found matching 'stabel'.  Nothing will be updated");
  EXPECT_EQ(HintOf(repositories_.Update({"stabel"}).status()), "did you mean \"stable\"?");
  fake_.pages["https://charts.test/repo/index.yaml"] = {.error = absl::UnavailableError("no route")};
  fake_.pages["https://other.test/index.yaml"] = {.body = "apiVersion: v1\nentries: {x: []}\n"};
  const auto updated = repositories_.Update({});
  ASSERT_TRUE(updated.ok()) << updated.status();
  ASSERT_EQ(updated->size(), 2u);
  EXPECT_EQ((*updated)[0].status.message(), "no route");
  EXPECT_TRUE((*updated)[1].status.ok());
  EXPECT_EQ(*ReadFile(dir_ / "cache/stable-index.yaml"), kSmallIndex);  // the old one stays
  EXPECT_EQ(*ReadFile(dir_ / "cache/other-charts.txt"), "x\n");
}

TEST_F(RepositoriesTest, SearchesAsHelmDoes) {
  EXPECT_EQ(repositories_.Search({}).status().message(), "no repositories configured");
  ASSERT_TRUE(repositories_.Add(Stable(), false).ok());
  const auto lines = [&](const SearchQuery& query) {
    std::vector<std::string> out;
    const auto found = repositories_.Search(query);
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok()) return out;
    for (const SearchResult& r : *found) out.push_back(r.name + " " + r.version);
    return out;
  };
  EXPECT_THAT(lines({}), ElementsAre("stable/empty 1.0.0", "stable/nginx 1.1.0"));
  EXPECT_THAT(lines({.keyword = "NGINX"}), ElementsAre("stable/nginx 1.1.0"));
  // In the name before in the description.
  EXPECT_THAT(lines({.keyword = "nginx", .devel = true}),
              ElementsAre("stable/nginx 1.1.0", "stable/redis 2.0.0-rc.1"));
  EXPECT_THAT(lines({.keyword = "nginx", .all_versions = true}),
              ElementsAre("stable/nginx 1.1.0", "stable/nginx 1.0.0"));
  EXPECT_THAT(lines({.keyword = "nginx", .version = "~1.0"}), ElementsAre("stable/nginx 1.0.0"));
  EXPECT_THAT(lines({.keyword = "proxy"}), ElementsAre("stable/nginx 1.1.0"));
  EXPECT_THAT(lines({.keyword = "^ng.*x", .regexp = true}), ElementsAre("stable/nginx 1.1.0"));
  EXPECT_THAT(lines({.keyword = "nothing"}), IsEmpty());
  EXPECT_THAT(repositories_.Search({.version = "what"}).status().message(),
              HasSubstr("an invalid version/constraint format"));
  EXPECT_THAT(repositories_.Search({.keyword = "(", .regexp = true}).status().message(),
              HasSubstr("error parsing regexp"));
  EXPECT_EQ((*repositories_.Search({.keyword = "nginx"}))[0].app_version, "1.25");

  ASSERT_TRUE(repositories_.Add({.name = "other", .url = "https://other.test"}, false).ok());
  ASSERT_TRUE(RemoveFile(dir_ / "cache/other-index.yaml").ok());
  EXPECT_EQ(lines({}).size(), 2u);
  EXPECT_THAT(warnings_,
              Contains(HasSubstr("Repo \"other\" is corrupt or missing. Try 'helm repo update'.")));
}

TEST_F(RepositoriesTest, LocatesByTheCachedIndex) {
  EXPECT_EQ(repositories_.Locate("stable", "nginx", "").status().message(), "repo stable not found");
  ASSERT_TRUE(repositories_.Add(Stable(), false).ok());
  const auto got = repositories_.Locate("stable", "nginx", "~1.0");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->url.Text(), "https://charts.test/repo/charts/nginx-1.0.0.tgz");
  EXPECT_EQ(got->version, "1.0.0");
  EXPECT_EQ(repositories_.Locate("stable", "redis", ">0-0")->url.Text(),
            "https://cdn.test/redis-2.0.0-rc.1.tgz");

  const absl::Status repo = repositories_.Locate("stabl", "nginx", "").status();
  EXPECT_EQ(HintOf(repo), "did you mean \"stable\"?");
  const absl::Status name = repositories_.Locate("stable", "ngnix", "").status();
  EXPECT_EQ(
      name.message(),
      "chart \"ngnix\" matching  not found in stable index. (try 'helm repo update'): no chart name found");
  EXPECT_EQ(HintOf(name), "did you mean \"nginx\"?");
  const absl::Status version = repositories_.Locate("stable", "nginx", "9.9.9").status();
  EXPECT_THAT(version.message(), HasSubstr("no chart version found for nginx-9.9.9"));
  EXPECT_EQ(HintOf(version), "the highest version there is 1.1.0");
  EXPECT_THAT(repositories_.Locate("stable", "empty", "").status().message(),
              HasSubstr("has no downloadable URLs"));
  ASSERT_TRUE(RemoveFile(dir_ / "cache/stable-index.yaml").ok());
  const absl::Status uncached = repositories_.Locate("stable", "nginx", "").status();
  EXPECT_THAT(uncached.message(), HasSubstr("no cached repo found. (try 'helm repo update')"));
  EXPECT_EQ(HintOf(uncached), "fetch its index: repo update stable");
}

TEST_F(RepositoriesTest, ARepositoryNeedNotBeInTheFile) {
  const auto got = repositories_.LocateIn({.url = "https://charts.test/repo"}, "nginx", "");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->version, "1.1.0");
  EXPECT_EQ(repositories_.LocateIn({.url = "https://charts.test/repo"}, "nginx", "3").status().message(),
            "chart \"nginx\" version \"3\" not found in https://charts.test/repo repository");
  EXPECT_FALSE(Exists(dir_ / "cache"));
}

TEST_F(RepositoriesTest, KnowsWhichUrlsAreARepositorys) {
  Repository repository = Stable();
  repository.username = "me";
  repository.password = Secret("pw");
  ASSERT_TRUE(repositories_.Add(repository, false).ok());
  EXPECT_FALSE(repositories_.AccessFor(*ParseUrl("https://charts.test/repo/x.tgz"))->authorization.empty());
  for (const char* url :
       {"https://charts.test/repository/x.tgz", "https://charts.test/x.tgz", "http://charts.test/repo/x.tgz",
        "https://charts.test:444/repo/x.tgz", "https://charts.test.evil/repo/x.tgz"}) {
    EXPECT_TRUE(repositories_.AccessFor(*ParseUrl(url))->authorization.empty()) << url;
  }
}

TEST_F(RepositoriesTest, CredentialsInTheUrlAreOfItsOrigin) {
  const auto access = AccessOf(Repository{.url = "https://u:p%40w@charts.test/repo"});
  ASSERT_TRUE(access.ok()) << access.status();
  EXPECT_EQ(access->authorization.Reveal(), BasicAuthorization("u", Secret("p@w")).Reveal());
  EXPECT_EQ(access->origin, "https://charts.test:443");
  WriteFileAtomic(dir_ / "ca", "CA").IgnoreError();
  EXPECT_EQ(AccessOf(Repository{.url = "https://a.test", .ca_file = dir_ / "ca"})->tls.ca_pem, "CA");
  EXPECT_TRUE(
      absl::IsNotFound(AccessOf(Repository{.url = "https://a.test", .ca_file = dir_ / "none"}).status()));
}

TEST_F(RepositoriesTest, AnIndexOverTheLimitIsRefused) {
  limits_.document_bytes = 100;
  EXPECT_TRUE(absl::IsResourceExhausted(repositories_.Add(Stable(), false).status()));
}

TEST(RepositorySettings, AreHelms) {
  std::map<std::string, std::string> environment = {{"HOME", "/home/me"}};
  const auto get = [&](const std::string& name) -> absl::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return absl::nullopt;
    return found->second;
  };
  EXPECT_EQ(SettingsOf(get).repository_config, "/home/me/.config/helm/repositories.yaml");
  EXPECT_EQ(SettingsOf(get).repository_cache, "/home/me/.cache/helm/repository");
  EXPECT_EQ(SettingsOf(get).registry_config, "/home/me/.config/helm/registry/config.json");
  EXPECT_EQ(SettingsOf(get).docker_config, "/home/me/.docker/config.json");
  environment["XDG_CONFIG_HOME"] = "/x";
  environment["HELM_CACHE_HOME"] = "/h";
  environment["DOCKER_CONFIG"] = "/d";
  EXPECT_EQ(SettingsOf(get).repository_config, "/x/helm/repositories.yaml");
  EXPECT_EQ(SettingsOf(get).repository_cache, "/h/repository");
  EXPECT_EQ(SettingsOf(get).docker_config, "/d/config.json");
  environment["HELM_REPOSITORY_CONFIG"] = "/r.yaml";
  environment["HELM_REPOSITORY_CACHE"] = "/c";
  environment["HELM_REGISTRY_CONFIG"] = "/g.json";
  EXPECT_EQ(SettingsOf(get).repository_config, "/r.yaml");
  EXPECT_EQ(SettingsOf(get).repository_cache, "/c");
  EXPECT_EQ(SettingsOf(get).registry_config, "/g.json");
}

}  // namespace
}  // namespace devstats::chartsource
