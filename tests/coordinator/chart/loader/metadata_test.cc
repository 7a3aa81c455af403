#include "coordinator/chart/loader/metadata.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

Metadata Parsed(absl::string_view yaml) {
  Metadata out;
  const absl::Status status = ReadMetadata(yaml, Limits(), out);
  EXPECT_TRUE(status.ok()) << status;
  return out;
}
std::string ReadError(absl::string_view yaml) {
  Metadata out;
  return std::string(ReadMetadata(yaml, Limits(), out).message());
}
std::string ValidationError(absl::string_view yaml) {
  Metadata out = Parsed(yaml);
  if (out.api_version.empty()) out.api_version = "v1";
  return std::string(ValidateMetadata(out).message());
}

TEST(Metadata, TakesNumbersAndBooleansForTexts) {
  const Metadata m = Parsed(
      "name: 5\nversion: 1.10\nappVersion: 20240101\ndescription: yes\nicon: 0x10\nhome: 3.14159265358979\n"
      "type: 12345678901234567890\nkubeVersion: 1e3\ncondition: 2020-01-01\n");
  EXPECT_EQ(m.name, "5");
  EXPECT_EQ(m.version, "1.1");
  EXPECT_EQ(m.app_version, "20240101");
  EXPECT_EQ(m.description, "true");
  EXPECT_EQ(m.icon, "16");
  EXPECT_EQ(m.home, "3.1415927");
  EXPECT_EQ(m.type, "12345678901234567890");
  EXPECT_EQ(m.kube_version, "1000");
  EXPECT_EQ(m.condition, "2020-01-01");
}

TEST(Metadata, KnowsFieldsInAnyCaseAndIgnoresOthers) {
  const Metadata m = Parsed("NAME: a\nAppVersion: b\nunknown: [1]\nkeywords: [1, true, x, null]\n");
  EXPECT_EQ(m.name, "a");
  EXPECT_EQ(m.app_version, "b");
  EXPECT_THAT(m.keywords, ::testing::ElementsAre("1", "true", "x", ""));
}

TEST(Metadata, ReadsListsOfStructs) {
  const Metadata m = Parsed(
      "maintainers: [{name: a, email: b, url: c}]\nannotations: {b: 1, a: x}\n"
      "dependencies:\n- {name: d, version: 1, tags: [t], import-values: [data, {child: 1}], alias: e, "
      "enabled: true}\n");
  ASSERT_EQ(m.maintainers.size(), 1u);
  EXPECT_EQ(m.maintainers[0]->url, "c");
  EXPECT_THAT(m.annotations, ::testing::ElementsAre(::testing::Pair("a", "x"), ::testing::Pair("b", "1")));
  ASSERT_EQ(m.dependencies.size(), 1u);
  EXPECT_EQ(m.dependencies[0]->version, "1");
  EXPECT_THAT(m.dependencies[0]->tags, ::testing::ElementsAre("t"));
  EXPECT_EQ(m.dependencies[0]->import_values.list()[1].Find("child")->type(), &types::kFloat64);
  EXPECT_TRUE(m.declares_dependencies);
}

TEST(Metadata, TellsAnEmptyListFromNone) {
  EXPECT_FALSE(Parsed("name: a\n").declares_dependencies);
  EXPECT_FALSE(Parsed("dependencies: null\n").declares_dependencies);
  EXPECT_TRUE(Parsed("dependencies: []\n").declares_dependencies);
}

TEST(Metadata, ReadsOverWhatIsThere) {
  Metadata m = Parsed("name: a\ndependencies: [{name: x, version: 1.0.0}, {name: y}]\n");
  ASSERT_TRUE(ReadMetadata("dependencies: [{name: z}]\n", Limits(), m).ok());
  EXPECT_EQ(m.name, "a");
  ASSERT_EQ(m.dependencies.size(), 1u);
  EXPECT_EQ(m.dependencies[0]->name, "z");
  EXPECT_EQ(m.dependencies[0]->version, "1.0.0");
}

TEST(Metadata, RefusesOtherTypesInGosWords) {
  const std::pair<const char*, const char*> kCases[] = {
      {"name: [a]", "array into Go struct field Metadata.name of type string"},
      {"maintainers: x", "string into Go struct field Metadata.maintainers of type []*chart.Maintainer"},
      {"maintainers: [x]", "string into Go struct field Metadata.maintainers of type chart.Maintainer"},
      {"maintainers: [{name: [1]}]", "array into Go struct field Maintainer.maintainers.name of type string"},
      {"keywords: {a: 1}", "object into Go struct field Metadata.keywords of type []string"},
      {"keywords: [[1]]", "array into Go struct field Metadata.keywords of type string"},
      {"annotations: {a: [1]}", "array into Go struct field Metadata.annotations of type string"},
      {"annotations: [1]", "array into Go struct field Metadata.annotations of type map[string]string"},
      {"deprecated: 1", "number into Go struct field Metadata.deprecated of type bool"},
      {"dependencies: [{import-values: x}]",
       "string into Go struct field Dependency.dependencies.import-values of type []interface {}"},
      {"dependencies: [{name: {}, tags: x}]\nannotations: 1",
       "number into Go struct field Metadata.annotations of type map[string]string"},
      {"[a]", "array into Go value of type chart.Metadata"},
      {"5", "number into Go value of type chart.Metadata"}};
  for (const auto& [yaml, error] : kCases)
    EXPECT_EQ(ReadError(yaml),
              absl::StrCat("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ", error));
}

TEST(Metadata, ValidatesAsHelm) {
  const std::string good = "name: a\nversion: 1.0.0\n";
  EXPECT_EQ(ValidationError(good), "");
  const std::pair<std::string, const char*> kCases[] = {
      {"", "chart.metadata.name is required"},
      {"name: ..", "chart.metadata.name \"..\" is not allowed"},
      {"name: a/b", "chart.metadata.name \"a/b\" is invalid"},
      {"name: a", "chart.metadata.version is required"},
      {"name: a\nversion: x", "chart.metadata.version \"x\" is invalid"},
      {good + "type: Library", "chart.metadata.type must be application or library"},
      {good + "maintainers: [null]", "maintainers must not contain empty or null nodes"},
      {good + "dependencies: [null]", "dependencies must not contain empty or null nodes"},
      {good + "dependencies: [{name: b, alias: 'c d'}]",
       "dependency \"b\" has disallowed characters in the alias"},
      {good + "dependencies: [{name: b}, {name: c, alias: b}]",
       "more than one dependency with name or alias \"b\""}};
  for (const auto& [yaml, error] : kCases)
    EXPECT_EQ(ValidationError(yaml), absl::StrCat("validation: ", error)) << yaml;
}

TEST(Metadata, MakesTextsPrintable) {
  Metadata m =
      Parsed("name: \"a\\tb\"\nversion: 1.0.0\napiVersion: v2\ndescription: \"x\\u200by\\u00a0z\"\n");
  ASSERT_TRUE(ValidateMetadata(m).ok());
  EXPECT_EQ(m.name, "a b");
  EXPECT_EQ(m.description, "xy z");
}

TEST(Metadata, ReadsLocks) {
  ChartLock lock;
  ASSERT_TRUE(ReadLock("generated: \"2020-01-02T03:04:05.120Z\"\ndigest: d\ndependencies: [{name: x}]\n",
                       Limits(), lock)
                  .ok());
  EXPECT_EQ(lock.generated, "2020-01-02T03:04:05.12Z");
  EXPECT_EQ(lock.digest, "d");
  EXPECT_EQ(lock.dependencies.size(), 1u);
  EXPECT_EQ(
      ReadLock("generated: x\n", Limits(), lock).message(),
      "error unmarshaling JSON: while decoding JSON: parsing time \"x\" as \"2006-01-02T15:04:05Z07:00\": "
      "cannot parse \"x\" as \"2006\"");
  EXPECT_EQ(ReadLock("generated: 5\n", Limits(), lock).message(),
            "error unmarshaling JSON: while decoding JSON: Time.UnmarshalJSON: input is not a JSON string");
}

}  // namespace
}  // namespace devstats::chart
