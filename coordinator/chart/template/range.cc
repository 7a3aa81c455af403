// The part of Execution that is {{range}}.
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/execution.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::tpl {

Execution::Flow Execution::WalkRange(const BranchNode& node, Operand dot) {
  const size_t mark = variables_.size();
  Value value;
  if (!EvaluateInto(value, *node.pipe, dot)) return Flow::kError;
  Flow flow = RangeItems(node, value);
  if (flow == kNothing) flow = node.otherwise ? Walk(*node.otherwise, dot) : Flow::kNext;
  // Go stops at a {{break}} in {{else}}, too, where only one of a range around can be meant.
  if (flow == Flow::kBreak) flow = Flow::kNext;
  PopTo(mark);
  return flow;
}

Execution::Flow Execution::RangeItems(const BranchNode& node, const Value& value) {
  switch (value.kind()) {
    case Kind::kNil:
      return kNothing;
    case Kind::kInt:
    case Kind::kUint:
      return RangeInteger(node, value);
    case Kind::kList:
      return RangeList(node, value);
    case Kind::kBytes:
      return RangeBytes(node, value);
    case Kind::kMap:
      return RangeMap(node, value);
    default:
      break;
  }
  std::string message = "range can't iterate over ";
  AppendPrinted(message, value, usage_.BytesLeft());
  Fail(message);
  return Flow::kError;
}

Execution::Flow Execution::RangeInteger(const BranchNode& node, const Value& count) {
  if (node.pipe->variables.size() > 1) {
    Fail(absl::StrCat("can't use ", ToText(count), " to iterate over more than one variable"));
    return Flow::kError;
  }
  const bool is_signed = count.Is(Kind::kInt);
  if (is_signed && count.int_value() < 0) return kNothing;
  Flow flow = kNothing;
  for (uint64_t i = 0; i < count.uint_value(); ++i) {
    const Value element = Value::Uint(i, *count.type());
    flow = Iterate(node, nothing_, {&element});
    if (flow != Flow::kNext) return flow;
  }
  return flow;
}

Execution::Flow Execution::RangeList(const BranchNode& node, const Value& list) {
  Flow flow = kNothing;
  const bool in_interface = !list.type()->element;
  int64_t i = 0;
  for (const Value& element : list.list()) {
    flow = Iterate(node, Value::Int(i++), {&element, in_interface});
    if (flow != Flow::kNext) return flow;
  }
  return flow;
}

Execution::Flow Execution::RangeBytes(const BranchNode& node, const Value& bytes) {
  Flow flow = kNothing;
  int64_t i = 0;
  for (const char byte : bytes.text()) {
    const Value element = Value::Uint(static_cast<uint8_t>(byte), types::kUint8);
    flow = Iterate(node, Value::Int(i++), {&element});
    if (flow != Flow::kNext) return flow;
  }
  return flow;
}

// Over what the map holds at the beginning: the body may change it.
Execution::Flow Execution::RangeMap(const BranchNode& node, const Value& map) {
  const bool has_key = node.pipe->variables.size() > 1;
  struct Entry {
    Value key, value;
  };
  std::vector<Entry> entries;
  entries.reserve(map.map().size());
  for (const auto& [key, value] : map.map())
    entries.push_back({has_key ? Value::String(key) : Value(), value});
  Flow flow = kNothing;
  const bool in_interface = !map.type()->element;
  for (const Entry& entry : entries) {
    flow = Iterate(node, entry.key, {&entry.value, in_interface});
    if (flow != Flow::kNext) return flow;
  }
  return flow;
}

// One turn. A {{continue}} is over with it.
Execution::Flow Execution::Iterate(const BranchNode& node, const Value& index, Operand element) {
  if (!CountStep()) return Flow::kError;
  const auto variables = node.pipe->variables;
  const size_t mark = variables_.size();
  if (variables.size() > 1) {
    if (!node.pipe->assigns)
      variables_[mark - 2] = {variables[0]->symbol, false, index};
    else if (!Assign(*variables[0], {&index}))
      return Flow::kError;
  }
  if (!variables.empty()) {
    if (!node.pipe->assigns)
      variables_[mark - 1] = {variables.back()->symbol, element.in_interface, *element.value};
    else if (!Assign(*variables.back(), element))
      return Flow::kError;
  }
  const Flow flow = Walk(*node.body, element);
  PopTo(mark);
  return flow == Flow::kContinue ? Flow::kNext : flow;
}

}  // namespace devstats::chart::tpl
