#include "absl/strings/match.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/manifest_head.h"
#include "coordinator/chart/data/yaml.h"
#include "tests/fuzz/fuzz.h"

namespace {

devstats::chart::Limits DataLimits() {
  devstats::chart::Limits limits;
  limits.document_depth = 50;
  limits.document_nodes = 10'000;
  return limits;
}

}  // namespace

// What is read is written as YAML that reads as the same value; and the quick look at a manifest's head finds
// the same errors as the whole reading.
FUZZ_TARGET(chart_yaml) {
  using namespace devstats::chart;
  const Limits limits = DataLimits();
  const auto value = ReadYaml(input, limits);
  const auto head = ReadManifestHead(input, limits);
  if (!value.ok()) {
    REQUIRE(!head.ok());
    REQUIRE(head.status().message() == value.status().message());
    return;
  }
  const auto yaml = WriteYaml(*value);
  if (!yaml.ok()) return;  // bytes that are no UTF-8, say
  const auto again = ReadYaml(*yaml, limits);
  REQUIRE(again.ok());
  const auto json = WriteJson(*value);
  REQUIRE(json.ok());
  const auto from_json = ReadJson(*json, limits);
  REQUIRE(from_json.ok());
  REQUIRE(DeepEqual(*value, *from_json));
  // toYaml reads its own JSON as YAML, as Helm's does: there these are line breaks, which fold to blanks.
  for (const char* line_break : {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\\u2028", "\\u2029"})
    if (absl::StrContains(*json, line_break)) return;
  REQUIRE(DeepEqual(*value, *again));
}
