// Reads the tree of a cluster.yaml by the table of keys into a Draft. What is wrong with a value by itself is
// found here; what is wrong between values, by checks.h.
#pragma once
#include "common/yaml.h"
#include "coordinator/spec/report.h"
#include "coordinator/spec/schema.h"
#include "coordinator/spec/values.h"

namespace devstats::spec {

// Fills draft and places with all that could be read; adds to report what could not.
void ReadSpec(const YamlNode& root, Draft& draft, Places& places, Report& report);

// The same for what stands below one key of the table alone, in a file of its own; `path` is what messages
// call it.
void ReadKey(absl::string_view key, const YamlNode& node, const std::string& path, Draft& draft,
             Places& places, Report& report);

}  // namespace devstats::spec
