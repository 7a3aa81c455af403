// devstatsctl repo ..., against a repository on loopback, as Helm prints it.
#include <filesystem>

#include "common/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/http_server.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kIndex[] = R"(apiVersion: v1
entries:
  web:
  - {apiVersion: v2, name: web, version: 1.1.0, appVersion: "2", description: "a <b> & c", urls: [web.tgz]}
  - {apiVersion: v2, name: web, version: 2.0.0-rc.1, urls: [web2.tgz]}
  db:
  - {apiVersion: v2, name: db, version: 0.3.0, description: "two\n lines", urls: [db.tgz]}
)";

constexpr char kSpec[] = "cluster: test\nnodes: [{name: a, address: 10.0.0.1}]\n";

class RepoCommands : public testing::Test {
 protected:
  Outcome Repo(std::vector<std::string> words) const {
    words.insert(words.begin(), "repo");
    return Invoke(std::move(words), {.env = {{"HOME", home_.path()}}});
  }
  void Add() {
    const Outcome added = Repo({"add", "r", server_.url()});
    ASSERT_EQ(added.out, "\"r\" has been added to your repositories\n") << added.err;
  }

  const TempDir home_;
  HttpServer server_{[](const HttpServer::Request& r) {
    return r.target == "/index.yaml" ? HttpServer::Response{.body = kIndex}
                                     : HttpServer::Response{.code = 404};
  }};
};

TEST_F(RepoCommands, ListForPeopleAndPrograms) {
  EXPECT_EQ(Repo({"list"}).err.substr(0, 34), "Error: no repositories to show\n");
  EXPECT_EQ(Repo({"list", "-o", "json"}).out, "[]\n");
  EXPECT_EQ(Repo({"list", "-o=yaml"}).out, "[]\n");
  Add();
  EXPECT_EQ(Repo({"list", "-o", "json"}).out, "[{\"name\":\"r\",\"url\":\"" + server_.url() + "\"}]\n");
  EXPECT_EQ(Repo({"ls", "--output", "yaml"}).out, "- name: r\n  url: " + server_.url() + "\n");
  EXPECT_THAT(Repo({"list"}).out, StartsWith("NAME\tURL"));
  EXPECT_THAT(
      Repo({"list", "-o", "wide"}).err,
      StartsWith("Error: invalid argument \"wide\" for \"-o, --output\" flag: invalid format type\n"));
}

TEST_F(RepoCommands, SearchForPrograms) {
  Add();
  EXPECT_EQ(
      Repo({"search", "-o", "json"}).out,
      R"([{"name":"r/db","version":"0.3.0","app_version":"","description":"two  lines"},)"
      R"({"name":"r/web","version":"1.1.0","app_version":"2","description":"a \u003cb\u003e \u0026 c"}])"
      "\n");
  EXPECT_EQ(Repo({"search", "web", "--devel", "-o", "yaml"}).out,
            "- app_version: \"\"\n  description: \"\"\n  name: r/web\n  version: 2.0.0-rc.1\n");
  EXPECT_EQ(Repo({"search", "none"}).out, "No results found\n");
  EXPECT_EQ(Repo({"search", "none", "-o", "json"}).out, "[]\n");
  EXPECT_THAT(Repo({"search", "none", "-o", "json", "--fail-on-no-result"}).err,
              StartsWith("Error: no results found\n"));
  EXPECT_THAT(Repo({"search", "-r", "("}).err,
              StartsWith("Error: error parsing regexp: missing closing ): `(`\n"));
}

TEST_F(RepoCommands, AddsWhatTheSpecNames) {
  const std::string spec = home_.path() + "/cluster.yaml";
  ASSERT_TRUE(WriteFileAtomic(spec, absl::StrCat(kSpec, "charts:\n  repositories:\n  - {name: one, url: ",
                                                 server_.url(), "}\n  - {name: two, url: ", server_.url(),
                                                 "/}\n  - {name: reg, url: oci://example.com/charts}\n"))
                  .ok());
  const Outcome added = Repo({"add", "-f", spec});
  EXPECT_EQ(added.out,
            "\"one\" has been added to your repositories\n\"two\" has been added to your repositories\n")
      << added.err;
  EXPECT_EQ(Repo({"add", "-f", spec}).out,
            "\"one\" already exists with the same configuration, skipping\n"
            "\"two\" already exists with the same configuration, skipping\n");
  ASSERT_TRUE(WriteFileAtomic(spec, kSpec).ok());
  EXPECT_THAT(Repo({"add", "-f", spec}).err, HasSubstr("charts.repositories names none"));
}

TEST_F(RepoCommands, PlacesMayBeNamed) {
  const std::string config = home_.path() + "/other.yaml", cache = home_.path() + "/cache";
  EXPECT_EQ(
      Repo({"add", "r", server_.url(), "--repository-config", config, "--repository-cache", cache}).code,
      kOk);
  EXPECT_TRUE(Exists(config));
  EXPECT_TRUE(Exists(cache + "/r-index.yaml"));
  EXPECT_EQ(Repo({"list"}).code, kError) << "the usual file has none";
  EXPECT_THAT(Repo({"list", "--repository-config=" + config}).out, HasSubstr(server_.url()));
  const Outcome found = Invoke({"repo", "search", "r/web"}, {.env = {{"HOME", home_.path()},
                                                                     {"HELM_REPOSITORY_CONFIG", config},
                                                                     {"HELM_REPOSITORY_CACHE", cache}}});
  EXPECT_THAT(found.out, HasSubstr("r/web"));
}

TEST_F(RepoCommands, WrongWords) {
  EXPECT_THAT(Repo({"add", "r"}).err, StartsWith("Error: \"devstatsctl repo add\" requires 2 arguments\n"));
  EXPECT_THAT(Repo({"list", "x"}).err, StartsWith("Error: \"devstatsctl repo list\" accepts no arguments\n"));
  EXPECT_THAT(Repo({"remove"}).err,
              StartsWith("Error: \"devstatsctl repo remove\" requires at least 1 argument\n"));
  EXPECT_THAT(Repo({"add", "old", "https://kubernetes-charts.storage.googleapis.com"}).err,
              HasSubstr("is no longer available; try \"https://charts.helm.sh/stable\" instead"));
  EXPECT_THAT(Repo({}).out, HasSubstr("\nUsage: devstatsctl repo [OPTIONS] SUBCOMMAND\n"));
  EXPECT_THAT(Invoke({"chart", "pull", "x/y", "--prov"}).err, HasSubstr("provenance files"));
}

}  // namespace
}  // namespace devstats::ctl
