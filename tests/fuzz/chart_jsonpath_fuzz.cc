#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/jsonpath/jsonpath.h"
#include "tests/fuzz/fuzz.h"

// Whatever the template: an error with words, or text within the limits; twice the same.
FUZZ_TARGET(chart_jsonpath) {
  using namespace devstats::chart;
  Limits limits;
  limits.steps = 20'000;
  limits.value_bytes = 1 << 16;
  limits.jsonpath_bytes = 4096;
  limits.jsonpath_values = 1000;
  const auto path = JsonPath::Parse(input, limits);
  if (!path.ok()) {
    REQUIRE(!path.status().message().empty());
    return;
  }
  const Value values = *ReadYaml(
      "{s: moss, i: 3, t: true, z: ~, 'a.b': 1, m: {a: {b: [1, [2]]}}, l: [{name: x, i: 1}, {name: y}]}",
      limits);
  const auto first = path->Execute(values, limits), second = path->Execute(values, limits);
  REQUIRE(first.status() == second.status());
  REQUIRE(first.ok() ? first->size() <= limits.value_bytes && *first == *second
                     : !first.status().message().empty());
}
