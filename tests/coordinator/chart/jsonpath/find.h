// What a JSONPath template prints of values, as one text: errors begin with "! ", those of parsing with "!!
// ".
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/jsonpath/jsonpath.h"
#include "gtest/gtest.h"

namespace devstats::chart {

inline std::string FoundIn(absl::string_view yaml, absl::string_view text, const Limits& limits = Limits()) {
  const auto path = JsonPath::Parse(text, limits);
  if (!path.ok()) return absl::StrCat("!! ", path.status().message());
  const auto values = ReadYaml(yaml, Limits());
  if (!values.ok()) return std::string(values.status().message());
  const auto found = path->Execute(*values, limits);
  return found.ok() ? *found : absl::StrCat("! ", found.status().message());
}

using JsonPathCases = std::vector<std::pair<absl::string_view, absl::string_view>>;
inline void ExpectFound(absl::string_view yaml, const JsonPathCases& cases) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(FoundIn(yaml, text), expected) << text;
}

}  // namespace devstats::chart
