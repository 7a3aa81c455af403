// Projects that come and go, as edits of cluster.yaml.
#include "coordinator/spec/project_edit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"
#include "gmock/gmock.h"

namespace devstats::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFile[] = R"(cluster: c  # ours
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: n0, address: 10.0.0.2}
labels: {node: devstats-app, node2: devstats-db}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
environments:
  test:
    patroni: {members: 2}
    domains: [{name: test, host: test.example.org}]
    projects: [keda, 'prom*']  # few
  prod:
    patroni: {members: 2}
    domains: [{name: prod, host: example.org}]
projects:
  list:
    keda: {domains: [test, prod]}  # autoscaling
    flux: {domains: [test]}
    helm: {state: disabled}
    prometheus: {domains: [test, prod]}
)";

absl::StatusOr<std::string> NoCatalog(const std::string&) { return absl::NotFoundError("no file here"); }
const YamlText kYaml{kFile, "c.yaml"};

std::string With(const std::string& from, const std::string& to) {
  return absl::StrReplaceAll(kFile, {{from, to}});
}

TEST(ProjectEditTest, AddsToTheList) {
  const auto edit = AddProjects(kYaml, "test", {"flux", "flux"}, NoCatalog);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_EQ(edit->text, With("[keda, 'prom*']", "[keda, 'prom*', flux]"));
  EXPECT_THAT(edit->notes, IsEmpty());
  EXPECT_THAT(edit->environment.projects, ElementsAre("keda", "prom*", "flux"));
  EXPECT_EQ(edit->projects.size(), 1u);
}

TEST(ProjectEditTest, WhatIsThereIsSaidAndNotWritten) {
  const auto listed = AddProjects(kYaml, "test", {"keda", "prometheus"}, NoCatalog);
  ASSERT_TRUE(listed.ok()) << listed.status();
  EXPECT_EQ(listed->text, kFile);
  EXPECT_THAT(listed->notes,
              ElementsAre("keda is in environments.test.projects already",
                          "prometheus is meant by 'prom*' in environments.test.projects already"));
  const auto by_domain = AddProjects(kYaml, "prod", {"kubernetes"}, NoCatalog);
  ASSERT_TRUE(by_domain.ok()) << by_domain.status();
  EXPECT_EQ(by_domain->text, kFile);
  EXPECT_THAT(by_domain->notes, ElementsAre(HasSubstr("names no projects and shows all of its domains")));
}

TEST(ProjectEditTest, OneThatIsListedNeedsNoHost) {
  const auto edit = AddProjects(kYaml, "test", {"kubernetes"}, NoCatalog);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_EQ(edit->text, With("[keda, 'prom*']", "[keda, 'prom*', kubernetes]"));
  EXPECT_THAT(edit->notes,
              ElementsAre("kubernetes is of no domain of environment test, which has test; it has "
                          "no host there"));
}

TEST(ProjectEditTest, RefusesToAddWhatWouldNotBeShown) {
  const auto unknown = AddProjects(kYaml, "test", {"fluxx"}, NoCatalog).status();
  EXPECT_TRUE(absl::IsNotFound(unknown));
  EXPECT_THAT(unknown.message(), HasSubstr("did you mean \"flux\"?"));
  EXPECT_THAT(HintOf(AddProjects(kYaml, "tset", {"flux"}, NoCatalog).status()), HasSubstr("\"test\""));
  EXPECT_EQ(HintOf(AddProjects(kYaml, "test", {"helm"}, NoCatalog).status()),
            "write projects.list.helm.state: active");
  const auto elsewhere = AddProjects(kYaml, "prod", {"flux"}, NoCatalog).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(elsewhere));
  EXPECT_THAT(elsewhere.message(), HasSubstr("is of no domain of environment prod, which has prod"));
  EXPECT_EQ(HintOf(elsewhere), "write projects.list.flux.domains: [test, prod]");
  EXPECT_TRUE(absl::IsInvalidArgument(AddProjects(kYaml, "test", {"flu*"}, NoCatalog).status()));
}

TEST(ProjectEditTest, ReadsTheCatalogThatTheFileNames) {
  const std::string text =
      absl::StrReplaceAll(kFile, {{"projects:\n  list:", "projects:\n  catalog: /etc/own.yaml\n  list:"},
                                  {"    helm: {state: disabled}\n", ""}});
  const auto read = [](const std::string& path) -> absl::StatusOr<std::string> {
    EXPECT_EQ(path, "/etc/own.yaml");
    return "keda: {title: KEDA}\nflux: {title: Flux}\nprometheus: {title: P}\nown: {title: Own, domains: "
           "[test]}\n";
  };
  const auto edit = AddProjects({text, "c.yaml"}, "test", {"own"}, read);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_THAT(edit->text, HasSubstr("[keda, 'prom*', own]"));
}

TEST(ProjectEditTest, Archives) {
  const auto edit = ArchiveProject(kYaml, "test", "keda", NoCatalog);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_EQ(edit->text,
            With("keda: {domains: [test, prod]}", "keda: {domains: [test, prod], state: archived}"));
  EXPECT_THAT(edit->notes, ElementsAre("the state of a project is one: it is archived in prod, too"));
  const auto catalog = ArchiveProject(kYaml, "prod", "kubernetes", NoCatalog);
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  EXPECT_EQ(catalog->text, absl::StrCat(kFile, "    kubernetes: {state: archived}\n"));
  const auto again = ArchiveProject({catalog->text, "c.yaml"}, "prod", "kubernetes", NoCatalog);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->text, catalog->text);
  EXPECT_THAT(again->notes, ElementsAre("kubernetes is archived already"));
  EXPECT_TRUE(absl::IsNotFound(ArchiveProject(kYaml, "test", "kubernetes", NoCatalog).status()));
}

TEST(ProjectEditTest, RemovesFromTheList) {
  const auto edit = RemoveProject(kYaml, "test", "keda", NoCatalog);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_EQ(edit->text, With("[keda, 'prom*']", "['prom*']"));
  const auto again = RemoveProject({edit->text, "c.yaml"}, "test", "keda", NoCatalog);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->text, edit->text);
  EXPECT_THAT(again->notes, ElementsAre("environment test of c.yaml does not show keda"));
}

TEST(ProjectEditTest, DisablesWhatIsShownByItsDomainAlone) {
  const auto edit = RemoveProject(kYaml, "prod", "kubernetes", NoCatalog);
  ASSERT_TRUE(edit.ok()) << edit.status();
  EXPECT_EQ(edit->text, absl::StrCat(kFile, "    kubernetes: {state: disabled}\n"));
  // Another environment would lose it, too.
  const auto both = RemoveProject(kYaml, "prod", "keda", NoCatalog).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(both));
  EXPECT_THAT(both.message(), HasSubstr("its domain shows keda in environment prod"));
  EXPECT_THAT(both.message(), HasSubstr("while it is also in test"));
  const auto glob = RemoveProject(kYaml, "test", "prometheus", NoCatalog).status();
  EXPECT_THAT(glob.message(), HasSubstr("'prom*' in environments.test.projects shows prometheus"));
  EXPECT_EQ(HintOf(glob), "write the names of all others in environments.test.projects");
}

TEST(ProjectEditTest, TheLastOneStays) {
  const std::string text = With("[keda, 'prom*']", "[keda]");
  const auto last = RemoveProject({text, "c.yaml"}, "test", "keda", NoCatalog).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(last));
  EXPECT_THAT(HintOf(last), HasSubstr("take environments.test away"));
}

}  // namespace
}  // namespace devstats::spec
