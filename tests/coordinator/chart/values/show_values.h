// Values as text that tells types apart: {a: 1, b: "x", c: int64 2, d: null}; plain numbers are float64.
#pragma once
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"
#include "tests/coordinator/chart/short_values.h"

namespace devstats::chart::valuetest {

using namespace shortvalues;

inline std::string Show(const Value& value) {
  const auto entry = [](std::string* out, const auto& e) {
    absl::StrAppend(out, e.first, ": ", Show(e.second));
  };
  const auto item = [](std::string* out, const Value& v) { out->append(Show(v)); };
  if (value.IsNil()) return "null";
  if (value.Is(Kind::kMap)) return absl::StrCat("{", absl::StrJoin(value.map(), ", ", entry), "}");
  if (value.Is(Kind::kList)) return absl::StrCat("[", absl::StrJoin(value.list(), ", ", item), "]");
  if (value.Is(Kind::kString)) return Quote(value.text());
  if (value.Is(Kind::kInt)) return absl::StrCat(TypeName(value), " ", ToText(value));
  return ToText(value);
}

}  // namespace devstats::chart::valuetest
