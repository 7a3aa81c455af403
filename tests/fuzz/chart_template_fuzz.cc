#include "absl/strings/match.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/template/usage.h"
#include "tests/coordinator/chart/fixed_environment.h"
#include "tests/fuzz/fuzz.h"

namespace {

// Small enough that no input takes long.
devstats::chart::Limits TemplateLimits() {
  devstats::chart::Limits limits;
  limits.recursion = 20;
  limits.steps = 20'000;
  limits.output_bytes = 1 << 16;
  limits.list_items = 1000;
  limits.parse_depth = 50;
  return limits;
}

devstats::chart::Value TemplateData() {
  using devstats::chart::Value;
  Value values = Value::MakeMap({{"name", Value::String("moss")},
                                 {"n", Value::Float(3)},
                                 {"i", Value::Int64(7)},
                                 {"list", Value::MakeList({Value::Float(1), Value::String("b"), Value()})},
                                 {"map", Value::MakeMap({{"a", Value::Bool(true)}, {"b", Value()}})}});
  return Value::MakeMap({{"Values", values}});
}

}  // namespace

// Whatever the source: an error that names the template, or text within the limits; twice the same.
FUZZ_TARGET(chart_template) {
  using namespace devstats::chart;
  const FixedEnvironment environment(TemplateLimits());
  TemplateSet set(AllFunctions(), environment.limits());
  const absl::Status parsed = set.Parse("t", input);
  if (!parsed.ok()) {
    REQUIRE(absl::StartsWith(parsed.message(), "template: "));
    return;
  }
  std::string first, second;
  Usage usage(environment.limits()), again(environment.limits());
  const absl::Status done = set.Execute("t", TemplateData(), environment, usage, first);
  const absl::Status repeated =
      FixedEnvironment::Same(set, "t", TemplateData(), TemplateLimits(), again, second);
  REQUIRE(done == repeated);
  REQUIRE(first == second);
  REQUIRE(first.size() <= environment.limits().output_bytes);
}
