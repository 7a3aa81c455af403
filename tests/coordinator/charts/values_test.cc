// Keys: those of upstream's first and last chart are known, defaults are those of the last one but for what
// differences.tsv lists, and values.yaml, keys.tsv and the schema know the same.
#include "coordinator/chart/data/yaml.h"
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::ContainerEq;
using ::testing::HasSubstr;
using ::testing::Not;

Json ChartDefaults() { return Json::parse(*chart::WriteJson(DevstatsChart()->values)); }

std::set<std::string> KeysOf(const Json& map) {
  std::set<std::string> out;
  for (const auto& [key, value] : map.items()) out.insert(key);
  return out;
}

// Key to successor, of one kind.
std::map<std::string, std::string> ListedKeys(const std::string& kind) {
  std::map<std::string, std::string> out;
  for (const absl::string_view line : absl::StrSplit(DevstatsChart()->Raw("keys.tsv")->data(), '\n')) {
    const Row row = absl::StrSplit(line, '\t');
    if (row[0] == kind) out[row[1]] = row.size() > 2 ? row[2] : "";
  }
  return out;
}

TEST(ChartValues, KnowEveryKeyOfUpstream) {
  const auto known = ListedKeys("value");
  const Json defaults = ChartDefaults();
  for (const Row& row : ReadTable("values.tsv")) {
    EXPECT_TRUE(known.contains(row[0])) << row[0];
    const bool removed = row[2] == "-";
    EXPECT_EQ(defaults.contains(row[0]), !removed) << row[0];
    const auto there = known.find(row[0]);
    EXPECT_TRUE(there == known.end() || there->second.empty() != removed) << row[0];
  }
}

TEST(ChartValues, HaveUpstreamsDefaults) {
  const Json defaults = ChartDefaults();
  std::set<std::string> others;
  for (const Row& row : ReadTable("values.tsv")) {
    if (row[2] == "-" || !defaults.contains(row[0])) continue;
    const Json& ours = defaults[row[0]];
    if (row[2] == "unset") {
      if (ours != "" && ours != Json::array())
        others.insert(absl::StrCat(row[0], ": unset -> ", TextOf(ours)));
      continue;
    }
    const std::string theirs = TextOf(Json::parse(row[2]));
    if (theirs != TextOf(ours))
      others.insert(
          absl::StrCat(row[0], ": ", theirs, " -> ", TextOf(ours).empty() ? "empty" : TextOf(ours)));
  }
  EXPECT_THAT(others, ContainerEq(Differences("value")));
}

TEST(ChartValues, StandInTheListAndInTheSchema) {
  std::set<std::string> expected = KeysOf(ChartDefaults()), listed;
  for (const auto& [key, successor] : ListedKeys("value")) {
    listed.insert(key);
    if (!successor.empty() || key == "global") expected.insert(key);
  }
  EXPECT_THAT(listed, ContainerEq(expected));
  const Json schema = Json::parse(*DevstatsChart()->schema);
  EXPECT_THAT(KeysOf(schema["properties"]), ContainerEq(expected));
  for (const auto& [kind, definition] : {std::pair("project", "project"), std::pair("domain", "domain")}) {
    std::set<std::string> fields;
    for (const auto& [key, successor] : ListedKeys(kind)) fields.insert(key);
    EXPECT_THAT(KeysOf(schema["definitions"][definition]["properties"]), ContainerEq(fields));
  }
}

TEST(ChartValues, HaveACommentOrAHeading) {
  bool said = false;
  for (const absl::string_view line : absl::StrSplit(DevstatsChart()->Raw("values.yaml")->data(), '\n')) {
    if (line.empty()) said = false;
    said = said || absl::StrContains(line, "# ");
    const bool is_key = !line.empty() && line[0] != '#' && line[0] != ' ';
    EXPECT_TRUE(said || !is_key) << line;
  }
}

TEST(ChartValues, OfOldNamesAreToldOfInTheNotes) {
  Json values = Only({"skipCrons", "skipBackups", "skipPostgres"}, OneProject());
  values.update(
      Json{{"giant", "lock"}, {"backupsCron", "1 2 * * *"}, {"postgresWalKeepSegments", 10}, {"nCPUs", 4}});
  values["projects"][0]["certNum"] = 1;
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  EXPECT_THAT(made.notes, HasSubstr("giant is an old name: giantBoot, giantProv"));
  EXPECT_THAT(made.notes, HasSubstr("backupsCron is an old name: backupsCronTest and backupsCronProd"));
  EXPECT_THAT(made.notes, HasSubstr("postgresWalKeepSegments is an old name: postgresWalKeepSize"));
  EXPECT_THAT(made.notes, HasSubstr("certNum of 1 project(s) is an old field"));
  EXPECT_THAT(made.notes, HasSubstr("syncs have nSyncCPUs, affiliations nAffsCPUs"));
  EXPECT_EQ(Field(made.Find("CronJob/devstats-backups")["spec"], "schedule"), "1 2 * * *");
  EXPECT_THAT(Make(OneProject()).notes, Not(HasSubstr("Please note")));
}

TEST(ChartValues, ThatPatroniRefusesAreToldOfInTheNotes) {
  Json values = Only({"skipPostgres"});
  values["patroniRetryTimeout"] = 60;
  EXPECT_THAT(Make(values).notes, HasSubstr("is more than patroniTtl"));
  EXPECT_THAT(Make(Only({"skipPostgres"})).notes, Not(HasSubstr("patroniTtl")));
}

TEST(ChartValues, OfAnotherNamespaceThanTheReleasesAreToldOfInTheNotes) {
  Json values = OneProject();
  values["prodServer"] = "1";
  EXPECT_THAT(Make(values).notes, HasSubstr("install it with -n devstats-prod"));
}

}  // namespace
}  // namespace devstats::charts
