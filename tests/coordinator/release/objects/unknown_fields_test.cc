#include "coordinator/release/objects/unknown_fields.h"

#include "coordinator/release/objects/definition.h"
#include "tests/coordinator/release/objects/change_fixture.h"

namespace devstats::release {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(UnknownFields, AreReadFromTheServersWords) {
  EXPECT_THAT(UnknownFieldsIn("failed to create typed patch object: .spec.a: field not declared in schema"),
              ElementsAre(".spec.a"));
  EXPECT_THAT(
      UnknownFieldsIn("applying CustomResourceDefinition a.example.org: failed to create typed patch object "
                      "(/a.example.org; apiextensions.k8s.io/v1, Kind=CustomResourceDefinition): errors:\n"
                      "  .spec.versions[0].schema.openAPIV3Schema.properties.a.b.x-kubernetes-validations: "
                      "field not declared in schema\n"
                      "  .spec.versions[0].selectableFields: field not declared in schema"),
      ElementsAre(".spec.versions[0].schema.openAPIV3Schema.properties.a.b.x-kubernetes-validations",
                  ".spec.versions[0].selectableFields"));
  EXPECT_THAT(UnknownFieldsIn("failed to create typed patch object: .data.a: expected string, got 1"),
              IsEmpty());
}

constexpr char kDefinition[] = R"(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Thing, plural: things}
  newer: {a: b}
  versions: {v1: {name: v1, served: true, storage: true, newest: 1}}
)";

// A server that knows neither spec.newer nor, in any kind, newest, and tells one at a time.
class UnknownFieldsChange : public ChangeTest {
 protected:
  UnknownFieldsChange() {
    kube_.admit = [](const Json&, const Json& object) {
      const std::string text = object.dump();
      const bool newer = text.find("\"newer\"") != text.npos;
      if (!newer && text.find("\"newest\"") == text.npos) return absl::OkStatus();
      const bool defines = kube::TextAt(object, {"kind"}) == kDefinitionKind;
      return absl::InvalidArgumentError(absl::StrCat("failed to create typed patch object: ",
                                                     newer     ? ".spec.newer"
                                                     : defines ? ".spec.versions.v1.newest"
                                                               : ".data.newest",
                                                     ": field not declared in schema"));
    };
  }
  Json Definition() {
    return *kube_.Get({"apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "things.example.org"});
  }
};

TEST_F(UnknownFieldsChange, OfADefinitionAreLeftOutAndTold) {
  const ObjectsWanted objects = Wanted(kDefinition);
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_THAT(*changes, SizeIs(1));
  EXPECT_EQ((*changes)[0].action, Action::kCreate);
  EXPECT_THAT((*changes)[0].dropped, ElementsAre(".spec.newer", ".spec.versions.v1.newest"));
  EXPECT_EQ(DroppedText((*changes)[0]),
            "CustomResourceDefinition things.example.org: this version of Kubernetes does not know, and goes "
            "without, .spec.newer, .spec.versions.v1.newest");

  std::vector<std::string> told;
  const absl::Status done =
      ApplyObjects(objects, {{.ref = objects.wanted[0].ref, .action = Action::kCreate}}, client_, options_,
                   absl::Now() + absl::Minutes(1),
                   [&](const ObjectChange& change) { told.push_back(DroppedText(change)); });
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_THAT(told, ElementsAre(DroppedText((*changes)[0]))) << "whatever was planned";
  EXPECT_FALSE(Definition()["spec"].contains("newer"));
  EXPECT_EQ(Definition()["spec"]["versions"]["v1"],
            (Json{{"name", "v1"}, {"served", true}, {"storage", true}}));
}

TEST_F(UnknownFieldsChange, OfADefinitionChangeNothingTheNextTime) {
  ASSERT_TRUE(Run(Wanted(kDefinition)).ok());
  const ObjectsWanted objects = Wanted(kDefinition, kDefinition);
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ((*changes)[0].action, Action::kUnchanged);
  EXPECT_THAT((*changes)[0].dropped, SizeIs(2)) << "it is told again: it is still so";
  const int writes = kube_.writes;
  ASSERT_TRUE(Run(objects).ok());
  EXPECT_EQ(kube_.writes, writes);
}

TEST_F(UnknownFieldsChange, OfOtherKindsAreRefused) {
  const auto refused = Plan(Wanted(ConfigMap("c", "newest: x")));
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("ConfigMap shop/c"), HasSubstr(".data.newest: field not declared")));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("too new"));
}

TEST_F(UnknownFieldsChange, ThatAreNotInTheObjectLeaveTheRefusal) {
  kube_.admit = [](const Json&, const Json&) {
    return absl::InvalidArgumentError(".spec.other: field not declared in schema");
  };
  const auto refused = Plan(Wanted(kDefinition));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(".spec.other: field not declared"));
}

TEST(DroppedText, TellsSomeOfMany) {
  ObjectChange change{.ref = {"v1", "ConfigMap", "shop", "c"}};
  EXPECT_EQ(DroppedText(change), "");
  for (int i = 0; i < 25; ++i) change.dropped.push_back(absl::StrCat(".a", i));
  EXPECT_THAT(DroppedText(change), HasSubstr(", .a19 and 5 more"));
}

}  // namespace
}  // namespace devstats::release
