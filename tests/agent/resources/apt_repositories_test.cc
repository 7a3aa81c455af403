#include "agent/resources/apt_repositories.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kKey[] = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n-----END PGP PUBLIC KEY BLOCK-----";
constexpr char kSources[] = "/etc/apt/sources.list.d/devstats-kubernetes.sources";
constexpr char kKeyring[] = "/etc/apt/keyrings/devstats-kubernetes.asc";

class AptRepositoriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.commands.On({"/usr/bin/apt-get", "update"}, "Hit:1\nReading package lists\n");
  }
  static v1::AptRepository Kubernetes() {
    v1::AptRepository item;
    item.set_name("kubernetes");
    item.add_uris("https://example.org/core:/stable:/v1.35/deb/");
    item.add_suites("/");
    item.set_key(kKey);
    return item;
  }
  AptRepositoriesResource Make(const std::vector<v1::AptRepository>& items) {
    v1::AptRepositories desired;
    desired.mutable_items()->Assign(items.begin(), items.end());
    return AptRepositoriesResource(desired, box_.host.get());
  }
  size_t Updates() const { return box_.commands.runs().size(); }
  Box box_;
};

TEST_F(AptRepositoriesTest, WritesTheKeyTheSourcesAndFetchesTheIndexes) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  EXPECT_THAT(PathsOf(PlanUnit(repositories)), ElementsAre(kKeyring, kSources, "apt-get update"));
  ASSERT_TRUE(box_.Apply(repositories).ok());
  EXPECT_THAT(box_.Read(kSources),
              HasSubstr("Types: deb\nURIs: https://example.org/core:/stable:/v1.35/deb/\nSuites: "
                        "/\nSigned-By: /etc/apt/keyrings/devstats-kubernetes.asc\n"));
  EXPECT_EQ(box_.Read(kKeyring), std::string(kKey) + "\n");
  EXPECT_THAT(box_.commands.RunTexts(), ElementsAre(StartsWith("/usr/bin/apt-get update")));
  EXPECT_THAT(box_.progress, ::testing::Contains("Reading package lists"));
  EXPECT_TRUE(IsEmpty(PlanUnit(repositories)));
  ASSERT_TRUE(box_.Apply(repositories, "op-2").ok());
  EXPECT_EQ(Updates(), 1u) << "nothing changed, nothing is fetched";
}

TEST_F(AptRepositoriesTest, AnIndexThatWasNotFetchedIsStillToBeFetched) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  box_.commands.On({"/usr/bin/apt-get", "update"}, "E: no route\n", 100);
  const absl::Status failed = box_.Apply(repositories).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("no route"));
  EXPECT_THAT(PathsOf(PlanUnit(repositories)), ElementsAre("apt-get update"));
  box_.commands.On({"/usr/bin/apt-get", "update"}, "ok\n");
  ASSERT_TRUE(box_.Apply(repositories).ok())
      << "the next attempt of the same step does not get the old failure";
  EXPECT_TRUE(IsEmpty(PlanUnit(repositories)));
}

TEST_F(AptRepositoriesTest, ACutInTheFetchAttachesToIt) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  const StepContext context{.key = {"op", "host@n/repositories"}, .progress = [](absl::string_view) {}};
  box_.commands.CutNextRun();
  EXPECT_FALSE(repositories.Apply(PlanUnit(repositories), context).ok());
  ASSERT_TRUE(repositories.Apply(PlanUnit(repositories), context).ok());
  EXPECT_EQ(Updates(), 1u);
  EXPECT_TRUE(IsEmpty(PlanUnit(repositories)));
}

TEST_F(AptRepositoriesTest, AChangedSuiteIsDriftAndForeignSourcesAreNot) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  ASSERT_TRUE(box_.Apply(repositories).ok());
  box_.Write("/etc/apt/sources.list.d/debian.sources", "Types: deb\n");
  EXPECT_TRUE(IsEmpty(PlanUnit(repositories)));
  box_.Write(kSources, "Types: deb\n");
  EXPECT_THAT(PathsOf(PlanUnit(repositories)), ElementsAre(kSources, "apt-get update"));
}

TEST_F(AptRepositoriesTest, DriftWithinTheSameOperationIsFetchedAnewNotTakenForTheFirstRun) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  ASSERT_TRUE(box_.Apply(repositories).ok());
  box_.Write(kSources, "Types: deb\n");
  ASSERT_TRUE(box_.Apply(repositories).ok());
  EXPECT_EQ(Updates(), 2u);
}

TEST_F(AptRepositoriesTest, WhatIsNoLongerWantedGoes) {
  AptRepositoriesResource repositories = Make({Kubernetes()});
  ASSERT_TRUE(box_.Apply(repositories).ok());
  box_.Write("/etc/apt/keyrings/other.asc", "x");
  AptRepositoriesResource none = Make({});
  const UnitPlan plan = PlanUnit(none);
  EXPECT_THAT(PathsOf(plan), ElementsAre(kSources, kKeyring, "apt-get update"));
  EXPECT_EQ(plan.changes(0).action(), Change::DELETE);
  ASSERT_TRUE(box_.Apply(none, "op-2").ok());
  EXPECT_EQ(box_.Read(kSources), "<absent>");
  EXPECT_EQ(box_.Read("/etc/apt/keyrings/other.asc"), "x");
  EXPECT_TRUE(IsEmpty(PlanUnit(none)));
}

TEST_F(AptRepositoriesTest, NoFieldCanBringAnother) {
  for (const auto& spoil : std::vector<void (*)(v1::AptRepository*)>{
           [](v1::AptRepository* r) { r->set_name("../x"); }, [](v1::AptRepository* r) { r->set_name(""); },
           [](v1::AptRepository* r) { r->set_suites(0, "stable\nTrusted: yes"); },
           [](v1::AptRepository* r) { r->add_components("main contrib"); },
           [](v1::AptRepository* r) { r->clear_uris(); }, [](v1::AptRepository* r) { r->set_key("abc"); }}) {
    v1::AptRepository item = Kubernetes();
    spoil(&item);
    AptRepositoriesResource repositories = Make({item});
    EXPECT_EQ(PlanUnit(repositories).state(), UnitPlan::UNKNOWN) << item.DebugString();
  }
}

}  // namespace
}  // namespace devstats::agent
