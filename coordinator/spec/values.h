// One value of cluster.yaml, read strictly as the type of its key.
#pragma once
#include <map>
#include <string>

#include "common/yaml.h"
#include "coordinator/spec/report.h"
#include "coordinator/spec/schema.h"

namespace devstats::spec {

constexpr size_t kMostItems = 1000;  // of a list or mapping

// Where a value stands (of a default: where the section around it does), and whether it could be read.
struct Place {
  YamlMark mark;
  bool good = false;
};
// By path in the file: "nodes[2].disks[1]", "contexts.test.namespace". A default has its place too.
using Places = std::map<std::string, Place>;

// Reads one value: what is wrong goes to report, where it stands to places. False when anything was wrong.
// Not for sections.
bool ReadValue(const Key& key, const YamlNode& node, const std::string& path, Value& value, Places& places,
               Report& report);

// False, and told, when no value is there or a tag stands before it.
bool IsUsable(const YamlNode& node, const std::string& path, Report& report);
// "a mapping", "a list", "text "x"", for messages.
std::string KindOf(const YamlNode& node);
// "what; hint", or what alone.
std::string WithHint(const std::string& what, absl::string_view hint);
// "for example KEY: VALUE", empty when the key has no example of one line.
std::string ForExample(const Key& key);

}  // namespace devstats::spec
