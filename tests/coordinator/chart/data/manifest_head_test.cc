#include "coordinator/chart/data/manifest_head.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

std::string ShowHead(const absl::StatusOr<ManifestHead>& head) {
  if (!head.ok()) return std::string(head.status().message());
  std::string out =
      absl::StrCat(head->api_version, "|", head->kind, head->has_metadata ? "|" : "", head->name);
  for (const auto& [key, value] : head->annotations) absl::StrAppend(&out, "|", key, "=", value);
  return out;
}
std::string HeadOf(absl::string_view text) { return ShowHead(ReadManifestHead(text, Limits())); }

TEST(ManifestHead, Fields) {
  EXPECT_EQ(
      HeadOf("apiVersion: v1\nkind: Pod\nmetadata:\n  name: 'x'\n  annotations:\n    b: \"1\"\n    a: c\n"
             "spec:\n- a: |\n    text: [\n\n- 1\n"),
      "v1|Pod|x|a=c|b=1");
  EXPECT_EQ(HeadOf("KIND: 5\napiVersion: 1e6\nmetadata: {name: yes, annotations: {a: 1.50, b: ~}}"),
            "1e+06|5|true|a=1.5|b=");
  EXPECT_EQ(HeadOf("kind: .inf"), "|+Inf");
  EXPECT_EQ(HeadOf("# c"), "|");
  EXPECT_EQ(HeadOf("metadata:\nkind:\n"), "|");
}

TEST(ManifestHead, Errors) {
  const std::string decoding = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ";
  EXPECT_EQ(HeadOf("- a"), decoding + "array into Go value of type releaseutil.SimpleHead");
  EXPECT_EQ(HeadOf("kind: [1]\nmetadata: x"),
            decoding + "array into Go struct field SimpleHead.kind of type string");
  EXPECT_EQ(HeadOf("metadata:\n  name:\n    a: b"),
            decoding + "object into Go struct field .metadata.name of type string");
  EXPECT_EQ(HeadOf("metadata:\n  annotations:\n  - a"),
            decoding + "array into Go struct field .metadata.annotations of type map[string]string");
  EXPECT_EQ(HeadOf("metadata:\n  annotations:\n    a:\n      b: c"),
            decoding + "object into Go struct field .metadata.annotations of type string");
  EXPECT_EQ(HeadOf("metadata: 5"),
            decoding +
                "number into Go struct field SimpleHead.metadata of type struct { Name string "
                "\"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }");
  EXPECT_EQ(HeadOf("kind: [.inf]"), "error converting YAML to JSON: json: unsupported value: +Inf");
  EXPECT_EQ(HeadOf("spec:\n  x: .nan"), "error converting YAML to JSON: json: unsupported value: NaN");
}

// Documents of lines that fit together sometimes: a glance that says something says what the reader says.
TEST(ManifestHead, AGlanceIsNeverWrong) {
  const absl::string_view lines[] = {"kind: x",
                                     "kind: 5",
                                     "kind: [1]",
                                     "metadata:",
                                     "  name: a",
                                     "  annotations:",
                                     "    a: b",
                                     "    \"q/r\": 's'",
                                     "    c: 5",
                                     "    d:",
                                     "apiVersion: v1",
                                     "Kind: z",
                                     "spec:",
                                     "  - a",
                                     "  - b: c",
                                     "    d: e",
                                     "- x",
                                     "x: |",
                                     "   text",
                                     "  text",
                                     "",
                                     "   ",
                                     "# c",
                                     "  # c",
                                     "y: \"a\"",
                                     "z: 'b''c'",
                                     "w: \"a\\\"b\"",
                                     "v: .inf",
                                     "u: ~",
                                     "null: x",
                                     "t: a: b",
                                     "s: a #b",
                                     "r: -",
                                     "q: - x",
                                     "p: [a]",
                                     "o: {}",
                                     "l: &a b",
                                     "m: *a",
                                     "n: !!str 5",
                                     "    true: x",
                                     "    f: 2020-01-01",
                                     "metadata: ~",
                                     "g: >-",
                                     "\"k\": v",
                                     "- - a",
                                     "  - - b: 1",
                                     "      c: 2",
                                     "-",
                                     "a:b",
                                     "kind:",
                                     "12345678901234567890: x",
                                     "  name:",
                                     "...",
                                     "--- x",
                                     "? a",
                                     "e: f:",
                                     "\tg: h",
                                     "'a': |+"};
  uint32_t seed = 7;
  const auto next = [&seed] { return seed = seed * 1664525 + 1013904223, seed >> 16; };
  int glances = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::vector<absl::string_view> document;
    for (uint32_t n = next() % 7 + 1; n > 0; --n) document.push_back(lines[next() % std::size(lines)]);
    const std::string text = absl::StrJoin(document, "\n");
    const auto glance = internal::GlanceAtManifest(text);
    if (!glance) continue;
    ++glances;
    ASSERT_EQ(ShowHead(*glance), ShowHead(internal::ReadManifestWhole(text, Limits()))) << text;
  }
  EXPECT_GT(glances, 500);
}

TEST(ManifestHead, AGlanceIsEnoughForUsualManifests) {
  EXPECT_TRUE(internal::GlanceAtManifest("---x: 1") == absl::nullopt);
  EXPECT_TRUE(
      internal::GlanceAtManifest("# Source\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: \"a\"\n"
                                 "spec:\n  template:\n    spec:\n      containers:\n        - name: x\n"
                                 "          args:\n          - --flag=1\n          - -c\n"
                                 "          image: a/b:c@sha256:0f\n      volumes: []\n")
          .has_value());
}

}  // namespace
}  // namespace devstats::chart
