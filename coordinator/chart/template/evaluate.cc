// The part of Execution that evaluates pipelines, variables and fields. What evaluates well has a value.
#include <cassert>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/execution.h"

namespace devstats::chart::tpl {
namespace {

// The result, where nothing that is evaluated next can change it.
Value Kept(Operand result, Value& storage) {
  assert(result.value);
  if (result.value == &storage) return std::move(storage);
  return *result.value;
}

}  // namespace

bool Execution::Evaluate(const PipeNode& pipe, Operand dot, Value& storage, Operand& result) {
  at_ = &pipe;
  if (!EvaluateCommand(*pipe.commands[0], dot, nullptr, storage, result)) return false;
  for (const CommandNode* command : pipe.commands.subspan(1)) {
    Value final = Kept(result, storage);
    if (!EvaluateCommand(*command, dot, &final, storage, result)) return false;
  }
  // An interface is seen through here; an empty one is no value.
  result.in_interface = false;
  if (pipe.variables.empty()) return true;
  assert(result.value);
  // Where the result stands may move.
  if (result.value != &storage) storage = *result.value;
  result.value = &storage;
  for (const VariableNode* variable : pipe.variables) {
    if (!pipe.assigns)
      Push(variable->symbol, result);
    else if (!Assign(*variable, result))
      return false;
  }
  return true;
}

bool Execution::EvaluateInto(Value& value, const PipeNode& pipe, Operand dot) {
  Operand result;
  if (!Evaluate(pipe, dot, value, result)) return false;
  assert(result.value);
  if (result.value != &value) value = *result.value;
  return true;
}

bool Execution::EvaluateCommand(const CommandNode& command, Operand dot, Value* final, Value& storage,
                                Operand& result) {
  if (!CountStep()) return false;
  const Node& first = *command.words[0];
  const Use use{dot, command.words.subspan(1), final};
  switch (first.kind) {
    case NodeKind::kIdentifier:
      return EvaluateFunction(As<IdentifierNode>(first), command, use, storage, result);
    case NodeKind::kField:
      return EvaluateField(As<FieldNode>(first), use, storage, result);
    case NodeKind::kVariable:
      return EvaluateVariable(As<VariableNode>(first), use, storage, result);
    case NodeKind::kChain:
      return EvaluateChain(As<ChainNode>(first), use, storage, result);
    case NodeKind::kPipe:
      return CheckNotCalled(first, use) && Evaluate(As<PipeNode>(first), dot, storage, result);
    default:
      break;
  }
  at_ = &first;
  if (!CheckNotCalled(first, use)) return false;
  if (first.kind == NodeKind::kNil) return Fail("nil is not a command");
  if (first.kind != NodeKind::kDot) return EvaluateConstant(first, storage, result);
  result = dot;
  return true;
}

bool Execution::CheckNotCalled(const Node& node, const Use& use) {
  if (!use.HasArguments()) return true;
  // As Go writes the node: without the parentheses of a pipeline.
  return Fail(absl::StrCat("can't give argument to non-function ", ToSource(node)));
}

bool Execution::EvaluateConstant(const Node& node, Value& storage, Operand& result) {
  result = {&storage};
  switch (node.kind) {
    case NodeKind::kString:
      result.value = As<StringNode>(node).value;
      return true;
    case NodeKind::kBool:
      storage = Value::Bool(As<BoolNode>(node).value);
      return true;
    default:
      return EvaluateNumber(As<NumberNode>(node), storage, result);
  }
}

// By its syntax, since nothing says what is needed.
bool Execution::EvaluateNumber(const NumberNode& number, Value& storage, Operand& result) {
  at_ = &number;
  result = {&storage};
  if (number.is_complex)
    storage = Value::Complex({number.float_value, number.imaginary});
  else if (number.is_float && number.looks_float)
    storage = Value::Float(number.float_value);
  else if (number.is_int)
    storage = Value::Int(number.int_value);
  else
    return Fail(absl::StrCat(number.text, " overflows int"));
  return true;
}

bool Execution::EvaluateField(const FieldNode& node, const Use& use, Value& storage, Operand& result) {
  at_ = &node;
  result = use.dot;
  return FollowFields(node.fields, node, use, storage, result);
}

bool Execution::EvaluateVariable(const VariableNode& node, const Use& use, Value& storage, Operand& result) {
  at_ = &node;
  Variable* variable = nullptr;
  if (!FindVariable(node, variable)) return false;
  result = {&variable->value, variable->in_interface};
  if (node.fields.empty()) return CheckNotCalled(node, use);
  return FollowFields(node.fields, node, use, storage, result);
}

bool Execution::EvaluateChain(const ChainNode& node, const Use& use, Value& storage, Operand& result) {
  at_ = &node;
  if (node.operand->kind == NodeKind::kNil)
    return Fail(absl::StrCat("indirection through explicit nil in ", ToSource(node)));
  return EvaluateOperand(*node.operand, use.dot, storage, result) &&
         FollowFields(node.fields, node, use, storage, result);
}

bool Execution::FollowFields(Names names, const Node& node, const Use& use, Value& storage, Operand& result) {
  const Use alone{use.dot};
  for (const absl::string_view name : names.first(names.size() - 1))
    if (!FollowField(name, node, alone, storage, result)) return false;
  return FollowField(names.back(), node, use, storage, result);
}

// A method before a field before an entry of a map.
bool Execution::FollowField(absl::string_view name, const Node& node, const Use& use, Value& storage,
                            Operand& result) {
  if (!result.IsValid()) return true;
  if (result.IsNil())
    return Fail(absl::StrCat("nil pointer evaluating ", result.StaticTypeName(), ".", name));
  const Value& receiver = *result.value;
  const Type& type = *receiver.type();
  // Methods that can be called begin with a capital.
  if (!type.methods.empty() && !absl::ascii_islower(name[0]))
    if (const Function* method = type.Method(name))
      return CallFunction(*method, &receiver, node, use, storage, result);
  if (receiver.Is(Kind::kMap)) {
    if (use.HasArguments()) return Fail(absl::StrCat(name, " is not a method but has arguments"));
    const Type* const element = type.element;
    const Value* found = receiver.Find(name);
    if (!found && element) storage = ZeroOf(element);  // `receiver` may be gone from here on
    result = {found ? found : element ? &storage : &nothing_, !element};
    return true;
  }
  if (const int index = receiver.Is(Kind::kObject) ? type.FieldIndex(name) : -1; index >= 0) {
    if (use.HasArguments())
      return Fail(absl::StrCat(name, " has arguments but cannot be invoked as function"));
    const Value& field = receiver.object().fields()[index];
    result = {&field, field.IsNil()};
    return true;
  }
  return Fail(absl::StrCat("can't evaluate field ", name, " in type ", result.StaticTypeName()));
}

}  // namespace devstats::chart::tpl
