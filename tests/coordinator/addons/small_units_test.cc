#include "absl/strings/escaping.h"
#include "common/status.h"
#include "coordinator/addons/no_label_unit.h"
#include "coordinator/addons/random_secret_unit.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::addons {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RandomSecretUnitTest : public UnitsTest {
 protected:
  RandomSecretUnitTest() { SeedNamespace("metallb-system"); }
  std::string Key() {
    const Json secret = *kube_.Get({"v1", "Secret", "metallb-system", "memberlist"});
    std::string key;
    EXPECT_TRUE(absl::Base64Unescape(kube::TextAt(secret, {"data", "secretkey"}), &key));
    return key;
  }
  RandomSecretUnit unit_{"memberlist", {"metallb-system", "memberlist", "secretkey"}, &kube_};
};

TEST_F(RandomSecretUnitTest, IsMadeOnceAndNeverAgain) {
  EXPECT_THAT(Plan(unit_), ElementsAre("CREATE Secret metallb-system/memberlist"));
  const UnitPlan plan = PlanUnit(unit_);
  ASSERT_TRUE(unit_.Apply(plan, Context()).ok());
  const std::string key = Key();
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(key, &bytes));
  EXPECT_EQ(bytes.size(), 128u);
  EXPECT_THAT(Plan(unit_), IsEmpty());
  ASSERT_TRUE(unit_.Apply(plan, Context()).ok());  // as after a cut
  EXPECT_EQ(Key(), key);
}

TEST_F(RandomSecretUnitTest, ItsValueIsInNoPlan) {
  const UnitPlan plan = PlanUnit(unit_);
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_THAT(plan.DebugString() + unit_.Observe()->dump() + unit_.Inputs().dump(), Not(HasSubstr(Key())));
}

TEST_F(RandomSecretUnitTest, SomebodyElsesSecretStays) {
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata", {{"name", "memberlist"}, {"namespace", "metallb-system"}}},
              {"data", {{"other", "eA=="}}}});
  const UnitPlan plan = PlanUnit(unit_);
  EXPECT_THAT(plan.error(), HasSubstr("Secret metallb-system/memberlist has no value secretkey"));
  EXPECT_NE(plan.hint(), "");
}

class NoLabelUnitTest : public UnitsTest {
 protected:
  void SeedNode(const std::string& name, const Json& labels) {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", name}, {"labels", labels}}}});
  }
  NoLabelUnit unit_{"label", "x/exclude", &kube_};
};

TEST_F(NoLabelUnitTest, TakesTheLabelOffEveryNode) {
  SeedNode("m", {{"x/exclude", ""}, {"keep", "me"}});
  SeedNode("w", {{"keep", "me"}});
  EXPECT_THAT(Plan(unit_), ElementsAre("UPDATE m x/exclude"));
  const UnitPlan plan = PlanUnit(unit_);
  EXPECT_TRUE(MayAmend(plan, UnitPlan()));  // a first run goes on unasked
  ASSERT_TRUE(unit_.Apply(plan, Context()).ok());
  const Json labels = kube::At(*kube_.Get({"v1", "Node", "", "m"}), {"metadata", "labels"});
  EXPECT_EQ(labels, (Json{{"keep", "me"}}));
  EXPECT_THAT(Plan(unit_), IsEmpty());
}

TEST_F(NoLabelUnitTest, ANodeThatHasLeftIsNoError) {
  SeedNode("m", {{"x/exclude", ""}});
  const UnitPlan plan = PlanUnit(unit_);
  ASSERT_TRUE(kube_.Delete({"v1", "Node", "", "m"}, {}).ok());
  EXPECT_TRUE(unit_.Apply(plan, Context()).ok());
}

}  // namespace
}  // namespace devstats::addons
