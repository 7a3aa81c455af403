// Calls functions on text, secrets and dates by their names, as a template does.
#pragma once
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/time_value.h"
#include "coordinator/chart/value/format.h"
#include "tests/coordinator/chart/functions/fixed_call.h"

namespace devstats::chart::texttest {

class TextCall : public FixedCall {
 public:
  TextCall() { world.all_limits.output_bytes = 8 << 20; }
};

inline Value ToArgument(Value value) { return value; }
inline Value ToArgument(int number) { return Value::Int(number); }
inline Value ToArgument(absl::string_view text) { return Value::String(text); }
inline Value ToArgument(const char* text) { return Value::String(text); }
inline Value ToArgument(const std::string& text) { return Value::String(text); }
inline Value ToArgument(bool truth) { return Value::Bool(truth); }

inline const Function* FindFunction(absl::string_view name) {
  for (const auto& table : {StringFunctions(), RegexFunctions(), PathFunctions(), CryptoFunctions(),
                            CertificateFunctions(), RandomFunctions(), DateFunctions()})
    for (const Function& function : table)
      if (function.name == name) return &function;
  return nullptr;
}

// A method when the name begins with a dot.
template <typename... T>
absl::StatusOr<Value> CallIn(Call& call, absl::string_view name, const T&... arguments) {
  List list = {ToArgument(arguments)...};
  const Function* function = name[0] == '.' ? list[0].type()->Method(name.substr(1)) : FindFunction(name);
  if (!function) return absl::NotFoundError(absl::StrCat("no function ", name));
  for (size_t i = 0; i < list.size(); ++i) {  // as text/template converts constants
    const Type* type = function->parameters[std::min(i, function->parameters.size() - 1)];
    if (type && type->kind == Kind::kInt) list[i] = Value::Int(list[i].int_value(), *type);
    if (type && type->kind == Kind::kUint)
      list[i] = Value::Uint(static_cast<uint64_t>(list[i].int_value()), *type);
  }
  return function->call(call, list);
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

}  // namespace devstats::chart::texttest
