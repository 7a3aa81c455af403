#include <set>

#include "absl/strings/match.h"
#include "common/yaml.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr devstats::YamlOptions kYamlLimits{
    .max_bytes = 2048, .max_depth = 8, .max_nodes = 200, .allow_aliases = true};

// Counts the nodes; keys are unique, depth is limited, everything has its place.
size_t CheckYamlTree(const devstats::YamlNode& node, int depth) {
  REQUIRE(depth <= kYamlLimits.max_depth);
  REQUIRE(node.mark.line >= 1 && node.mark.column >= 1);
  size_t nodes = 1;
  const int below = depth + 1;
  for (const devstats::YamlNode& item : node.items)
    nodes += CheckYamlTree(item, item.IsScalar() ? depth : below);
  std::set<std::string> keys;
  for (const devstats::YamlEntry& entry : node.entries) {
    REQUIRE(keys.insert(entry.key).second);
    REQUIRE(node.Find(entry.key) == &entry.value);
    nodes += CheckYamlTree(entry.value, entry.value.IsScalar() ? depth : below);
  }
  return nodes;
}

}  // namespace

FUZZ_TARGET(yaml) {
  const auto documents = devstats::ParseYamlStream(input, "f", kYamlLimits);
  if (!documents.ok()) {
    REQUIRE(absl::IsInvalidArgument(documents.status()));
    REQUIRE(absl::StartsWith(documents.status().message(), "f:"));
    REQUIRE(!absl::StrContains(documents.status().message(), '\n'));
    return;
  }
  size_t nodes = 0;
  for (const devstats::YamlNode& document : *documents) nodes += CheckYamlTree(document, 0);
  REQUIRE(nodes <= kYamlLimits.max_nodes);
  REQUIRE(documents->size() <= 1 || !devstats::ParseYaml(input, "f", kYamlLimits).ok());
}
