// Calls a function as a template does, and prints what comes of it.
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/value/format.h"
#include "tests/coordinator/chart/functions/fixed_call.h"
#include "tests/coordinator/chart/short_values.h"

namespace devstats::chart::functest {

using namespace shortvalues;

inline absl::StatusOr<Value> Invoke(Call& call, absl::Span<const Function> functions, absl::string_view name,
                                    const List& arguments) {
  for (const Function& function : functions)
    if (function.name == name) return function.call(call, arguments);
  return absl::NotFoundError(absl::StrCat("no function ", name));
}

// "TYPE: text", or "ERR message".
inline std::string Shown(const absl::StatusOr<Value>& result) {
  if (!result.ok()) return absl::StrCat("ERR ", result.status().message());
  return absl::StrCat(TypeName(*result), ": ", ToText(*result), result->IsNull() ? " (null)" : "");
}

inline std::string Outcome(absl::Span<const Function> functions, absl::string_view name,
                           const List& arguments) {
  FixedCall call;
  return Shown(Invoke(call, functions, name, arguments));
}

struct Row {
  const char* function;
  List arguments;
  const char* shown;
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.function << " gives " << row.shown; }

}  // namespace devstats::chart::functest
