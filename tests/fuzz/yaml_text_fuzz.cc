#include <algorithm>

#include "agent/resources/yaml_text.h"
#include "tests/fuzz/fuzz.h"

namespace {

// Numbers that are not integers become text on the way back: these files have none.
bool IsWithoutFractions(const devstats::Json& value) {
  if (value.is_structured()) return std::ranges::all_of(value, IsWithoutFractions);
  return !value.is_number_float() && !(value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX);
}

}  // namespace

// What we write for others is read as what we meant.
FUZZ_TARGET(yaml_text) {
  const auto json = devstats::ParseJson(input, 16);
  if (!json.ok() || !IsWithoutFractions(*json)) return;
  const auto read = devstats::ParseYaml(devstats::agent::YamlText(*json), "f");
  REQUIRE(read.ok());
  REQUIRE(devstats::agent::FromYaml(*read) == *json);
}
