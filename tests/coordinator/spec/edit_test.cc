// Edits of a YAML file: what changes, and that nothing else does.
#include "coordinator/spec/edit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "common/yaml.h"
#include "gmock/gmock.h"

namespace devstats::spec {
namespace {

using ::testing::HasSubstr;

struct EditCase {
  const char* name;
  const char* before;
  const char* after;
};
void PrintTo(const EditCase& c, std::ostream* out) { *out << c.name; }
const auto CaseName = [](const auto& info) { return std::string(info.param.name); };

const YamlPath kList = {"environments", "test", "projects"};

class AppendItemTest : public ::testing::TestWithParam<EditCase> {};
TEST_P(AppendItemTest, Appends) {
  const auto after = AppendItem({GetParam().before, "cluster.yaml"}, kList, "keda");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, GetParam().after);
}
// With the line ends of another system: the same.
TEST_P(AppendItemTest, KeepsItsLineEnds) {
  const auto dos = [](const char* text) { return absl::StrReplaceAll(text, {{"\n", "\r\n"}}); };
  if (!absl::StrContains(GetParam().before, "\n")) return;
  const auto after = AppendItem({dos(GetParam().before), "cluster.yaml"}, kList, "keda");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, dos(GetParam().after));
}
INSTANTIATE_TEST_SUITE_P(
    Lists, AppendItemTest,
    ::testing::Values(
        EditCase{"Flow", "environments: {test: {projects: [kubernetes, 'prom*']}}\n",
                 "environments: {test: {projects: [kubernetes, 'prom*', keda]}}\n"},
        EditCase{"FlowEmpty", "environments: {test: {projects: []}}\n",
                 "environments: {test: {projects: [keda]}}\n"},
        EditCase{"FlowWithCommaAtItsEnd", "environments: {test: {projects: [a, ]}}  # few\n",
                 "environments: {test: {projects: [a, keda, ]}}  # few\n"},
        EditCase{
            "FlowOverLines",
            "environments:\n  test:\n    projects: [  # ours\n      a,\n      b  # the last\n    ]\n",
            "environments:\n  test:\n    projects: [  # ours\n      a,\n      b,  # the last\n      keda\n"
            "    ]\n"},
        EditCase{
            "FlowOverLinesWithCommaAtItsEnd",
            "environments:\n  test:\n    projects: [\n      a,\n      b, # the last\n    ]\n",
            "environments:\n  test:\n    projects: [\n      a,\n      b, # the last\n      keda,\n    ]\n"},
        EditCase{
            "FlowOverLinesClosedOnTheLast",
            "environments:\n  test:\n    projects: [\n      a,\n      b]\n    images: {}\n",
            "environments:\n  test:\n    projects: [\n      a,\n      b,\n      keda]\n    images: {}\n"},
        EditCase{"FlowWrapped", "environments:\n  test:\n    projects: [a, b,\n               c]\n",
                 "environments:\n  test:\n    projects: [a, b,\n               c, keda]\n"},
        EditCase{
            "Block", "environments:\n  test:\n    projects:\n      - a  # first\n      - b\n    x: 1\n",
            "environments:\n  test:\n    projects:\n      - a  # first\n      - b\n      - keda\n    x: 1\n"},
        EditCase{"BlockNotIndented",
                 "environments:\n  test:\n    projects:\n    - a\n\n    # about x\n    x: 1\n",
                 "environments:\n  test:\n    projects:\n    - a\n    - keda\n\n    # about x\n    x: 1\n"},
        EditCase{"BlockWithCommentBehind", "environments:\n  test:\n    projects:\n      - 'a'  # last\n",
                 "environments:\n  test:\n    projects:\n      - 'a'  # last\n      - keda\n"},
        EditCase{"BlockWithoutBreakAtTheEnd", "environments:\n  test:\n    projects:\n      - a",
                 "environments:\n  test:\n    projects:\n      - a\n      - keda"},
        EditCase{"BlockBeforeTheEndOfTheDocument",
                 "---\nenvironments:\n  test:\n    projects:\n      - a\n...\n",
                 "---\nenvironments:\n  test:\n    projects:\n      - a\n      - keda\n...\n"},
        EditCase{"LettersOfTwoBytes", "# zażółć\nenvironments: {test: {x: 'zażółć ☃', projects: [a]}}  # ü\n",
                 "# zażółć\nenvironments: {test: {x: 'zażółć ☃', projects: [a, keda]}}  # ü\n"},
        EditCase{"ByteOrderMark",
                 "\xEF\xBB\xBF"
                 "environments: {test: {projects: [a]}}\n",
                 "\xEF\xBB\xBF"
                 "environments: {test: {projects: [a, keda]}}\n"},
        EditCase{"ListInQuotedKeys", "\"environments\": {'test': {\"projects\": [a]}}\n",
                 "\"environments\": {'test': {\"projects\": [a, keda]}}\n"}),
    CaseName);

class RemoveItemTest : public ::testing::TestWithParam<EditCase> {};
TEST_P(RemoveItemTest, Removes) {
  const auto after = RemoveItem({GetParam().before, "cluster.yaml"}, kList, "keda");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, GetParam().after);
}
INSTANTIATE_TEST_SUITE_P(
    Lists, RemoveItemTest,
    ::testing::Values(
        EditCase{"FlowFirst", "environments: {test: {projects: [keda, a]}}\n",
                 "environments: {test: {projects: [a]}}\n"},
        EditCase{"FlowMiddle", "environments: {test: {projects: [a, 'keda', b]}}  # c\n",
                 "environments: {test: {projects: [a, b]}}  # c\n"},
        EditCase{"FlowLast", "environments: {test: {projects: [a, keda]}}\n",
                 "environments: {test: {projects: [a]}}\n"},
        EditCase{
            "FlowOnItsOwnLine",
            "environments:\n  test:\n    projects: [\n      a,  # one\n      keda,  # two\n      b\n    ]\n",
            "environments:\n  test:\n    projects: [\n      a,  # one\n      b\n    ]\n"},
        EditCase{"FlowLastOnItsOwnLine",
                 "environments:\n  test:\n    projects: [\n      a,  # one\n      keda\n    ]\n",
                 "environments:\n  test:\n    projects: [\n      a,  # one\n    ]\n"},
        EditCase{"FlowBeforeTheBracket", "environments:\n  test:\n    projects: [a,\n               keda]\n",
                 "environments:\n  test:\n    projects: [a,\n               ]\n"},
        EditCase{"FlowAtTheEndOfALine",
                 "environments:\n  test:\n    projects: [a, keda,\n               b]\n",
                 "environments:\n  test:\n    projects: [a, \n               b]\n"},
        EditCase{"BlockMiddle",
                 "environments:\n  test:\n    projects:\n      # ours\n      - a\n      - keda  # gone\n     "
                 " - b\n",
                 "environments:\n  test:\n    projects:\n      # ours\n      - a\n      - b\n"},
        EditCase{"BlockLast", "environments:\n  test:\n    projects:\n    - a\n    - keda\n    x: 1\n",
                 "environments:\n  test:\n    projects:\n    - a\n    x: 1\n"},
        EditCase{"BlockLastWithoutBreak", "environments:\n  test:\n    projects:\n    - a\n    - keda",
                 "environments:\n  test:\n    projects:\n    - a\n"}),
    CaseName);

const YamlPath kState = {"projects", "list", "keda", "state"};

class SetTextTest : public ::testing::TestWithParam<EditCase> {};
TEST_P(SetTextTest, Sets) {
  const auto after = SetText({GetParam().before, "cluster.yaml"}, kState, "archived");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, GetParam().after);
}
INSTANTIATE_TEST_SUITE_P(
    Mappings, SetTextTest,
    ::testing::Values(
        EditCase{"Replaces", "projects:\n  list:\n    keda: {state: active, disk: 5Gi}  # big\n",
                 "projects:\n  list:\n    keda: {state: archived, disk: 5Gi}  # big\n"},
        EditCase{"ReplacesQuoted", "projects:\n  list:\n    keda:\n      state: 'active'  # for now\n",
                 "projects:\n  list:\n    keda:\n      state: archived  # for now\n"},
        EditCase{"ReplacesNothing", "projects: {list: {keda: {state: , disk: 5Gi}}}\n",
                 "projects: {list: {keda: {state: archived, disk: 5Gi}}}\n"},
        EditCase{"AddsToFlow", "projects: { list: { keda: { disk: 5Gi } } }  # x\n",
                 "projects: { list: { keda: { disk: 5Gi, state: archived } } }  # x\n"},
        EditCase{"AddsToEmptyFlow", "projects: {list: {}}\n",
                 "projects: {list: {keda: {state: archived}}}\n"},
        EditCase{
            "AddsToBlock", "projects:\n  list:\n    keda:\n      disk: 5Gi  # big\n    flux: {}\n",
            "projects:\n  list:\n    keda:\n      disk: 5Gi  # big\n      state: archived\n    flux: {}\n"},
        EditCase{"AddsBehindALiteral",
                 "projects:\n  list:\n    keda:\n      title: |\n        KEDA\n\n    flux: {}\n",
                 "projects:\n  list:\n    keda:\n      title: |\n        KEDA\n      state: archived\n\n    "
                 "flux: {}\n"},
        EditCase{"AddsTheProject", "projects:\n    list:\n        flux: {disk: 4Gi}\n\n# the end\n",
                 "projects:\n    list:\n        flux: {disk: 4Gi}\n        keda: {state: archived}\n\n# the "
                 "end\n"},
        EditCase{"AddsTheList", "projects:\n  catalog: shipped\nname: x\n",
                 "projects:\n  catalog: shipped\n  list:\n    keda: {state: archived}\nname: x\n"},
        EditCase{"AddsAll", "name: x\nnodes:\n    - a\n",
                 "name: x\nnodes:\n    - a\nprojects:\n  list:\n    keda: "
                 "{state: archived}\n"},
        EditCase{"AddsAllAsTheFileIndents", "name: x\nos:\n    swap: false",
                 "name: x\nos:\n    swap: false\nprojects:\n    list:\n        keda: {state: archived}"},
        EditCase{"FillsNothing", "projects:\n  list:  # none yet\nname: x\n",
                 "projects:\n  list:  # none yet\n    keda: {state: archived}\nname: x\n"},
        EditCase{"FillsNothingInFlow", "projects: {list: }\n",
                 "projects: {list: {keda: {state: archived}}}\n"},
        EditCase{"FillsNull", "projects:\n  list: ~  # none yet\n",
                 "projects:\n  list: {keda: {state: archived}}  # none yet\n"},
        EditCase{"FillsNothingAtTheEnd", "projects:", "projects:\n  list:\n    keda: {state: archived}"},
        EditCase{"AddsToFlowOverLines", "projects: {\n  list: {\n    flux: {disk: 4Gi},\n  },\n}\n",
                 "projects: {\n  list: {\n    flux: {disk: 4Gi},\n    keda: {state: archived},\n  },\n}\n"}),
    CaseName);

TEST(EditTest, QuotesWhatIsNoPlainText) {
  for (const char* item :
       {"true", "No", "null", "~", "12", "1.20", "4x", "prom*", "it's", "", "a: b", "a #b"}) {
    const auto after = AppendItem({"environments: {test: {projects: [a]}}", "f"}, kList, item);
    ASSERT_TRUE(after.ok()) << item << after.status();
    const YamlNode read = *ParseYaml(*after, "f");
    EXPECT_EQ(read.Find("environments")->Find("test")->Find("projects")->items[1].value, item);
    EXPECT_THAT(*after, HasSubstr("a, '")) << item;
  }
}

TEST(EditTest, RefusesWhatItCannotDo) {
  const auto code = [](const auto& result) { return result.status().code(); };
  const auto append = [](const char* text, const char* item) { return AppendItem({text, "f"}, kList, item); };
  const auto remove = [](const char* text, const char* item) { return RemoveItem({text, "f"}, kList, item); };
  const auto set = [](const char* text) { return SetText({text, "f"}, kState, "archived"); };
  using Code = absl::StatusCode;
  EXPECT_EQ(code(append("environments: {test: {}}", "a")), Code::kNotFound);
  EXPECT_EQ(code(append("environments: {test: {projects: all}}", "a")), Code::kInvalidArgument);
  EXPECT_EQ(code(append("environments: {test: {projects: [a]}}", "a")), Code::kAlreadyExists);
  EXPECT_EQ(code(append("environments: {test: {projects: [a}}", "b")), Code::kInvalidArgument);
  EXPECT_EQ(code(remove("environments: {test: {projects: [a, b]}}", "c")), Code::kNotFound);
  EXPECT_EQ(code(remove("environments: {test: {projects: [a]}}", "a")), Code::kFailedPrecondition);
  EXPECT_EQ(code(set("projects: {list: {keda: [a]}}")), Code::kInvalidArgument);
  EXPECT_EQ(code(set("projects: {list: all}")), Code::kInvalidArgument);
  EXPECT_EQ(code(set("projects: {list: {keda: {state: {}}}}")), Code::kInvalidArgument);
  EXPECT_EQ(code(set("")), Code::kInvalidArgument);
  EXPECT_EQ(code(set("[a]")), Code::kInvalidArgument);
  EXPECT_EQ(code(set("projects:\n  list:\n    keda:\n      state: |\n        active\n")),
            Code::kUnimplemented);
  EXPECT_EQ(HintOf(set("projects:\n  list:\n    keda:\n      state: |\n        active\n").status()),
            "write it by hand");
}

// Whether all lines of `few` are in `many`, in their order.
bool HasLinesOf(const std::string& many, const std::string& few) {
  const std::vector<std::string> lines = absl::StrSplit(few, '\n');
  size_t next = 0;
  for (const auto line : absl::StrSplit(many, '\n'))
    if (next < lines.size() && line == lines[next]) ++next;
  return next == lines.size();
}

// Documents put together of parts in many shapes: each edit that is done leaves every line that it does not
// touch, and taking back what was added gives the first text again.
TEST(EditTest, WhatIsAddedAndTakenAwayLeavesNoTrace) {
  const char* heads[] = {"", "---\n", "# head\n\n", "name: x  # zażółć\nnodes: [{name: 'a, b'}]\n"};
  const char* lists[] = {" [a, b]\n",
                         " [ a , b ]  # [c, d]\n",
                         " [\n      a, # [\n      'b',\n    ]\n",
                         "\n      - a # '\n      - \"b\"\n",
                         "\n    - a\n    # between\n    - b\n",
                         "\n\n      -   a\n      -   b\n\n"};
  const char* tails[] = {"", "    images: {a: b}\n", "\n    # about\n    x: |\n      [a]\n", "# end\n",
                         "...\n"};
  int done = 0;
  for (const char* head : heads)
    for (const char* list : lists)
      for (const char* tail : tails) {
        const std::string text = absl::StrCat(head, "environments:\n  test:\n    projects:", list, tail);
        const auto added = AppendItem({text, "f"}, kList, "keda");
        ASSERT_TRUE(added.ok()) << text << added.status();
        const auto back = RemoveItem({*added, "f"}, kList, "keda");
        ASSERT_TRUE(back.ok()) << *added << back.status();
        EXPECT_EQ(*back, text) << *added;
        const auto set = SetText({text, "f"}, kState, "archived");
        ASSERT_TRUE(set.ok()) << text << set.status();
        EXPECT_TRUE(HasLinesOf(*set, text)) << *set;
        ++done;
      }
  EXPECT_EQ(done, 120);
}

}  // namespace
}  // namespace devstats::spec
