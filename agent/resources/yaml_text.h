// Our own YAML for files that others read: block style, keys sorted, strings quoted wherever a reader could
// take them for something else. And the reverse, for files of which we own only some entries.
#pragma once
#include <string>

#include "common/digest.h"
#include "common/yaml.h"

namespace devstats::agent {

// One document, with a final line feed and no "---".
std::string YamlText(const Json& value);

// Plain scalars that are null, true, false or decimal integers become such; all others stay text.
Json FromYaml(const YamlNode& node);

}  // namespace devstats::agent
