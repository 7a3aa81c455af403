// What an expression gives: a value, and what Go's reflect knows of it besides.
#pragma once
#include <string>

#include "coordinator/chart/value/value.h"

namespace devstats::chart::tpl {

// A value that stands elsewhere and is used before anything else is evaluated. Nil has two forms, which
// errors and printing tell apart: no value at all, and an interface {} that holds nothing (a map's missing
// entry).
struct Operand {
  const Value* value = nullptr;  // never nullptr once evaluated
  // The value was found in an interface {}, by which name an error calls its type.
  bool in_interface = false;

  bool IsNil() const { return value->IsNil(); }
  bool IsValid() const { return in_interface || !value->IsNil(); }
  absl::string_view StaticTypeName() const { return in_interface ? "interface {}" : TypeName(*value); }
};

// The same, kept.
struct Argument {
  Value value;
  bool in_interface = false;
};

// What an action prints of a value that is not nil: of a pointer to a struct, the struct. Ends soon after
// `max_bytes`.
void AppendPrinted(std::string& out, const Value& value, size_t max_bytes);
// Go's zero value of a type; nullptr: interface {}.
Value ZeroOf(const Type* type);
// Whether nil can stand for a value of the type.
bool CanBeNil(const Type& type);
// Whether Go lets a value of `from` be passed as `to`: the same type, or the same list or map by another
// name.
bool IsAssignable(const Type& from, const Type& to);

}  // namespace devstats::chart::tpl
