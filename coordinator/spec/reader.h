// Reads the tree of a cluster.yaml by the table of keys into a Draft. What is wrong with a value by itself is
// found here; what is wrong between values, by checks.h.
#pragma once
#include <map>
#include <string>

#include "common/yaml.h"
#include "coordinator/spec/report.h"
#include "coordinator/spec/schema.h"

namespace devstats::spec {

// Where each value stands, by its path in the file ("nodes[2].disks[1]", "contexts.test.namespace"; of a
// default, the section around it).
using Marks = std::map<std::string, YamlMark>;

// Fills draft and marks with all that could be read; adds to report what could not.
void ReadSpec(const YamlNode& root, Draft& draft, Marks& marks, Report& report);

// Reads one value as the type of the key: what is wrong goes to report. False when anything was. `path` is
// only for messages and marks. Not for sections.
bool ReadValue(const Key& key, const YamlNode& node, const std::string& path, Value& value, Marks& marks,
               Report& report);

}  // namespace devstats::spec
