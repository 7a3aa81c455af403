// The functions that the language has of its own (https://pkg.go.dev/text/template#hdr-Functions).
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/template/operand.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart::tpl {

using BuiltinArguments = absl::Span<const Argument>;

// One that looks at what kind of nil an argument is, or that does not evaluate all of them.
struct Builtin {
  absl::string_view name;
  int fixed;  // arguments that there must be
  bool variadic;
  enum class Kind : uint8_t { kAnd, kOr, kCall, kOther } kind = Kind::kOther;
  absl::StatusOr<Value> (*call)(BuiltinArguments arguments) = nullptr;  // of kOther
};

// nullptr: none of that name. Every builtin is found by one of them.
const Builtin* FindBuiltin(absl::string_view name);
const Function* FindBuiltinFunction(absl::string_view name);

// The error that `call` of something that is no function gives; values never are.
absl::Status CallOfNonFunction(absl::string_view name, const Value& function);

// Comparisons, by what Go compares.
absl::StatusOr<Value> Equal(BuiltinArguments arguments);
absl::StatusOr<Value> NotEqual(BuiltinArguments arguments);
absl::StatusOr<Value> Less(BuiltinArguments arguments);
absl::StatusOr<Value> LessOrEqual(BuiltinArguments arguments);
absl::StatusOr<Value> Greater(BuiltinArguments arguments);
absl::StatusOr<Value> GreaterOrEqual(BuiltinArguments arguments);

std::string EscapeHtml(absl::string_view text);
std::string EscapeJs(absl::string_view text);
std::string EscapeQuery(absl::string_view text);

}  // namespace devstats::chart::tpl
