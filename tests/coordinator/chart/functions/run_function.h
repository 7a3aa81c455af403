// Calls a function as a template does, and prints what comes of it.
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::functest {

class FixedEnvironment : public Environment {
 public:
  Random& random() const override { std::abort(); }
  absl::Time Now() const override { return absl::UnixEpoch(); }
  absl::TimeZone zone() const override { return absl::UTCTimeZone(); }
  Lookup* lookup() const override { return cluster; }
  const Limits& limits() const override { return limits_of_all; }
  bool lint() const override { return is_lint; }

  Limits limits_of_all;
  Lookup* cluster = nullptr;
  bool is_lint = false;
};

class FixedCall : public Call {
 public:
  const Environment& environment() const override { return world; }
  absl::Status Spend(size_t bytes) override {
    spent += bytes;
    if (spent <= world.limits_of_all.output_bytes) return absl::OkStatus();
    return absl::ResourceExhaustedError("too much");
  }
  absl::StatusOr<std::string> Include(absl::string_view name, const Value& data) override {
    return absl::StrCat("include ", name, " ", ToText(data));
  }
  absl::StatusOr<std::string> Expand(absl::string_view text, const Value& data) override {
    return absl::StrCat("tpl ", text, " ", ToText(data));
  }

  FixedEnvironment world;
  size_t spent = 0;
};

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

// Short names of Go's values.
inline Value I(int64_t n) { return Value::Int(n); }
inline Value F(double n) { return Value::Float(n); }
inline Value S(absl::string_view text) { return Value::String(text); }
inline Value L(List items) { return Value::MakeList(std::move(items)); }
inline Value M(Map entries) { return Value::MakeMap(std::move(entries)); }
inline Value Texts(const std::vector<std::string>& items) { return Value::StringList(items); }

struct Row {
  const char* function;
  List arguments;
  const char* shown;
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.function << " gives " << row.shown; }

}  // namespace devstats::chart::functest
