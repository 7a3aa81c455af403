// The part of Execution that calls functions: counts, checks and converts arguments.
#include <algorithm>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/execution.h"

namespace devstats::chart::tpl {
namespace {

// The type of an argument; of a variadic function the last is that of all that follow.
const Type* ParameterType(absl::Span<const Type* const> parameters, size_t index) {
  return parameters[std::min(index, parameters.size() - 1)];
}

// What reflect.Value's String method makes of it, which `call` takes for a name.
std::string ReflectString(const Value& value) {
  if (value.IsNil()) return "<invalid Value>";
  if (value.Is(Kind::kString)) return std::string(value.text());
  return absl::StrCat("<", TypeName(value), " Value>");
}

// What Go calls constants of a type; empty: there are none.
absl::string_view ConstantName(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return "bool";
    case Kind::kString:
      return "string";
    case Kind::kInt:
      return "integer";
    case Kind::kUint:
      return "unsigned integer";
    case Kind::kFloat:
      return "float";
    case Kind::kComplex:
      return "complex";
    default:
      return {};
  }
}

std::optional<Value> Converted(const NumberNode& number, const Type& type) {
  switch (type.kind) {
    case Kind::kInt:
      if (number.is_int) return Value::Int(number.int_value, type);
      break;
    case Kind::kUint:
      if (number.is_uint) return Value::Uint(number.uint_value, type);
      break;
    case Kind::kFloat:
      if (number.is_float) return Value::Float(number.float_value, type);
      break;
    case Kind::kComplex:
      if (number.is_complex) return Value::Complex({number.float_value, number.imaginary});
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<Value> Converted(const Node& node, const Type& type) {
  if (node.kind == NodeKind::kBool && type.kind == Kind::kBool) return Value::Bool(As<BoolNode>(node).value);
  if (node.kind == NodeKind::kString && type.kind == Kind::kString) return *As<StringNode>(node).value;
  return std::nullopt;
}

}  // namespace

bool Execution::EvaluateFunction(const IdentifierNode& node, const Node& command, const Use& use,
                                 Value& storage, Operand& result) {
  at_ = &node;
  if (node.function) return CallFunction(*node.function, nullptr, command, use, storage, result);
  return CallBuiltin(*node.builtin, command, use, storage, result);
}

bool Execution::CheckCount(absl::string_view name, size_t fixed, bool variadic, const Use& use) {
  const absl::string_view prefix = "wrong number of args for ";
  if (variadic && use.size() < fixed)
    return Fail(absl::StrCat(prefix, name, ": want at least ", fixed, " got ", use.arguments.size()));
  if (!variadic && use.size() != fixed)
    return Fail(absl::StrCat(prefix, name, ": want ", fixed, " got ", use.size()));
  return true;
}

// A method's receiver is its first argument, of which callers know nothing.
bool Execution::CallFunction(const Function& function, const Value* receiver, const Node& node,
                             const Use& use, Value& storage, Operand& result) {
  const size_t skipped = receiver ? 1 : 0;
  const auto parameters = function.parameters.subspan(skipped);
  if (!CheckCount(function.name, parameters.size() - (function.variadic ? 1 : 0), function.variadic, use))
    return false;
  if (!function.call) return Fail(std::string(function.fault));
  absl::InlinedVector<Value, 4> arguments(skipped + use.size());
  if (receiver) arguments[0] = *receiver;
  size_t i = 0;
  for (const Node* argument : use.arguments) {
    if (!EvaluateArgument(*argument, ParameterType(parameters, i), use.dot, arguments[skipped + i]))
      return false;
    ++i;
  }
  if (use.final) {
    arguments.back() = std::move(*use.final);
    if (!CheckType(ParameterType(parameters, i), false, arguments.back())) return false;
  }
  auto out = function.call(*this, arguments);
  if (!out.ok()) return FailCall(function.name, node, out.status());
  storage = *std::move(out);
  result = {&storage, storage.IsNil()};
  return !storage.Is(Kind::kString) || CountOutput(storage.text().size());
}

bool Execution::FailCall(absl::string_view name, const Node& node, const absl::Status& status) {
  at_ = &node;
  return FailWith(absl::StrCat("error calling ", name, ": "), status);
}

bool Execution::CallBuiltin(const Builtin& builtin, const Node& node, const Use& use, Value& storage,
                            Operand& result) {
  if (!CheckCount(builtin.name, builtin.fixed, builtin.variadic, use)) return false;
  if (builtin.kind == Builtin::Kind::kAnd || builtin.kind == Builtin::Kind::kOr)
    return AndOr(builtin.kind == Builtin::Kind::kOr, use, storage, result);
  absl::InlinedVector<Argument, 3> arguments(use.size());
  for (size_t i = 0; i < use.arguments.size(); ++i) {
    Argument& argument = arguments[i];
    if (!EvaluateOperand(*use.arguments[i], use.dot, argument.value, result)) return false;
    if (result.value != &argument.value) argument.value = *result.value;
    argument.in_interface = result.in_interface;
  }
  if (use.final) arguments.back().value = std::move(*use.final);
  absl::StatusOr<Value> out;
  if (builtin.kind == Builtin::Kind::kCall) {
    // Go names the function by what is written, or by what came through the pipe.
    const std::string name =
        use.arguments.empty() ? ReflectString(arguments[0].value) : ToSource(*use.arguments[0]);
    out = CallOfNonFunction(name, arguments[0].value);
  } else {
    out = builtin.call(arguments);
  }
  if (!out.ok()) return FailCall(builtin.name, node, out.status());
  storage = *std::move(out);
  result = {&storage, storage.IsNil()};
  return true;
}

// The first argument that decides, and none after it is evaluated.
bool Execution::AndOr(bool is_or, const Use& use, Value& storage, Operand& result) {
  for (const Node* argument : use.arguments) {
    if (!EvaluateOperand(*argument, use.dot, storage, result)) return false;
    if (Truth(*result.value) == is_or) return true;
  }
  if (!use.final) return true;
  storage = std::move(*use.final);
  result = {&storage};
  return true;
}

bool Execution::EvaluateOperand(const Node& node, Operand dot, Value& storage, Operand& result) {
  at_ = &node;
  const Use use{dot};
  switch (node.kind) {
    case NodeKind::kDot:
      result = dot;
      return true;
    case NodeKind::kNil:
      result = {&nothing_};
      return true;
    case NodeKind::kField:
      return EvaluateField(As<FieldNode>(node), use, storage, result);
    case NodeKind::kVariable:
      return EvaluateVariable(As<VariableNode>(node), use, storage, result);
    case NodeKind::kPipe:
      return Evaluate(As<PipeNode>(node), dot, storage, result);
    case NodeKind::kIdentifier:
      return EvaluateFunction(As<IdentifierNode>(node), node, use, storage, result);
    case NodeKind::kChain:
      return EvaluateChain(As<ChainNode>(node), use, storage, result);
    default:
      return EvaluateConstant(node, storage, result);
  }
}

bool Execution::EvaluateArgument(const Node& node, const Type* type, Operand dot, Value& slot) {
  if (type && node.kind >= NodeKind::kNil) return ConvertConstant(node, *type, slot);
  Operand result;
  if (!EvaluateOperand(node, dot, slot, result)) return false;
  if (result.value != &slot) slot = *result.value;
  return CheckType(type, result.in_interface, slot);
}

// A constant has the type that is wanted, if it can.
bool Execution::ConvertConstant(const Node& node, const Type& type, Value& slot) {
  at_ = &node;
  if (node.kind == NodeKind::kNil) {
    if (!CanBeNil(type)) return Fail(absl::StrCat("cannot assign nil to ", type.name));
    slot = Value::Null(type);
    return true;
  }
  const absl::string_view wanted = ConstantName(type.kind);
  if (wanted.empty())
    return Fail(absl::StrCat("can't handle ", ToSource(node), " for arg of type ", type.name));
  auto converted =
      node.kind == NodeKind::kNumber ? Converted(As<NumberNode>(node), type) : Converted(node, type);
  if (!converted) return Fail(absl::StrCat("expected ", wanted, "; found ", ToSource(node)));
  slot = *std::move(converted);
  return true;
}

bool Execution::CheckType(const Type* type, bool in_interface, Value& value) {
  if (!type || value.type() == type) return true;
  if (value.IsNil() && !in_interface) {
    if (!CanBeNil(*type)) return Fail(absl::StrCat("invalid value; expected ", type->name));
    value = Value::Null(*type);
    return true;
  }
  if (!value.IsNil() && IsAssignable(*value.type(), *type)) {
    value = value.As(*type);
    return true;
  }
  return Fail(absl::StrCat("wrong type for value; expected ", type->name, "; got ",
                           value.IsNil() ? "interface {}" : TypeName(value)));
}

}  // namespace devstats::chart::tpl
