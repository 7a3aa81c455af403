#include "coordinator/chart/value/value.h"

#include <cassert>
#include <cstring>

#include "absl/container/flat_hash_set.h"
#include "coordinator/chart/value/nodes.h"

namespace devstats::chart {
namespace {

using internal::Node;

constexpr int kMaxNesting = 1000;

// What `node` alone refers to is handed over here, so that a chain of a million lists is freed in a loop.
void Detach(Node* node, std::vector<Value>& out) {
  if (node->kind == Kind::kList) {
    auto* list = static_cast<internal::ListNode*>(node);
    std::move(list->items.begin(), list->items.end(), std::back_inserter(out));
  } else if (node->kind == Kind::kMap) {
    for (auto& [key, value] : static_cast<internal::MapNode*>(node)->entries) out.push_back(std::move(value));
  }
}

bool IsContainer(const Value& value) {
  return (value.Is(Kind::kList) || value.Is(Kind::kMap)) && !value.IsNull();
}

void Free(Node* node) {
  switch (node->kind) {
    case Kind::kComplex:
      delete static_cast<internal::ComplexNode*>(node);
      return;
    case Kind::kString:
    case Kind::kBytes:
      internal::TextNode::Delete(static_cast<internal::TextNode*>(node));
      return;
    case Kind::kList:
      delete static_cast<internal::ListNode*>(node);
      return;
    case Kind::kMap:
      delete static_cast<internal::MapNode*>(node);
      return;
    default:
      delete static_cast<Object*>(node);
  }
}

class Comparison {
 public:
  bool Equal(const Value& a, const Value& b, int depth);
  size_t steps() const { return steps_; }

 private:
  bool Equal(const List& a, const List& b, int depth);
  bool Equal(const Map& a, const Map& b, int depth);
  // Whether these two were compared before, as in Go; so that what is shared in many places is not walked
  // each time. Most comparisons are too short for that to pay.
  bool Seen(const void* a, const void* b) { return steps_ > kWithoutMemory && !seen_.emplace(a, b).second; }

  static constexpr size_t kWithoutMemory = 10'000;
  size_t steps_ = 0;
  absl::flat_hash_set<std::pair<const void*, const void*>> seen_;
};

bool Comparison::Equal(const Value& a, const Value& b, int depth) {
  ++steps_;
  if (a.type() != b.type() || a.IsNull() != b.IsNull() || depth > kMaxNesting) return false;
  switch (a.kind()) {
    case Kind::kNil:
      return true;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
      return a.int_value() == b.int_value();
    case Kind::kFloat:
      return a.float_value() == b.float_value();
    case Kind::kComplex:
      return a.complex_value() == b.complex_value();
    case Kind::kString:
    case Kind::kBytes:
      return a.text() == b.text();
    case Kind::kList:
      return a.SameNode(b) || Equal(a.list(), b.list(), depth + 1);
    case Kind::kMap:
      return a.SameNode(b) || Equal(a.map(), b.map(), depth + 1);
    case Kind::kObject:
      return a.SameNode(b) ||
             (a.object().Equals(b.object()) && Equal(a.object().fields(), b.object().fields(), depth + 1));
  }
  return false;
}

bool Comparison::Equal(const List& a, const List& b, int depth) {
  if (a.size() != b.size()) return false;
  if (Seen(&a, &b)) return true;
  for (size_t i = 0; i < a.size(); ++i)
    if (!Equal(a[i], b[i], depth)) return false;
  return true;
}

bool Comparison::Equal(const Map& a, const Map& b, int depth) {
  if (a.size() != b.size()) return false;
  if (Seen(&a, &b)) return true;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j)
    if (i->first != j->first || !Equal(i->second, j->second, depth)) return false;
  return true;
}

Value Copy(const Value& value, int depth) {
  if (depth > kMaxNesting) return {};
  if (value.IsNull()) return value;
  if (value.Is(Kind::kList)) {
    List items;
    items.reserve(value.list().size());
    for (const Value& item : value.list()) items.push_back(Copy(item, depth + 1));
    return Value::MakeList(std::move(items), *value.type());
  }
  if (value.Is(Kind::kMap)) {
    Map entries;
    for (const auto& [key, entry] : value.map())
      entries.emplace_hint(entries.end(), key, Copy(entry, depth + 1));
    return Value::MakeMap(std::move(entries), *value.type());
  }
  return value;
}

}  // namespace

namespace internal {

TextNode* TextNode::New(Kind kind, absl::string_view bytes) {
  void* memory = ::operator new(sizeof(TextNode) + bytes.size());
  auto* node = new (memory) TextNode(kind, bytes.size());
  if (!bytes.empty()) std::memcpy(node->data(), bytes.data(), bytes.size());
  return node;
}

void TextNode::Delete(TextNode* node) {
  node->~TextNode();
  ::operator delete(node);
}

void Destroy(Node* node) {
  if (node->kind != Kind::kList && node->kind != Kind::kMap) return Free(node);
  std::vector<Value> pending;
  Detach(node, pending);
  Free(node);
  while (!pending.empty()) {
    Value last = std::move(pending.back());
    pending.pop_back();
    if (IsContainer(last) && last.payload_.node->references.load(std::memory_order_acquire) == 1)
      Detach(last.payload_.node, pending);
  }
}

}  // namespace internal

Object::Object(const Type& type) : Object(type, {}) {}
Object::Object(const Type& type, std::vector<Value> field_values)
    : Node(Kind::kObject), type_(type), fields_(std::move(field_values)) {}
Object::~Object() = default;
bool Object::AppendText(std::string&) const { return false; }
bool Object::ToPlain(Value&) const { return false; }

Value::Value(const Type& type, Node* node) : type_(&type) {
  payload_.node = node;
  Retain();
}

Value Value::Bool(bool value) {
  Value out;
  out.type_ = &types::kBool;
  out.payload_.integer = value ? 1 : 0;
  return out;
}

Value Value::Int(int64_t value, const Type& type) {
  Value out;
  out.type_ = &type;
  out.payload_.integer = value;
  return out;
}

Value Value::Uint(uint64_t value, const Type& type) { return Int(static_cast<int64_t>(value), type); }

Value Value::Float(double value, const Type& type) {
  Value out;
  out.type_ = &type;
  out.payload_.real = value;
  return out;
}

Value Value::Complex(std::complex<double> value) {
  return {types::kComplex128, new internal::ComplexNode(value)};
}
Value Value::String(absl::string_view text) {
  return {types::kString, internal::TextNode::New(Kind::kString, text)};
}
Value Value::Bytes(absl::string_view bytes) {
  return {types::kBytes, internal::TextNode::New(Kind::kBytes, bytes)};
}
Value Value::MakeList(List items, const Type& type) {
  return {type, new internal::ListNode(std::move(items))};
}
Value Value::MakeMap() { return MakeMap(Map()); }
Value Value::MakeMap(Map entries, const Type& type) {
  return {type, new internal::MapNode(std::move(entries))};
}
Value Value::Null(const Type& type) {
  Value out;
  out.type_ = &type;
  out.payload_.node = nullptr;
  return out;
}
Value Value::MakeObject(Object* object) { return {object->type(), object}; }

Value Value::StringList(const std::vector<std::string>& items) {
  List list;
  list.reserve(items.size());
  for (const std::string& item : items) list.push_back(String(item));
  return MakeList(std::move(list), types::kStringList);
}

Value Value::As(const Type& type) const {
  Value out = *this;
  out.type_ = &type;
  return out;
}

std::complex<double> Value::complex_value() const {
  return static_cast<const internal::ComplexNode*>(payload_.node)->value;
}
absl::string_view Value::text() const {
  return IsNull() ? absl::string_view() : static_cast<const internal::TextNode*>(payload_.node)->view();
}
const List& Value::list() const {
  static const List* const kNone = new List;
  if (IsNull()) return *kNone;
  assert(payload_.node);
  return static_cast<const internal::ListNode*>(payload_.node)->items;
}
List& Value::mutable_list() { return static_cast<internal::ListNode*>(payload_.node)->items; }
const Map& Value::map() const {
  static const Map* const kNone = new Map;
  if (IsNull()) return *kNone;
  assert(payload_.node);
  return static_cast<const internal::MapNode*>(payload_.node)->entries;
}
Map& Value::mutable_map() {
  if (IsNull()) *this = MakeMap(Map(), *type_);
  return static_cast<internal::MapNode*>(payload_.node)->entries;
}
const Object& Value::object() const { return *static_cast<const Object*>(payload_.node); }

const Value* Value::Find(absl::string_view key) const {
  if (!Is(Kind::kMap)) return nullptr;
  // Most maps are so small that looking at the length of each key is quicker than comparing a few.
  constexpr size_t kSmall = 10;
  if (map().size() <= kSmall) {
    for (const auto& [name, value] : map())
      if (name == key) return &value;
    return nullptr;
  }
  const auto found = map().find(key);
  return found == map().end() ? nullptr : &found->second;
}

bool Value::SameNode(const Value& other) const {
  return HasNode() && type_ == other.type_ && payload_.node == other.payload_.node;
}

bool Truth(const Value& value) {
  switch (value.kind()) {
    case Kind::kNil:
      return false;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
      return value.int_value() != 0;
    case Kind::kFloat:
      return value.float_value() != 0;
    case Kind::kComplex:
      return value.complex_value() != std::complex<double>();
    case Kind::kString:
    case Kind::kBytes:
      return !value.text().empty();
    case Kind::kList:
      return !value.list().empty();
    case Kind::kMap:
      return !value.map().empty();
    case Kind::kObject:
      return value.object().Truth();
  }
  return false;
}

bool DeepEqual(const Value& a, const Value& b, size_t* steps) {
  Comparison comparison;
  const bool equal = comparison.Equal(a, b, 0);
  if (steps) *steps += comparison.steps();
  return equal;
}
Value DeepCopy(const Value& value) { return Copy(value, 0); }
absl::string_view TypeName(const Value& value) { return value.IsNil() ? "<nil>" : value.type()->name; }

}  // namespace devstats::chart
