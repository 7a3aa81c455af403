// Short names of Go's values, for tables.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::shortvalues {

inline Value I(int64_t n) { return Value::Int(n); }
inline Value F(double n) { return Value::Float(n); }
inline Value S(absl::string_view text) { return Value::String(text); }
inline Value L(List items) { return Value::MakeList(std::move(items)); }
inline Value M(Map entries) { return Value::MakeMap(std::move(entries)); }
inline Value Texts(const std::vector<std::string>& items) { return Value::StringList(items); }

}  // namespace devstats::chart::shortvalues
