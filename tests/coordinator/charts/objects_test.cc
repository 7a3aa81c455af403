// Each gate makes the objects of upstream's chart, with names, labels, selectors and ports as objects.tsv has
// them, and no others: but for what differences.tsv lists.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::ContainerEq;
using ::testing::IsEmpty;

struct ExpectedObject {
  Row row;
  std::set<std::string> parts;
};
using ExpectedObjects = std::map<std::string, ExpectedObject>;  // by "GATE KIND/NAME"

ExpectedObjects ReadObjects() {
  ExpectedObjects out;
  for (const Row& row : ReadTable("objects.tsv")) {
    ExpectedObject one{.row = {row.begin() + 1, row.end() - 1}};
    if (row.back() != "-") one.parts = absl::StrSplit(row.back(), "; ");
    out[absl::StrCat(row[0], " ", row[2], "/", row[3])] = one;
  }
  return out;
}

ExpectedObjects RenderGates() {
  ExpectedObjects out;
  const Json gates = AllClosed();
  for (const auto& [gate, closed] : gates.items()) {
    const Made made = Make(Only({gate}, OneProject()));
    EXPECT_EQ(made.error, "") << gate;
    for (const Json& object : made.objects) {
      const std::vector<std::string> parts = PartsOf(object);
      out[absl::StrCat(gate, " ", Made::IdOf(object))] = {RowOf(object), {parts.begin(), parts.end()}};
    }
  }
  return out;
}

const ExpectedObjects& RenderedGates() {
  static const auto* const rendered = new ExpectedObjects(RenderGates());
  return *rendered;
}

TEST(ChartObjects, AreThoseOfUpstreamGateByGate) {
  const ExpectedObjects expected = ReadObjects();
  const ExpectedObjects& made = RenderedGates();
  std::set<std::string> others;
  for (const auto& [id, object] : expected) {
    if (!made.contains(id)) {
      others.insert(id + ": missing");
      continue;
    }
    EXPECT_THAT(made.at(id).row, ContainerEq(object.row)) << id;
  }
  for (const auto& [id, object] : made) {
    if (!expected.contains(id)) others.insert(id + ": added");
  }
  EXPECT_THAT(others, ContainerEq(Differences("object")));
}

TEST(ChartObjects, AreMadeInTheSameWay) {
  const ExpectedObjects expected = ReadObjects();
  const ExpectedObjects& made = RenderedGates();
  std::set<std::string> others;
  for (const auto& [id, object] : expected) {
    if (!made.contains(id)) continue;
    const std::set<std::string>& ours = made.at(id).parts;
    const std::string where = id.substr(id.find(' ') + 1);
    for (const std::string& part : object.parts) {
      if (!ours.contains(part)) others.insert(absl::StrCat(where, ": -", part));
    }
    for (const std::string& part : ours) {
      if (!object.parts.contains(part)) others.insert(absl::StrCat(where, ": +", part));
    }
  }
  EXPECT_THAT(others, ContainerEq(Differences("detail")));
}

TEST(ChartObjects, AllStandInTheNamespaceOfTheEnvironment) {
  Json values = AllOpen(OneProject());
  values["prodServer"] = 1;
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  EXPECT_GE(made.objects.size(), 38u);
  for (const Json& object : made.objects) {
    if (object["kind"] == "Namespace") continue;
    EXPECT_EQ(object["metadata"]["namespace"], "devstats-prod") << Made::IdOf(object);
    EXPECT_EQ(object["metadata"]["labels"]["name"], "devstats") << Made::IdOf(object);
  }
}

TEST(ChartObjects, AGateIsClosedByAnyTextAndOpenForWhatIsFalse) {
  const auto count = [](const Json& gate) {
    Json values = Only({}, OneProject());
    values["skipPVs"] = gate;
    return Make(values).objects.size();
  };
  for (const Json& closed : {Json("1"), Json("0"), Json("false"), Json(1), Json(true)})
    EXPECT_EQ(count(closed), 0u) << closed;
  for (const Json& open : {Json(""), Json(0), Json(false), Json()}) EXPECT_EQ(count(open), 1u) << open;
}

TEST(ChartObjects, RangesTakeTheFirstAndLeaveTheLast) {
  Json values = Only({"skipPVs", "skipCrons"});
  for (const char* name : {"a", "b", "c", "d"}) {
    Json project = OneProject()["projects"][0];
    project["proj"] = name;
    values["projects"].push_back(project);
  }
  values["indexPVsFrom"] = 1;
  values["indexPVsTo"] = 3;
  values["indexCronsFrom"] = "2";
  EXPECT_THAT(Make(values).Ids(), ::testing::ElementsAre("CronJob/devstats-c", "CronJob/devstats-d",
                                                         "PersistentVolumeClaim/devstats-pvc-b",
                                                         "PersistentVolumeClaim/devstats-pvc-c"));
  values["indexCronsTo"] = 2;
  values["indexPVsTo"] = 0;
  EXPECT_THAT(Make(values).Ids(), IsEmpty());
}

TEST(ChartObjects, DefaultPagesMayBeLeftOutOfASecondRelease) {
  Json values = Only({"skipStatic"}, OneProject());
  values["skipStaticDefault"] = 1;
  EXPECT_THAT(Make(values).Ids(), ::testing::ElementsAre("Deployment/devstats-static-test",
                                                         "Service/devstats-static-service-test"));
}

TEST(ChartObjects, NothingButOneShotPodsAndWhatIsAskedForIsOffByDefault) {
  const Made made = Make(OneProject());
  ASSERT_EQ(made.error, "");
  std::set<std::string> kinds;
  for (const Json& object : made.objects) kinds.insert(TextOf(object["kind"]));
  EXPECT_FALSE(kinds.contains("Secret"));
  EXPECT_FALSE(kinds.contains("Namespace"));
  EXPECT_TRUE(made.Find("CronJob/devstats-vacuum").is_null());
  EXPECT_TRUE(made.Find("CronJob/devstats-affiliations-import").is_null());
  EXPECT_FALSE(made.Find("Pod/devstats-provision-bootstrap").is_null());
}

}  // namespace
}  // namespace devstats::charts
