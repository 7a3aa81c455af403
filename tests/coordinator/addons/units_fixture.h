// A cluster in memory for the units of add-ons.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/kube/units/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::addons {

class UnitsTest : public ::testing::Test {
 protected:
  // Makes the server know a kind.
  void AddKind(const std::string& group, const std::string& version, const std::string& kind,
               const std::string& plural, bool namespaced) {
    kube::FakeKube& k = kube_;
    ASSERT_TRUE(k.Apply({{"apiVersion", "apiextensions.k8s.io/v1"},
                         {"kind", "CustomResourceDefinition"},
                         {"metadata", {{"name", plural + "." + group}}},
                         {"spec",
                          {{"group", group},
                           {"scope", namespaced ? "Namespaced" : "Cluster"},
                           {"names", {{"kind", kind}, {"plural", plural}}},
                           {"versions", Json::array({{{"name", version}}})}}}},
                        {})
                    .ok());
  }
  void SeedNamespace(const std::string& name) {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  }
  // In the namespace devstats-test.
  void SeedPod(const std::string& name, const Json& labels, const Json& status) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", {{"name", name}, {"namespace", "devstats-test"}, {"labels", labels}}},
                {"status", status}});
  }
  StepContext Context() {
    return {.key = {"op-1", "step"},
            .progress = [this](absl::string_view text) { told_.emplace_back(text); }};
  }
  // The changes of its plan as "ACTION path".
  std::vector<std::string> Plan(Unit& unit) {
    const UnitPlan plan = PlanUnit(unit);
    EXPECT_EQ(plan.error(), "");
    std::vector<std::string> lines;
    for (const Change& change : plan.changes())
      lines.push_back(absl::StrCat(Change::Action_Name(change.action()), " ", change.path()));
    warnings_ = {plan.warnings().begin(), plan.warnings().end()};
    return lines;
  }
  absl::Status Apply(Unit& unit) { return unit.Apply(PlanUnit(unit), Context()); }

  kube::FakeKube kube_;
  std::vector<std::string> told_, warnings_;
  const coordinator::Patience patience_{.deadline = absl::Seconds(20), .poll = absl::Milliseconds(5)};
  const coordinator::Patience short_{.deadline = absl::Milliseconds(20), .poll = absl::Milliseconds(5)};
};

}  // namespace devstats::addons
