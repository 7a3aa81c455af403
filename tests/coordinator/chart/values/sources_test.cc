#include "coordinator/chart/values/sources.h"

#include "gtest/gtest.h"
#include "tests/coordinator/chart/values/show_values.h"

namespace devstats::chart {
namespace {

absl::StatusOr<std::string> SourceNamed(const std::string& path) {
  if (path == "base.yaml") return std::string("a: 1\nm: {v: 1, w: 1}\n");
  if (path == "over.yaml") return std::string("m: {w: 2}\n");
  if (path == "broken.yaml") return std::string("a: [");
  if (path == "text") return std::string("from a file\n");
  return absl::NotFoundError(absl::StrCat("open ", path, ": no such file or directory"));
}

std::string MergedSources(const ValueSources& sources) {
  const auto merged = sources.Merge(SourceNamed, Limits());
  return merged.ok() ? valuetest::Show(*merged) : absl::StrCat("ERR ", merged.status().message());
}

TEST(ValueSources, ByKindWhateverTheOrderGiven) {
  EXPECT_EQ(MergedSources({}), "{}");
  EXPECT_EQ(MergedSources({.files = {"base.yaml", "over.yaml"}}), "{a: 1, m: {v: 1, w: 2}}");
  EXPECT_EQ(MergedSources({.files = {"base.yaml"}, .set_json = {"m={\"v\":7}"}, .set = {"a=2"}}),
            "{a: int64 2, m: {v: 7}}");
  EXPECT_EQ(MergedSources({.set = {"a=1", "a=2"}, .set_string = {"a=3"}}), "{a: \"3\"}");
  EXPECT_EQ(MergedSources({.set_string = {"a=3"}, .set_file = {"a=text"}}), "{a: \"from a file\\n\"}");
  EXPECT_EQ(MergedSources({.set_file = {"a=text"}, .set_literal = {"a=b,c=d"}}), "{a: \"b,c=d\"}");
}

TEST(ValueSources, ErrorsNameTheSource) {
  EXPECT_EQ(MergedSources({.files = {"absent.yaml"}}), "ERR open absent.yaml: no such file or directory");
  EXPECT_EQ(MergedSources({.files = {"broken.yaml"}}).substr(0, 35), "ERR failed to parse broken.yaml: er");
  EXPECT_EQ(MergedSources({.set_json = {"a={"}}), "ERR failed parsing --set-json data a={");
  EXPECT_EQ(MergedSources({.set = {"a[b"}}).substr(0, 29), "ERR failed parsing --set data");
  EXPECT_EQ(MergedSources({.set_file = {"a=absent"}}).substr(0, 34), "ERR failed parsing --set-file data");
}

}  // namespace
}  // namespace devstats::chart
