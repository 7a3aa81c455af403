// The catalog of projects: what ships, what stands over it, and which of them are meant.
#include "coordinator/spec/catalog.h"

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/spec/project_fields.h"
#include "coordinator/spec/schema.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using State = ProjectSpec::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::StatusOr<std::string> NothingIsRead(const std::string& path) {
  ADD_FAILURE() << "read " << path;
  return absl::NotFoundError(path);
}

std::vector<ProjectSpec> ShippedProjects() {
  auto all = ProjectsOf(ProjectsSpec(), NothingIsRead);
  EXPECT_TRUE(all.ok()) << all.status();
  return all.ok() ? *all : std::vector<ProjectSpec>();
}

const ProjectSpec& Named(const std::vector<ProjectSpec>& all, absl::string_view name) {
  for (const ProjectSpec& project : all)
    if (project.name == name) return project;
  static const ProjectSpec none;
  ADD_FAILURE() << "no project " << name;
  return none;
}

std::vector<std::string> NamesOf(const std::vector<ProjectSpec>& projects) {
  std::vector<std::string> names;
  for (const ProjectSpec& project : projects) names.push_back(project.name);
  return names;
}

// As facts of upstream's values of 2026 have them.
TEST(Catalog, CountsAreUpstreams) {
  const std::vector<ProjectSpec> all = ShippedProjects();
  ASSERT_EQ(all.size(), 283u);
  std::map<std::string, int> domains, states, counts;
  int disk = 0;
  for (const ProjectSpec& project : all) {
    ++domains[absl::StrJoin(project.domains, ",")];
    ++states[NameOf(project.state)];
    ++counts[absl::StrCat("histograms ", project.max_histograms)];
    disk += std::stoi(project.disk);
    if (project.url != project.name) ++counts["url"];
    if (project.database != project.name) ++counts["database"];
    if (!project.affiliations_skip_github) ++counts["github"];
    if (!project.affiliations_skip_repositories) ++counts["repositories"];
    if (project.skip_update_percent == 60) ++counts["60 percent"];
    if (!project.max_run_duration.empty()) ++counts["durations"];
    if (!project.lock_database.empty()) ++counts["lock database"];
    for (const auto& [environment, schedules] : project.schedules)
      if (schedules.suspend) ++counts["suspended in " + environment];
    EXPECT_TRUE(project.durable_queries && project.affiliations_skip_temp && project.affiliations_lock);
    EXPECT_TRUE(project.aliases.empty() && project.analytics.empty());
  }
  EXPECT_EQ(domains,
            (std::map<std::string, int>{
                {"prod", 228}, {"", 28}, {"test", 12}, {"cdf", 9}, {"graphql", 5}, {"prod,cdf", 1}}));
  EXPECT_EQ(states, (std::map<std::string, int>{{"active", 257}, {"archived", 26}}));
  EXPECT_EQ(counts, (std::map<std::string, int>{{"histograms 8", 278},
                                                {"histograms 4", 3},
                                                {"histograms 2", 2},
                                                {"url", 1},
                                                {"database", 2},
                                                {"github", 1},
                                                {"repositories", 1},
                                                {"60 percent", 3},
                                                {"durations", 4},
                                                {"lock database", 2},
                                                {"suspended in test", 1},
                                                {"suspended in prod", 14}}));
  EXPECT_EQ(disk, 1432);
}

TEST(Catalog, RowsAreUpstreams) {
  struct Row {
    size_t place;
    const char *name, *url, *database, *title, *repository, *icon, *disk, *domains;
  };
  const std::vector<ProjectSpec> all = ShippedProjects();
  ASSERT_EQ(all.size(), 283u);
  for (const Row& row : {
           Row{0, "kubernetes", "k8s", "gha", "Kubernetes", "kubernetes/kubernetes", "k8s", "50Gi", "prod"},
           {2, "opentracing", "opentracing", "opentracing", "OpenTracing", "opentracing/opentracing-go",
            "opentracing", "3Gi", ""},
           {8, "rkt", "rkt", "rkt", "rkt", "rkt/rkt", "rkt", "3Gi", ""},
           {31, "virtualkubelet", "virtualkubelet", "virtualkubelet", "Virtual Kubelet",
            "virtual-kubelet/virtual-kubelet", "virtualkubelet", "3Gi", "prod"},
           {38, "all", "all", "allprj", "All CNCF", "-", "cncf", "150Gi", "prod"},
           {39, "tekton", "tekton", "tekton", "Tekton", "tektoncd/pipeline", "tekton", "6Gi", "prod,cdf"},
           {42, "jenkins", "jenkins", "jenkins", "Jenkins", "jenkinsci/jenkins", "jenkins", "40Gi", "cdf"},
           {43, "allcdf", "allcdf", "allcdf", "All CDF", "-", "cdf", "50Gi", "cdf"},
           {48, "graphql", "graphql", "graphql", "GraphQL", "graphql/graphql-js", "graphql", "30Gi",
            "graphql"},
           {49, "cncf", "cncf", "cncf", "CNCF", "cncf/landscapeapp", "cncf", "30Gi", "test"},
           {53, "zephyr", "zephyr", "zephyr", "Zephyr", "zephyrproject-rtos/zephyr", "cncf", "8Gi", "test"},
           {68, "prestodb", "prestodb", "prestodb", "Presto", "-", "prestodb", "6Gi", ""},
           {90, "backstage", "backstage", "backstage", "Backstage", "backstage/backstage", "backstage", "3Gi",
            "prod"},
           {282, "curvine", "curvine", "curvine", "Curvine", "CurvineIO/curvine", "curvine", "5Gi", "prod"},
       }) {
    const ProjectSpec& project = all[row.place];
    EXPECT_EQ(project.name, row.name);
    EXPECT_EQ(project.url, row.url);
    EXPECT_EQ(project.database, row.database);
    EXPECT_EQ(project.title, row.title);
    EXPECT_EQ(project.repository, row.repository);
    EXPECT_EQ(project.icon, row.icon);
    EXPECT_EQ(project.disk, row.disk);
    EXPECT_EQ(absl::StrJoin(project.domains, ","), row.domains);
  }
}

TEST(Catalog, SchedulesStandWhereNothingComputesThem) {
  const std::vector<ProjectSpec> all = ShippedProjects();
  EXPECT_THAT(Named(all, "kubernetes").schedules, IsEmpty());
  EXPECT_THAT(Named(all, "prometheus").schedules, IsEmpty());
  const ProjectSchedules& cncf = Named(all, "cncf").schedules.at("prod");
  EXPECT_TRUE(cncf.suspend);
  EXPECT_EQ(cncf.sync, "19 * * * *");
  EXPECT_EQ(cncf.affiliations, "0 6 * * 6");
  EXPECT_FALSE(Named(all, "cncf").schedules.contains("test"));
  EXPECT_EQ(Named(all, "keptn").schedules.at("prod").sync, "27 1,7,13,19 * * *");
  EXPECT_FALSE(Named(all, "keptn").schedules.at("prod").suspend);
}

// Their order need not be that of the list; the day is that of upstream's chart.
TEST(Catalog, EveryProjectHasItsDay) {
  const std::vector<ProjectSpec> all = ShippedProjects();
  for (const ProjectSpec& project : all) EXPECT_GE(project.added, "2019-05-31") << project.name;
  EXPECT_EQ(Named(all, "kubevirt").added, "2019-09-09");
  std::vector<ProjectSpec> young;
  for (const ProjectSpec& project : all)
    if (project.added >= "2026-06-01") young.push_back(project);
  EXPECT_THAT(NamesOf(young), ElementsAre("apicurioregistry", "kbind", "curvine"));
}

TEST(Catalog, DurationsOfTheLargeOnesAreUpstreams) {
  const ProjectSpec kubernetes = Named(ShippedProjects(), "kubernetes");
  EXPECT_EQ(kubernetes.max_run_duration,
            "annotations:1h:102,calc_metric:48h:102,columns:2h:102,get_repos:24h:102,gha2db:120h:102,"
            "ghapi2db:36h:102,structure:4h:102,tags:1h:102");
  EXPECT_EQ(kubernetes.lock_database, "gha");
  EXPECT_EQ(kubernetes.skip_update_percent, 60);
  EXPECT_EQ(kubernetes.max_histograms, 2);
}

TEST(Catalog, EveryKeyOfAProjectCanStandOverTheCatalogs) {
  std::set<std::string> keys;
  const std::string prefix = "projects.list.*.";
  for (const Key& key : AllKeys()) {
    const absl::string_view path = key.path;
    if (absl::StartsWith(path, prefix) && !key.IsSection() && !absl::StrContains(path, ".schedules."))
      keys.insert(std::string(path.substr(prefix.size())));
  }
  std::set<std::string> fields;
  for (const char* field : ProjectFields()) fields.insert(field);
  EXPECT_EQ(keys, fields);
}

ProjectsSpec ListOf(absl::string_view text) {
  const auto spec = ParseClusterSpec(
      absl::StrCat("cluster: c\nnodes: [{name: a, address: 10.0.0.1}]\nprojects:\n", text), "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? spec->projects : ProjectsSpec();
}

TEST(Catalog, AFileStandsOverItKeyByKey) {
  const ProjectsSpec projects = ListOf(R"(  list:
    kubernetes: {domains: [test, prod], schedules: {test: {sync: "1 * * * *"}}, affiliations: {skipUpdatePercent: 0}}
    cncf: {schedules: {prod: {suspend: false}}}
    opentracing: {state: active}
    mine: {title: Mine}
)");
  const auto all = ProjectsOf(projects, NothingIsRead);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 284u);
  const ProjectSpec& kubernetes = (*all)[0];
  EXPECT_EQ(kubernetes.name, "kubernetes");
  EXPECT_THAT(kubernetes.domains, ElementsAre("test", "prod"));
  EXPECT_EQ(kubernetes.database, "gha");
  EXPECT_EQ(kubernetes.disk, "50Gi");
  EXPECT_EQ(kubernetes.lock_database, "gha");
  EXPECT_EQ(kubernetes.skip_update_percent, 0);
  EXPECT_EQ(kubernetes.schedules.at("test").sync, "1 * * * *");
  EXPECT_FALSE(Named(*all, "cncf").schedules.at("prod").suspend);
  EXPECT_EQ(Named(*all, "cncf").schedules.at("prod").sync, "19 * * * *");
  EXPECT_EQ(Named(*all, "opentracing").state, State::kActive);
  const ProjectSpec& mine = all->back();
  EXPECT_EQ(mine.url, "mine");
  EXPECT_EQ(mine.database, "mine");
  EXPECT_EQ(mine.icon, "mine");
  EXPECT_EQ(mine.repository, "-");
  EXPECT_EQ(mine.disk, "3Gi");
  EXPECT_THAT(mine.domains, ElementsAre("prod"));
}

TEST(Catalog, AllOfAProjectIsRead) {
  const ProjectsSpec projects = ListOf(R"(  catalog: none
  list:
    a:
      title: A project
      url: u
      database: d
      repository: o/r
      icon: i
      disk: 7Gi
      domains: [one, two]
      aliases: [a.example.com]
      state: disabled
      added: 2026-08-01
      schedules: {prod: {sync: "1 * * * *", affiliations: "2 * * * *", suspend: true}}
      analytics: UA-1
      maxHistograms: 3
      durableQueries: false
      maxRunDuration: "columns:2h:102"
      affiliations: {lock: false, lockDatabase: l, skipTemp: false, skipGithub: false, skipRepositories: false,
                     skipImportPercent: 10, skipUpdatePercent: 20}
)");
  const auto all = ProjectsOf(projects, NothingIsRead);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 1u);
  const ProjectSpec& a = all->front();
  EXPECT_EQ(a.title, "A project");
  EXPECT_EQ(a.url, "u");
  EXPECT_EQ(a.database, "d");
  EXPECT_EQ(a.repository, "o/r");
  EXPECT_EQ(a.icon, "i");
  EXPECT_EQ(a.disk, "7Gi");
  EXPECT_THAT(a.domains, ElementsAre("one", "two"));
  EXPECT_THAT(a.aliases, ElementsAre("a.example.com"));
  EXPECT_EQ(a.state, State::kDisabled);
  EXPECT_EQ(a.added, "2026-08-01");
  EXPECT_EQ(a.schedules.at("prod").affiliations, "2 * * * *");
  EXPECT_TRUE(a.schedules.at("prod").suspend);
  EXPECT_EQ(a.analytics, "UA-1");
  EXPECT_EQ(a.max_histograms, 3);
  EXPECT_FALSE(a.durable_queries || a.affiliations_lock || a.affiliations_skip_temp ||
               a.affiliations_skip_github || a.affiliations_skip_repositories);
  EXPECT_EQ(a.max_run_duration, "columns:2h:102");
  EXPECT_EQ(a.lock_database, "l");
  EXPECT_EQ(a.skip_import_percent, 10);
  EXPECT_EQ(a.skip_update_percent, 20);
}

// What a catalog at /c with this text comes to.
absl::StatusOr<std::vector<ProjectSpec>> FromFile(const std::string& text,
                                                  std::vector<ProjectSpec> list = {}) {
  return ProjectsOf(ProjectsSpec{.catalog = "/c", .list = std::move(list)},
                    [&](const std::string& path) -> absl::StatusOr<std::string> {
                      EXPECT_EQ(path, "/c");
                      return text;
                    });
}

TEST(Catalog, MayBeAFile) {
  const auto all = FromFile("b: {title: B}\na: {title: A, domains: []}\n");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_THAT(NamesOf(*all), ElementsAre("b", "a"));
  EXPECT_THAT((*all)[1].domains, IsEmpty());
  EXPECT_THAT(*FromFile(""), IsEmpty());
}

TEST(Catalog, TellsWhereAFileIsWrong) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const Case& c : {
           Case{"a: {}\n", "/c:1:4: projects.a.title is missing; for example title: Kubernetes"},
           {"a: {title: A, dsk: 3Gi}\n",
            "/c:1:15: unknown key \"dsk\" in projects.a; did you mean \"disk\"?"},
           {"a: {title: A}\nB: {title: B}\n",
            "/c:2:1: key of projects \"B\" is not the name of a project: 1 to 30 of a-z, 0-9 and '-', "
            "beginning and "
            "ending with a letter or digit; did you mean \"b\"?"},
           {"[a]\n", "/c:1:1: projects must be a section with keys, not a list"},
           {"a: {title: A, schedules: {stage: {}}}\n",
            "/c:1:27: key of projects.a.schedules \"stage\" is not an environment: test or prod"},
           {"a: {title: A, database: x}\nb: {title: B, database: x}\n",
            "projects a and b both have database x; each needs its own"},
       })
    EXPECT_EQ(FromFile(c.text).status().message(), c.message);
}

TEST(Catalog, AFileThatCannotBeReadIsTold) {
  const auto all = ProjectsOf(ProjectsSpec{.catalog = "/c", .list = {}},
                              [](const std::string&) { return absl::NotFoundError("no such file"); });
  EXPECT_THAT(all.status().message(), HasSubstr("catalog of projects: no such file"));
}

TEST(Catalog, AProjectOfAFileWantsATitleFromSomewhere) {
  ProjectSpec fresh;
  fresh.name = "x";
  EXPECT_EQ(FromFile("a: {title: A}\n", {fresh}).status().message(),
            "project x has no title; write projects.list.x.title");
}

std::vector<ProjectSpec> ThreeProjects() {
  ProjectSpec a, b, c;
  a.name = "alpha";
  a.domains = {"test", "prod"};
  a.added = "2026-01-01";
  b.name = "beta";
  b.state = State::kArchived;
  b.domains = {"prod"};
  b.added = "2026-08-01";
  c.name = "gamma";
  c.state = State::kDisabled;
  c.domains = {"test"};
  return {a, b, c};
}

TEST(Selection, AnEnvironmentShowsThoseOfItsDomains) {
  EnvironmentSpec environment;
  environment.domains = {{.name = "test", .host = "t.example.com", .image = ""}};
  EXPECT_THAT(NamesOf(*ProjectsOf(environment, ThreeProjects())), ElementsAre("alpha"));
  environment.domains.push_back({.name = "prod", .host = "p.example.com", .image = ""});
  EXPECT_THAT(NamesOf(*ProjectsOf(environment, ThreeProjects())), ElementsAre("alpha", "beta"));
}

TEST(Selection, AnEnvironmentMayNameItsProjects) {
  EnvironmentSpec environment;
  environment.projects = {"beta", "*a"};
  EXPECT_THAT(NamesOf(*ProjectsOf(environment, ThreeProjects())), ElementsAre("alpha", "beta"));
  environment.projects = {"x*"};
  EXPECT_THAT(*ProjectsOf(environment, ThreeProjects()), IsEmpty());
  environment.projects = {"betta"};
  const absl::Status status = ProjectsOf(environment, ThreeProjects()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no project \"betta\"; did you mean \"beta\"?");
}

TEST(Selection, GlobsStandForTexts) {
  struct Case {
    const char *glob, *name;
    bool matches;
  };
  for (const Case& c : {Case{"*", "", true},
                        {"*", "a", true},
                        {"a*", "a", true},
                        {"a*", "ba", false},
                        {"*a", "ba", true},
                        {"*a", "ab", false},
                        {"a*c", "abbc", true},
                        {"a*b*c", "axxbyyc", true},
                        {"a*b*c", "axxcyyb", false},
                        {"*ab", "aab", true},
                        {"?", "a", true},
                        {"?", "", false},
                        {"a?c", "abc", true},
                        {"a?c", "ac", false},
                        {"**", "x", true},
                        {"a", "a", true},
                        {"a", "ab", false}})
    EXPECT_EQ(GlobMatches(c.glob, c.name), c.matches) << c.glob << " " << c.name;
  EXPECT_TRUE(IsGlob("a*") && IsGlob("?"));
  EXPECT_FALSE(IsGlob("a"));
}

}  // namespace
}  // namespace devstats::spec
