#include "coordinator/addons/default_class_unit.h"

#include "coordinator/kube/forwarding_client.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::addons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kMark[] = "storageclass.kubernetes.io/is-default-class";
constexpr char kOldMark[] = "storageclass.beta.kubernetes.io/is-default-class";

// An apply under another manager's name, as the API server has it: what it sets is not ours.
class ManagersApart : public kube::ForwardingClient {
 public:
  explicit ManagersApart(kube::KubeClient* client) : client_(client) {}
  absl::StatusOr<Json> Apply(const Json& object, const kube::ApplyOptions& options) override {
    if (options.manager.empty()) return client_->Apply(object, options);
    return client_->Patch(*kube::RefOf(object), kube::PatchKind::kMerge, object);
  }

 protected:
  absl::Status Pass(Method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    return call(*client_);
  }

 private:
  kube::KubeClient* const client_;
};

class DefaultClassUnitTest : public UnitsTest {
 protected:
  DefaultClassUnitTest() { AddKind("storage.k8s.io", "v1", "StorageClass", "storageclasses", false); }
  void SeedClass(const std::string& name, const Json& annotations = Json::object()) {
    kube_.Seed({{"apiVersion", "storage.k8s.io/v1"},
                {"kind", "StorageClass"},
                {"metadata", {{"name", name}, {"annotations", annotations}}}});
  }
  std::string MarkOf(const std::string& name, const char* mark = kMark) {
    return kube::TextAt(*kube_.Get({"storage.k8s.io/v1", "StorageClass", "", name}),
                        {"metadata", "annotations", mark});
  }
  ManagersApart client_{&kube_};
  DefaultClassUnit unit_{"default", "openebs-hostpath", &client_, patience_};
};

TEST_F(DefaultClassUnitTest, MakesTheClassTheDefault) {
  SeedClass("openebs-hostpath");
  SeedClass("other");
  EXPECT_THAT(Plan(unit_), ElementsAre(absl::StrCat("CREATE StorageClass openebs-hostpath ", kMark)));
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_EQ(MarkOf("openebs-hostpath"), "true");
  EXPECT_EQ(MarkOf("other"), "");
  EXPECT_THAT(Plan(unit_), IsEmpty());
}

TEST_F(DefaultClassUnitTest, ThereIsOnlyOneDefault) {
  SeedClass("openebs-hostpath", {{kMark, "true"}});
  SeedClass("gp2", {{kOldMark, "true"}});
  const UnitPlan plan = PlanUnit(unit_);
  ASSERT_EQ(plan.changes_size(), 1);
  EXPECT_EQ(plan.changes(0).owner(), Change::FOREIGN);  // somebody else's: it is asked for
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_EQ(MarkOf("gp2", kOldMark), "");
  EXPECT_EQ(MarkOf("gp2"), "false");
  EXPECT_EQ(MarkOf("openebs-hostpath"), "true");
  EXPECT_THAT(Plan(unit_), IsEmpty());
}

TEST_F(DefaultClassUnitTest, WhatARepeatedInstallAppliesDoesNotTakeItBack) {
  const Json of_release{{"apiVersion", "storage.k8s.io/v1"},
                        {"kind", "StorageClass"},
                        {"metadata", {{"name", "openebs-hostpath"}, {"annotations", {{"a", "b"}}}}}};
  ASSERT_TRUE(kube_.Apply(of_release, {}).ok());
  ASSERT_TRUE(Apply(unit_).ok());
  ASSERT_TRUE(kube_.Apply(of_release, {}).ok());
  EXPECT_EQ(MarkOf("openebs-hostpath"), "true");
}

TEST_F(DefaultClassUnitTest, AClassThatIsMadeLaterIsWaitedFor) {
  DefaultClassUnit hasty("default", "openebs-hostpath", &kube_, short_);
  const absl::Status status = Apply(hasty);
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()), HasSubstr("StorageClass openebs-hostpath is not there"));
  const UnitPlan plan = PlanUnit(unit_);
  StepContext context = Context();
  context.progress = [&](absl::string_view) { SeedClass("openebs-hostpath"); };
  ASSERT_TRUE(unit_.Apply(plan, context).ok());
  EXPECT_EQ(MarkOf("openebs-hostpath"), "true");
}

}  // namespace
}  // namespace devstats::addons
