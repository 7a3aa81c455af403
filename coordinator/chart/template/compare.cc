// eq, ne, lt, le, gt and ge.
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/template/builtins.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart::tpl {
namespace {

bool IsBasic(Kind kind) { return kind >= Kind::kBool && kind <= Kind::kString; }

bool BothIntegers(const Value& a, const Value& b) {
  return (a.Is(Kind::kInt) && b.Is(Kind::kUint)) || (a.Is(Kind::kUint) && b.Is(Kind::kInt));
}

absl::Status BadType() { return absl::InvalidArgumentError("invalid type for comparison"); }
absl::Status Incompatible(const Value& a, const Value& b) {
  return absl::InvalidArgumentError(
      absl::StrCat("incompatible types for comparison: ", TypeName(a), " and ", TypeName(b)));
}

bool EqualBasic(const Value& a, const Value& b) {
  switch (a.kind()) {
    case Kind::kFloat:
      return a.float_value() == b.float_value();
    case Kind::kComplex:
      return a.complex_value() == b.complex_value();
    case Kind::kString:
      return a.text() == b.text();
    default:
      return a.int_value() == b.int_value();
  }
}

// Whether Go can compare two of the type: not where a list or a map is in it.
bool IsComparable(const Value& value) {
  if (!value.Is(Kind::kObject)) return false;
  if (value.type()->kind_name == "ptr") return true;
  for (const Value& field : value.object().fields())
    if (field.Is(Kind::kBytes) || field.Is(Kind::kList) || field.Is(Kind::kMap)) return false;
  return true;
}

// Of values in an error.
constexpr size_t kMostShown = 64 << 10;

// Lists, maps, objects and nil.
absl::StatusOr<bool> EqualOther(const Value& a, const Value& b) {
  if (!a.IsNil() && !b.IsNil() && a.type()->kind_name != b.type()->kind_name)
    return absl::InvalidArgumentError(Sprintf("non-comparable types %s: %s, %s: %v",
                                              {a, Value::String(TypeName(a)), Value::String(TypeName(b)), b},
                                              kMostShown));
  const bool a_nil = a.IsNil() || a.IsNull(), b_nil = b.IsNil() || b.IsNull();
  if (a_nil || b_nil) return a_nil == b_nil;
  if (!IsComparable(b))
    return absl::InvalidArgumentError(
        Sprintf("non-comparable type %s: %s", {b, Value::String(TypeName(b))}, kMostShown));
  return a.SameNode(b) || (b.type()->kind_name != "ptr" && DeepEqual(a, b));
}

absl::StatusOr<bool> IsEqual(const Value& a, const Value& b) {
  if (a.kind() == b.kind() && IsBasic(a.kind())) return EqualBasic(a, b);
  // The signed one is not negative; then both have the same bits.
  if (BothIntegers(a, b)) return a.int_value() == b.int_value() && a.int_value() >= 0;
  if (!IsBasic(a.kind()) && !IsBasic(b.kind())) return EqualOther(a, b);
  if (a.IsNil() || b.IsNil()) return false;
  return Incompatible(a, b);
}

absl::StatusOr<bool> IsLess(const Value& a, const Value& b) {
  if (!IsBasic(a.kind()) || !IsBasic(b.kind())) return BadType();
  if (BothIntegers(a, b)) {
    if (a.Is(Kind::kInt)) return a.int_value() < 0 || static_cast<uint64_t>(a.int_value()) < b.uint_value();
    return b.int_value() >= 0 && a.uint_value() < static_cast<uint64_t>(b.int_value());
  }
  if (a.kind() != b.kind()) return Incompatible(a, b);
  switch (a.kind()) {
    case Kind::kInt:
      return a.int_value() < b.int_value();
    case Kind::kUint:
      return a.uint_value() < b.uint_value();
    case Kind::kFloat:
      return a.float_value() < b.float_value();
    case Kind::kString:
      return a.text() < b.text();
    default:
      return BadType();
  }
}

// Not the opposite of greater: of NaN neither holds.
absl::StatusOr<bool> IsLessOrEqual(const Value& a, const Value& b) {
  ASSIGN_OR_RETURN(const bool less, IsLess(a, b));
  return less ? true : IsEqual(a, b);
}

absl::StatusOr<Value> Result(const absl::StatusOr<bool>& result, bool wanted = true) {
  if (!result.ok()) return result.status();
  return Value::Bool(*result == wanted);
}

}  // namespace

absl::StatusOr<Value> Equal(BuiltinArguments arguments) {
  if (arguments.size() < 2) return absl::InvalidArgumentError("missing argument for comparison");
  for (const Argument& other : arguments.subspan(1)) {
    ASSIGN_OR_RETURN(const bool equal, IsEqual(arguments[0].value, other.value));
    if (equal) return Value::Bool(true);
  }
  return Value::Bool(false);
}

absl::StatusOr<Value> NotEqual(BuiltinArguments arguments) {
  return Result(IsEqual(arguments[0].value, arguments[1].value), false);
}
absl::StatusOr<Value> Less(BuiltinArguments arguments) {
  return Result(IsLess(arguments[0].value, arguments[1].value));
}
absl::StatusOr<Value> LessOrEqual(BuiltinArguments arguments) {
  return Result(IsLessOrEqual(arguments[0].value, arguments[1].value));
}
absl::StatusOr<Value> Greater(BuiltinArguments arguments) {
  return Result(IsLessOrEqual(arguments[0].value, arguments[1].value), false);
}
absl::StatusOr<Value> GreaterOrEqual(BuiltinArguments arguments) {
  return Result(IsLess(arguments[0].value, arguments[1].value), false);
}

}  // namespace devstats::chart::tpl
