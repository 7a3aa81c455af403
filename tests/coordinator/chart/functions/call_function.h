// Calls functions by their names, as a template does, and prints what comes of it.
#pragma once
#include <algorithm>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/value/format.h"
#include "tests/coordinator/chart/functions/fixed_call.h"
#include "tests/coordinator/chart/short_values.h"

namespace devstats::chart::functest {

using namespace shortvalues;

class TextCall : public FixedCall {
 public:
  TextCall() { world.all_limits.output_bytes = 8 << 20; }
};

// A method when the name begins with a dot. Numbers become what is wanted, as text/template converts
// constants.
inline absl::StatusOr<Value> Invoke(Call& call, absl::string_view name, List arguments) {
  const Function* function =
      name[0] == '.' ? arguments[0].type()->Method(name.substr(1)) : AllFunctions().Find(name);
  if (!function) return absl::NotFoundError(absl::StrCat("no function ", name));
  for (size_t i = 0; i < arguments.size(); ++i) {
    Value& argument = arguments[i];
    const Type* type = function->parameters[std::min(i, function->parameters.size() - 1)];
    if (!type || !argument.Is(Kind::kInt)) continue;
    if (type->kind == Kind::kInt) argument = Value::Int(argument.int_value(), *type);
    if (type->kind == Kind::kUint) argument = Value::Uint(static_cast<uint64_t>(argument.int_value()), *type);
  }
  return function->call(call, arguments);
}

// "TYPE: text", or "ERR message".
inline std::string Shown(const absl::StatusOr<Value>& result) {
  if (!result.ok()) return absl::StrCat("ERR ", result.status().message());
  return absl::StrCat(TypeName(*result), ": ", ToText(*result), result->IsNull() ? " (null)" : "");
}

inline std::string Outcome(absl::string_view name, const List& arguments) {
  FixedCall call;
  return Shown(Invoke(call, name, arguments));
}

struct Row {
  const char* function;
  List arguments;
  const char* shown;
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.function << " gives " << row.shown; }

// The same with C++'s values for arguments.
inline Value ToArgument(Value value) { return value; }
inline Value ToArgument(int number) { return Value::Int(number); }
inline Value ToArgument(absl::string_view text) { return Value::String(text); }
inline Value ToArgument(const char* text) { return Value::String(text); }
inline Value ToArgument(const std::string& text) { return Value::String(text); }
inline Value ToArgument(bool truth) { return Value::Bool(truth); }

template <typename... T>
absl::StatusOr<Value> CallIn(Call& call, absl::string_view name, const T&... arguments) {
  return Invoke(call, name, {ToArgument(arguments)...});
}

template <typename... T>
Value Get(absl::string_view name, const T&... arguments) {
  TextCall call;
  return *CallIn(call, name, arguments...);
}

// What it prints, or "ERROR: message".
template <typename... T>
std::string Printed(absl::string_view name, const T&... arguments) {
  TextCall call;
  const absl::StatusOr<Value> result = CallIn(call, name, arguments...);
  return result.ok() ? ToText(*result) : absl::StrCat("ERROR: ", result.status().message());
}

}  // namespace devstats::chart::functest
