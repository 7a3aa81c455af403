// Presets: many values of an environment under one name. What the file itself says stands over them.
#pragma once
#include <string>
#include <vector>

#include "common/yaml.h"

namespace devstats::spec {

struct PresetValue {
  const char* key;       // below the environment: "patroni.ttl"
  const char* value;     // as YAML
  const char* was;       // in the old procedure; nullptr: the same
  const char* why = "";  // of a correction
};

std::vector<std::string> PresetNames();  // "demo"
// The small machines of the old procedure.
const std::vector<PresetValue>& DemoValues();
// What `explain` tells of it: each value, and each correction with its reason.
std::string PresetTable();

// Puts the values of the preset that an environment names into its section, as if they stood where the preset
// is named. Whatever is wrong in the file stays as it is, for the reader to tell.
void ApplyPresets(YamlNode* root);

}  // namespace devstats::spec
