// [?(left==right)]
#include <utility>

#include "common/status.h"
#include "coordinator/chart/jsonpath/errors.h"
#include "coordinator/chart/jsonpath/walker.h"
#include "coordinator/chart/template/builtins.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::jsonpath {
namespace {

constexpr size_t kMostShown = 1024;  // of a value in an error

bool IsBasic(const Value& value) { return value.kind() >= Kind::kBool && value.kind() <= Kind::kString; }

absl::StatusOr<bool> Compare(absl::string_view op, const Value& left, const Value& right) {
  using Comparison = absl::StatusOr<Value> (*)(tpl::BuiltinArguments);
  static constexpr std::pair<absl::string_view, Comparison> kComparisons[] = {
      {"==", &tpl::Equal},  {"!=", &tpl::NotEqual},    {"<", &tpl::Less},
      {">", &tpl::Greater}, {"<=", &tpl::LessOrEqual}, {">=", &tpl::GreaterOrEqual}};
  for (const auto& [name, compare] : kComparisons) {
    if (op != name) continue;
    // Unlike in templates, nothing equals nil.
    if (!IsBasic(left) || !IsBasic(right)) return Error("invalid type for comparison");
    ASSIGN_OR_RETURN(const Value result, compare({{left}, {right}}));
    return result.bool_value();
  }
  return Error("unrecognized filter operator ", op);
}

}  // namespace

absl::Status Walker::Filter(const Node& filter, List& values) {
  List found;
  for (const Value& value : values) {
    if (!value.Is(Kind::kList))
      return Error(ToText(value, kMostShown), " is not array or slice and cannot be filtered");
    for (const Value& item : value.list()) {
      ASSIGN_OR_RETURN(const bool passes, Passes(filter, item));
      if (passes) RETURN_IF_ERROR(Keep(item, found));
    }
  }
  values = std::move(found);
  return absl::OkStatus();
}

absl::StatusOr<bool> Walker::Passes(const Node& filter, const Value& item) {
  RETURN_IF_ERROR(CountSteps(1));
  List sides[] = {{item}, {item}};
  for (size_t i = 0; i < filter.paths.size(); ++i) {
    const absl::Status status = Walk(filter.paths[i], sides[i]);
    if (filter.name.empty() && !absl::IsResourceExhausted(status)) return !sides[i].empty();
    RETURN_IF_ERROR(status);
    if (sides[i].empty()) return false;
    if (sides[i].size() > 1) return Error("can only compare one element at a time");
  }
  return Compare(filter.name, sides[0][0], sides[1][0]);
}

}  // namespace devstats::chart::jsonpath
