#include "coordinator/chart/template/operand.h"

namespace devstats::chart::tpl {

Value ZeroOf(const Type* type) {
  if (!type) return {};
  switch (type->kind) {
    case Kind::kBool:
      return Value::Bool(false);
    case Kind::kInt:
      return Value::Int(0, *type);
    case Kind::kUint:
      return Value::Uint(0, *type);
    case Kind::kFloat:
      return Value::Float(0, *type);
    case Kind::kComplex:
      return Value::Complex(0);
    case Kind::kString:
      return Value::String("");
    case Kind::kBytes:
    case Kind::kList:
    case Kind::kMap:
      return Value::Null(*type);
    default:
      return {};
  }
}

bool CanBeNil(const Type& type) {
  return type.kind == Kind::kBytes || type.kind == Kind::kList || type.kind == Kind::kMap;
}

bool IsAssignable(const Type& from, const Type& to) {
  return &from == &to || from.underlying == &to || to.underlying == &from;
}

}  // namespace devstats::chart::tpl
