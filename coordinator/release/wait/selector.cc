#include "coordinator/release/wait/selector.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/kube/object.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;

constexpr absl::string_view kSelecting[] = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"};

std::vector<std::string> Values(const Json& expression) {
  std::vector<std::string> out;
  for (const Json& value : At(expression, {"values"})) {
    if (value.is_string()) out.push_back(value);
  }
  return out;
}

bool Holds(const Json& expression, const Json& labels) {
  const std::string key = TextAt(expression, {"key"}), op = TextAt(expression, {"operator"});
  const Json& label = At(labels, {key.c_str()});
  if (op == "Exists") return !label.is_null();
  if (op == "DoesNotExist") return label.is_null();
  const std::vector<std::string> values = Values(expression);
  const bool in =
      label.is_string() && std::find(values.begin(), values.end(), label.get<std::string>()) != values.end();
  return in == (op == "In");
}

}  // namespace

Json PodSelectorOf(const Json& object) {
  const std::string kind = TextAt(object, {"kind"});
  const Json& selector = At(object, {"spec", "selector"});
  if (kind == "ReplicationController") return selector.empty() ? Json() : Json{{"matchLabels", selector}};
  if (std::find(std::begin(kSelecting), std::end(kSelecting), kind) == std::end(kSelecting)) return {};
  const bool selects = !At(selector, {"matchLabels"}).empty() || !At(selector, {"matchExpressions"}).empty();
  if (selects) return selector;
  if (kind != "Job") return {};
  return {{"matchLabels", {{"job-name", TextAt(object, {"metadata", "name"})}}}};
}

std::string SelectorText(const Json& selector) {
  std::vector<std::string> terms;
  const Json& labels = At(selector, {"matchLabels"});
  for (const auto& [key, value] : labels.items()) {
    if (value.is_string()) terms.push_back(absl::StrCat(key, "=", value.get<std::string>()));
  }
  for (const Json& expression : At(selector, {"matchExpressions"})) {
    const std::string key = TextAt(expression, {"key"}), op = TextAt(expression, {"operator"});
    const std::string values = absl::StrCat(" (", absl::StrJoin(Values(expression), ","), ")");
    terms.push_back(op == "Exists"         ? key
                    : op == "DoesNotExist" ? "!" + key
                                           : absl::StrCat(key, op == "In" ? " in" : " notin", values));
  }
  return absl::StrJoin(terms, ",");
}

bool Selects(const Json& selector, const Json& labels) {
  const Json& wanted = At(selector, {"matchLabels"});
  const Json& expressions = At(selector, {"matchExpressions"});
  if (wanted.empty() && expressions.empty()) return false;
  for (const auto& [key, value] : wanted.items()) {
    if (At(labels, {key.c_str()}) != value) return false;
  }
  return std::all_of(expressions.begin(), expressions.end(),
                     [&](const Json& expression) { return Holds(expression, labels); });
}

}  // namespace devstats::release
