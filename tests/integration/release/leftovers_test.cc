// What cluster.yaml no longer names, uninstalled on a real control plane, and nothing else.
#include "common/status.h"
#include "coordinator/addons/leftovers_unit.h"
#include "coordinator/addons/wanted.h"
#include "tests/integration/release/engine_fixture.h"

namespace devstats::release {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LeftoversTest : public EngineTest {
 protected:
  // A unit looks at all namespaces: no test leaves records to the next.
  void TearDown() override {
    if (client_) {
      const auto records = client_->List({.api_version = "v1",
                                          .kind = "Secret",
                                          .namespace_ = name_.name_space,
                                          .label_selector = "owner=helm"});
      for (const Json& secret : records.ok() ? records->items : std::vector<Json>())
        (void)client_->Delete({"v1", "Secret", name_.name_space, kube::TextAt(secret, {"metadata", "name"})},
                              {});
    }
    EngineTest::TearDown();
  }
  static Files FilesOf(const std::string& kind) {
    if (kind == "PersistentVolumeClaim")
      return {{"templates/a.yaml",
               "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: {{ .Release.Name }}}\nspec:\n"
               "  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Mi}}\n"}};
    if (kind == "StatefulSet")
      return {{"templates/a.yaml",
               "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: {{ .Release.Name }}}\nspec:\n"
               "  replicas: 0\n  serviceName: x\n  selector: {matchLabels: {a: b}}\n  template:\n"
               "    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: "
               "'example.org/c:1'}]}\n"}};
    return {{"templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"}};
  }
  void Install(const std::string& name, bool ours, const std::string& kind = "ConfigMap") {
    ReleaseRequest request = Request(Kind::kInstall, FilesOf(kind));
    request.release.name = name;
    if (ours) request.options.labels = {{addons::kSpecLabel, addons::kSpecLabelValue}};
    const auto done = Do(request);
    ASSERT_TRUE(done.ok()) << done.status();
  }
  addons::LeftoversUnit Make(const std::vector<std::string>& named) {
    addons::LeftoversWanted wanted{.id = "leftovers", .coordinator = "cluster-1", .epoch = 1};
    for (const std::string& name : named) wanted.named.insert({name, name_.name_space});
    return addons::LeftoversUnit(std::move(wanted), {.client = client_.get(),
                                                     .clock = &SystemClock(),
                                                     .environment = &environment_,
                                                     .persistence = persistence_});
  }
  std::vector<std::string> Plan(addons::LeftoversUnit& unit) {
    plan_ = PlanUnit(unit);
    EXPECT_EQ(plan_.error(), "");
    std::vector<std::string> lines;
    for (const Change& change : plan_.changes())
      lines.push_back(absl::StrCat(Change::Action_Name(change.action()), " ", change.path(),
                                   change.destructive() ? " (data)" : ""));
    return lines;
  }
  std::string In(const std::string& what, const std::string& name) const {
    return absl::StrCat("DELETE ", what, " ", name_.name_space, "/", name);
  }
  absl::Status Apply(addons::LeftoversUnit& unit, const UnitPlan& plan) {
    return unit.Apply(plan, {.key = {"op-9", "leftovers"}, .progress = [](absl::string_view) {}});
  }
  bool IsThere(const std::string& kind, const std::string& name) {
    return client_->Get({kind == "StatefulSet" ? "apps/v1" : "v1", kind, name_.name_space, name}).ok();
  }
  UnitPlan plan_;
};

TEST_F(LeftoversTest, WhatIsNamedAndWhatIsOthersStays) {
  Install("named", true);
  Install("api", true);
  Install("foreign", false);
  addons::LeftoversUnit unit = Make({"named"});
  // Other tests on this server have left releases, too.
  const auto planned = Plan(unit);
  EXPECT_THAT(planned, ::testing::IsSupersetOf({In("release", "api"), In("ConfigMap", "api")}));
  for (const char* name : {"named", "foreign"})
    EXPECT_THAT(planned, Not(Contains(In("release", name)))) << name;
  EXPECT_FALSE(IsDestructive(plan_));
  // An amendment of a run never deletes unasked.
  EXPECT_FALSE(MayAmend(plan_, UnitPlan()));
  const absl::Status applied = Apply(unit, plan_);
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(Plan(unit), IsEmpty());
  EXPECT_FALSE(IsThere("ConfigMap", "api"));
  EXPECT_TRUE(IsThere("ConfigMap", "named"));
  EXPECT_TRUE(IsThere("ConfigMap", "foreign"));
}

TEST_F(LeftoversTest, DataIsMarkedAndWhatCameLastGoesFirst) {
  Install("pvcs", true, "PersistentVolumeClaim");
  // Records know seconds.
  client_
      ->Patch({"v1", "Secret", name_.name_space, "sh.helm.release.v1.pvcs.v1"}, kube::PatchKind::kMerge,
              {{"metadata", {{"labels", {{"modifiedAt", "1000000000"}}}}}})
      .IgnoreError();
  Install("patroni", true, "StatefulSet");
  addons::LeftoversUnit unit = Make({});
  EXPECT_THAT(Plan(unit), ::testing::IsSupersetOf({In("StatefulSet", "patroni") + " (data)",
                                                   In("PersistentVolumeClaim", "pvcs") + " (data)"}));
  EXPECT_TRUE(IsDestructive(plan_));
  EXPECT_THAT(std::vector<std::string>(plan_.warnings().begin(), plan_.warnings().end()),
              Contains(AllOf(HasSubstr("patroni"), HasSubstr("its claims stay"))));
  const absl::Status applied = Apply(unit, plan_);
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(Plan(unit), IsEmpty());
  EXPECT_FALSE(IsThere("StatefulSet", "patroni"));
}

TEST_F(LeftoversTest, OnlyWhatWasApprovedGoes) {
  Install("api", true);
  addons::LeftoversUnit unit = Make({});
  EXPECT_THAT(Plan(unit), Contains(In("release", "api")));
  const UnitPlan approved = plan_;
  Install("later", true);
  const absl::Status applied = Apply(unit, approved);
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_FALSE(IsThere("ConfigMap", "api"));
  EXPECT_TRUE(IsThere("ConfigMap", "later"));
  EXPECT_THAT(Plan(unit), AllOf(Contains(In("release", "later")), Not(Contains(In("release", "api")))));
}

// Somebody has put his own in its place.
TEST_F(LeftoversTest, TheNewestRevisionSaysWhoseItIs) {
  Install("api", true);
  ReleaseRequest request = Request(Kind::kUpgrade, FilesOf("ConfigMap"));
  request.release.name = "api";
  request.options.labels = {{addons::kSpecLabel, "null"}};
  ASSERT_TRUE(Do(request).ok());
  addons::LeftoversUnit unit = Make({});
  EXPECT_THAT(Plan(unit), IsEmpty());
}

}  // namespace
}  // namespace devstats::release
