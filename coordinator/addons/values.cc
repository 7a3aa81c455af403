#include "coordinator/addons/values.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml_resolve.h"

namespace devstats::addons {
namespace {

absl::StatusOr<Json> Scalar(const YamlNode& node) {
  using chart::internal::YamlTag;
  if (node.style != YamlNode::Style::kPlain) return Json(node.value);
  const chart::internal::Resolved resolved = chart::internal::ResolvePlain(node.value);
  switch (resolved.tag) {
    case YamlTag::kNull:
      return Json();
    case YamlTag::kBool:
      return Json(resolved.value.bool_value());
    case YamlTag::kInt:
      if (resolved.value.Is(chart::Kind::kUint)) return Json(resolved.value.uint_value());
      return Json(resolved.value.int_value());
    case YamlTag::kFloat:
      if (std::isfinite(resolved.value.float_value())) return Json(resolved.value.float_value());
      return absl::InvalidArgumentError(
          absl::StrCat("line ", node.mark.line, ": ", node.value, " has no place in the values of a chart"));
    default:
      return Json(node.value);
  }
}

absl::StatusOr<Json> Tree(const YamlNode& node) {
  if (node.IsScalar()) return Scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YamlNode& item : node.items) {
      ASSIGN_OR_RETURN(Json value, Tree(item));
      list.push_back(std::move(value));
    }
    return list;
  }
  Json map = Json::object();
  for (const YamlEntry& entry : node.entries) {
    ASSIGN_OR_RETURN(map[entry.key], Tree(entry.value));
  }
  return map;
}

}  // namespace

absl::StatusOr<Json> ValuesOf(const YamlNode& tree) {
  if (tree.IsNull()) return Json::object();
  return Tree(tree);
}

Json Over(const Json& base, const Json& over) {
  if (!base.is_object() || !over.is_object()) return over;
  Json merged = base;
  for (const auto& [key, value] : over.items()) {
    const auto there = merged.find(key);
    merged[key] = there == merged.end() ? value : Over(*there, value);
  }
  return merged;
}

absl::StatusOr<chart::Value> ToChart(const Json& values, const chart::Limits& limits) {
  return chart::ReadJsonMap(values.dump(), limits);
}

}  // namespace devstats::addons
