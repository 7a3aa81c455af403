#include "coordinator/chart/template/operand.h"

#include "absl/strings/match.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::tpl {

void AppendPrinted(std::string& out, const Value& value, size_t max_bytes) {
  const size_t begin = out.size();
  const bool is_pointer = value.Is(Kind::kObject) && value.type()->kind_name == "ptr";
  if (is_pointer && value.object().AppendText(out)) return;
  AppendText(out, value, max_bytes);
  if (is_pointer && absl::StartsWith(absl::string_view(out).substr(begin), "&{")) out.erase(begin, 1);
}

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
  return type.kind == Kind::kBytes || type.kind == Kind::kList || type.kind == Kind::kMap ||
         type.kind_name == "ptr";
}

bool IsAssignable(const Type& from, const Type& to) {
  return &from == &to || from.underlying == &to || to.underlying == &from;
}

}  // namespace devstats::chart::tpl
