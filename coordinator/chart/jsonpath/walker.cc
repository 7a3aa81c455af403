#include "coordinator/chart/jsonpath/walker.h"

#include <algorithm>
#include <utility>

#include "common/status.h"
#include "coordinator/chart/jsonpath/errors.h"

namespace devstats::chart::jsonpath {

absl::Status Walker::Walk(const Path& path, List& values) {
  for (const Node& node : path) {
    RETURN_IF_ERROR(CountSteps(values.size() + 1));
    RETURN_IF_ERROR(Apply(node, values));
  }
  return absl::OkStatus();
}

absl::Status Walker::Apply(const Node& node, List& values) {
  switch (node.kind) {
    case NodeKind::kText:
      values = {node.value};
      return absl::OkStatus();
    case NodeKind::kConstant:
      std::fill(values.begin(), values.end(), node.value);
      return absl::OkStatus();
    case NodeKind::kField:
      return Field(node.name, values);
    case NodeKind::kWord:
      return Word(node.name, values);
    case NodeKind::kSlice:
      return Items(node.slice, values);
    case NodeKind::kWildcard:
      return Wildcard(values);
    case NodeKind::kRecursive:
      return Descend(values);
    case NodeKind::kUnion:
      return Union(node.paths, values);
    case NodeKind::kFilter:
      return Filter(node, values);
  }
  return absl::OkStatus();
}

absl::Status Walker::Field(const std::string& name, List& values) {
  if (values.empty()) return absl::OkStatus();
  List found;
  for (const Value& value : values)
    if (const Value* entry = value.Find(name)) found.push_back(*entry);
  values = std::move(found);
  return values.empty() ? Error(name, " is not found") : absl::OkStatus();
}

absl::Status Walker::Word(const std::string& word, List& values) {
  if (word == "range") {
    ++ranges_.to_begin;
    return absl::OkStatus();
  }
  if (word != "end") return Error("unrecognized identifier ", word);
  values.clear();
  if (ranges_.open == 0) return Error("not in range, nothing to end");
  ++ranges_.to_end;
  return absl::OkStatus();
}

absl::Status Walker::Items(const Slice& slice, List& values) {
  List found;
  for (const Value& value : values) {
    if (value.IsNil()) continue;
    if (!value.Is(Kind::kList)) return Error(TypeName(value), " is not array or slice");
    const List& list = value.list();
    ASSIGN_OR_RETURN(const Positions at, Resolve(slice, static_cast<int64_t>(list.size())));
    if (at.begin == at.end) break;  // and no other list is looked at
    for (int64_t i = at.begin; i < at.end; i += at.step) RETURN_IF_ERROR(Keep(list[i], found));
  }
  values = std::move(found);
  return absl::OkStatus();
}

absl::Status Walker::Wildcard(List& values) {
  List found;
  for (const Value& value : values) RETURN_IF_ERROR(KeepParts(value, found));
  values = std::move(found);
  return absl::OkStatus();
}

// All that have parts, each before its parts.
absl::Status Walker::Descend(List& values) {
  List pending(values.rbegin(), values.rend()), found;
  while (!pending.empty()) {
    const Value value = std::move(pending.back());
    pending.pop_back();
    const size_t before = pending.size();
    RETURN_IF_ERROR(KeepParts(value, pending));
    if (pending.size() > before) RETURN_IF_ERROR(Keep(value, found));
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(before), pending.end());
  }
  values = std::move(found);
  return absl::OkStatus();
}

absl::Status Walker::Union(const std::vector<Path>& paths, List& values) {
  List found;
  for (const Path& path : paths) {
    List part = values;
    RETURN_IF_ERROR(Walk(path, part));
    for (const Value& value : part) RETURN_IF_ERROR(Keep(value, found));
  }
  values = std::move(found);
  return absl::OkStatus();
}

absl::Status Walker::KeepParts(const Value& value, List& found) {
  if (value.Is(Kind::kMap)) {
    for (const auto& [key, entry] : value.map()) RETURN_IF_ERROR(Keep(entry, found));
  } else if (value.Is(Kind::kList)) {
    for (const Value& item : value.list()) RETURN_IF_ERROR(Keep(item, found));
  } else if (value.Is(Kind::kString)) {
    for (const char byte : value.text())
      RETURN_IF_ERROR(Keep(Value::Uint(static_cast<uint8_t>(byte), types::kUint8), found));
  }
  return absl::OkStatus();
}

absl::Status Walker::Keep(Value value, List& found) {
  if (found.size() >= limits_.jsonpath_values)
    return TooMuch("values found at once", limits_.jsonpath_values);
  found.push_back(std::move(value));
  return CountSteps(1);
}

absl::Status Walker::CountSteps(size_t steps) {
  steps_ += steps;
  return steps_ > limits_.steps ? TooMuch("steps", limits_.steps) : absl::OkStatus();
}

}  // namespace devstats::chart::jsonpath
