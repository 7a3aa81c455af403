#include "coordinator/release/objects/value_json.h"

#include <cmath>

#include "common/status.h"

namespace devstats::release {
namespace {

absl::StatusOr<Json> Number(double value) {
  if (!std::isfinite(value)) return absl::InvalidArgumentError(".inf and .nan have no place in JSON");
  constexpr double kInt64End = 9223372036854775808.0;  // 2^63
  if (value == std::trunc(value) && value >= -kInt64End && value < kInt64End) {
    return Json(static_cast<int64_t>(value));
  }
  return Json(value);
}

absl::StatusOr<Json> Array(const chart::List& list) {
  Json::array_t out;
  out.reserve(list.size());
  for (const chart::Value& item : list) {
    ASSIGN_OR_RETURN(Json value, JsonOf(item));
    out.push_back(std::move(value));
  }
  return Json(std::move(out));
}

absl::StatusOr<Json> Object(const chart::Map& map) {
  Json::object_t out;
  for (const auto& [key, item] : map) {  // in the order of the keys already
    ASSIGN_OR_RETURN(Json value, JsonOf(item));
    out.emplace_hint(out.end(), key, std::move(value));
  }
  return Json(std::move(out));
}

}  // namespace

absl::StatusOr<Json> JsonOf(const chart::Value& value) {
  switch (value.kind()) {
    case chart::Kind::kBool:
      return Json(value.bool_value());
    case chart::Kind::kInt:
      return Json(value.int_value());
    case chart::Kind::kUint:
      return Json(value.uint_value());
    case chart::Kind::kFloat:
      return Number(value.float_value());
    case chart::Kind::kString:
      return Json(std::string(value.text()));
    case chart::Kind::kList:
      return value.IsNull() ? Json() : Array(value.list());
    case chart::Kind::kMap:
      return value.IsNull() ? Json() : Object(value.map());
    default:
      return Json();
  }
}

}  // namespace devstats::release
