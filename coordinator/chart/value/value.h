// What templates work on: a value of a Go type, 16 bytes. Text, lists, maps and objects are shared by
// reference as in Go: copying a Value copies the reference. Text and lists never change once made; maps do
// (`set`), and every holder of the map sees it, which is what Helm's users rely on.
//
// Thread safety: different Values may be used from different threads, even if they share what they refer to,
// as long as no thread changes a map that another uses.
#pragma once
#include <atomic>
#include <complex>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/type.h"

namespace devstats::chart {

class Cycles;
class Value;

namespace internal {
// What a Value refers to. Freed when the last reference goes, without recursion however deep it nests.
struct Node {
  explicit Node(Kind kind_of) : kind(kind_of) {}
  Node(const Node&) = delete;
  std::atomic<uint32_t> references{0};
  const Kind kind;
};
void Destroy(Node* node);
}  // namespace internal

using List = std::vector<Value>;
// Ordered by the bytes of its keys: how Go ranges over, prints and encodes a map.
using Map = absl::btree_map<std::string, Value, std::less<>>;

// A struct, or something opaque with methods. The type says which; what only its methods know stands in a
// derived class.
class Object : public internal::Node {
 public:
  explicit Object(const Type& type);
  Object(const Type& type, std::vector<Value> field_values);
  virtual ~Object();
  const Type& type() const { return type_; }
  // In the order of type().fields.
  const std::vector<Value>& fields() const { return fields_; }
  // What fmt prints for %v when the Go type has a String method; nullptr-like empty optional otherwise.
  virtual bool AppendText(std::string& out) const;
  // Whether that method is one of the pointer: then {{ }} finds it, but printf and toString, which get a
  // copy, do not (KubeVersion).
  virtual bool TextNeedsAddress() const { return false; }
  // What toJson and toYaml make of it when its type has rules of its own (MarshalJSON); else the fields
  // count.
  virtual bool ToPlain(Value& out) const;
  // What `default`, `if` and `and` think. A struct is always true.
  virtual bool Truth() const { return true; }
  // Whether what stands beside the fields is the same as in `other`, which is of the same type.
  virtual bool Equals(const Object&) const { return true; }

 private:
  const Type& type_;
  std::vector<Value> fields_;
};

class Value {
 public:
  Value() = default;  // nil
  ~Value() { Release(); }
  Value(const Value& other) : type_(other.type_), payload_(other.payload_) { Retain(); }
  Value(Value&& other) noexcept
      : type_(std::exchange(other.type_, nullptr)), payload_(std::exchange(other.payload_, Payload{})) {}
  Value& operator=(Value other) noexcept {
    std::swap(type_, other.type_);
    std::swap(payload_, other.payload_);
    return *this;
  }

  static Value Bool(bool value);
  static Value Int(int64_t value, const Type& type = types::kInt);
  static Value Int64(int64_t value) { return Int(value, types::kInt64); }
  static Value Uint(uint64_t value, const Type& type = types::kUint64);
  static Value Float(double value, const Type& type = types::kFloat64);
  static Value Complex(std::complex<double> value);
  static Value String(absl::string_view text);
  static Value Bytes(absl::string_view bytes);
  // `items` must be what the type says: all text for types::kStringList and so on.
  static Value MakeList(List items, const Type& type = types::kList);
  static Value MakeMap();
  static Value MakeMap(Map entries, const Type& type = types::kMap);
  static Value StringList(const std::vector<std::string>& items);
  // Go's nil slice or map of a type: empty, but null in JSON and YAML (`rest list`, `concat list list`).
  static Value Null(const Type& type);
  static Value MakeObject(Object* object);  // takes it over
  // The same list or map under another name: chartutil.Values of a map[string]interface {}.
  Value As(const Type& type) const;

  bool IsNil() const { return type_ == nullptr; }
  // Whether it is a list, map or bytes made by Null.
  bool IsNull() const { return type_ && type_->kind >= Kind::kComplex && !payload_.node; }
  const Type* type() const { return type_; }  // nullptr: nil
  Kind kind() const { return type_ ? type_->kind : Kind::kNil; }
  bool Is(Kind kind_wanted) const { return kind() == kind_wanted; }
  bool IsNumber() const { return Is(Kind::kInt) || Is(Kind::kUint) || Is(Kind::kFloat); }

  // Each only of its kind.
  bool bool_value() const { return payload_.integer != 0; }
  int64_t int_value() const { return payload_.integer; }
  uint64_t uint_value() const { return static_cast<uint64_t>(payload_.integer); }
  double float_value() const { return payload_.real; }
  std::complex<double> complex_value() const;
  absl::string_view text() const;  // of kString and kBytes; valid while a Value refers to it
  const List& list() const;
  const Map& map() const;
  List& mutable_list();  // seen by all who share it; not of a Null one
  Map& mutable_map();    // seen by all who share it; a Null one becomes a new map, which nobody shares
  const Object& object() const;

  // The entry of a map, or nullptr; nullptr for anything but a map, too.
  const Value* Find(absl::string_view key) const;
  // Whether both are the same list, map, object or text in memory, not merely equal.
  bool SameNode(const Value& other) const;

 private:
  friend void internal::Destroy(internal::Node* node);
  friend class Cycles;
  union Payload {
    int64_t integer = 0;
    double real;
    internal::Node* node;
  };
  Value(const Type& type, internal::Node* node);
  bool HasNode() const { return type_ && type_->kind >= Kind::kComplex && payload_.node; }
  void Retain() const {
    if (HasNode()) payload_.node->references.fetch_add(1, std::memory_order_relaxed);
  }
  void Release() {
    if (HasNode() && payload_.node->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
      internal::Destroy(payload_.node);
  }

  const Type* type_ = nullptr;
  Payload payload_;
};

// Go's truth (text/template IsTrue, which sprig's `empty` follows): false, 0, "", nil and empty lists and
// maps are not.
bool Truth(const Value& value);
// reflect.DeepEqual: types count, so int 1 and float64 1 differ. Deeper than 1,000 levels is unequal. Adds
// how many values it looked at to `steps`.
bool DeepEqual(const Value& a, const Value& b, size_t* steps = nullptr);
// A copy that shares no map with the original. Nesting beyond 1,000 levels (a map within itself) is cut to
// nil.
Value DeepCopy(const Value& value);
// "<nil>", or the type's name: what %T prints.
absl::string_view TypeName(const Value& value);
// a < b in the order in which toYaml writes keys: digits by their number, letters after what is no letter
// (yaml.v2's keyList). With `digits_last` as toYamlPretty does (yaml.v3's): within a number a letter comes
// before a digit.
bool NaturalLess(absl::string_view a, absl::string_view b, bool digits_last = false);

}  // namespace devstats::chart
