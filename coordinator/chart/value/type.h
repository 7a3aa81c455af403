// The Go types that a chart can see: through printf "%T", typeOf and kindOf, through error messages, and
// through what text/template lets pass as an argument. A Type is a constant of the program; types are
// compared by address, two of the same name never exist.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace devstats::chart {

struct Function;
class Value;

enum class Kind : uint8_t {
  kNil,      // no value
  kBool,     //
  kInt,      // every signed integer type
  kUint,     // every unsigned one
  kFloat,    // float64 (and float32)
  kComplex,  //
  kString,   //
  kBytes,    // []uint8: the only list that is not kept element by element
  kList,     // slices and arrays
  kMap,      // with string keys; Go's other key types never reach a template
  kObject,   // structs and opaque things with methods (time.Time, engine.files, ...)
};

// A field of a struct, in Go's order.
struct Field {
  absl::string_view name;       // as a template writes it: "AppVersion"
  absl::string_view json_name;  // as toYaml and toJson write it; empty: left out there
  bool omit_empty = false;
};

struct Type {
  Kind kind;
  absl::string_view name;       // what %T prints: "map[string]interface {}"
  absl::string_view kind_name;  // what reflect.Kind prints: "map", "slice", "int64", "ptr", "struct" ...
  // Of what a list or the values of a map are; nullptr: interface {}.
  const Type* element = nullptr;
  // Of a named list or map type (chartutil.Values): the unnamed type to which it is assignable.
  const Type* underlying = nullptr;
  absl::Span<const Field> fields = {};
  absl::Span<const Function> methods = {};  // the receiver is the first argument
  // The String method of a named number type (time.Month), which fmt prints by; objects have their own.
  void (*append_text)(std::string& out, const Value& value) = nullptr;

  // So many fields at the beginning are those of the one behind them, which Go embeds.
  int promoted = 0;

  const Function* Method(absl::string_view method) const;
  int FieldIndex(absl::string_view field) const;  // -1: none
};

namespace types {
extern const Type kBool, kInt, kInt8, kInt16, kInt32, kInt64, kUint, kUint8, kUint16, kUint32, kUint64,
    kFloat32, kFloat64, kComplex128, kString, kBytes;
extern const Type kList;        // []interface {}
extern const Type kStringList;  // []string
extern const Type kIntList;     // []int
extern const Type kMap;         // map[string]interface {}
extern const Type kStringMap;   // map[string]string
}  // namespace types

}  // namespace devstats::chart
