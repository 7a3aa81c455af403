// What the templates of these tests reach: a few functions with every kind of parameter, and a dot with a map
// that has methods, a struct and a pointer to one.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/template/template.h"
#include "coordinator/chart/value/value.h"
#include "tests/coordinator/chart/fixed_environment.h"

namespace devstats::chart {

// list dict upper repeat i64 u64 f64 boo join hasKey set strlist strmap first nop bytes ident fail include
// tpl.
const FunctionTable& TemplateFunctions();

// {"Values": a map with methods, "Obj": a struct, "Ptr": a pointer to another}. Of Values:
// a: {b: {c: deep}}  n: 3  f: 1.5  name: moss  nul: null  list: [1, x, null, {k: v}]
Value TemplateDot();

// The first text, named "t", executed; the others are "u", "v" ... What was printed, or the error.
absl::StatusOr<std::string> ExecuteTexts(const std::vector<std::string>& texts, const Limits& limits = {});
// The same as one text: an error begins with "! ".
std::string Rendered(const std::string& text);
std::string Rendered(const std::vector<std::string>& texts);

// What text/template of Go 1.26 makes of a template that may call the same functions.
struct RenderedCase {
  const char* text;
  const char* result;
};

}  // namespace devstats::chart
