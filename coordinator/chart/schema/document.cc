#include "coordinator/chart/schema/document.h"

#include <algorithm>
#include <charconv>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/schema/number.h"

namespace devstats::chart::schema {

const Node* Node::Find(absl::string_view name) const {
  if (type != JsonType::kObject) return nullptr;
  const auto found =
      std::lower_bound(members.begin(), members.end(), name,
                       [](const Member& m, absl::string_view wanted) { return m.key < wanted; });
  return found != members.end() && found->key == name ? found->value : nullptr;
}

void AppendToken(std::string& pointer, absl::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

std::string PointerTo(const Node& node, const Node* top) {
  std::vector<const Node*> path;
  for (const Node* n = &node; n != top && n->parent; n = n->parent) path.push_back(n);
  std::string pointer;
  for (auto n = path.rbegin(); n != path.rend(); ++n) {
    if ((*n)->parent->Is(JsonType::kObject))
      AppendToken(pointer, (*n)->key);
    else
      absl::StrAppend(&pointer, "/", (*n)->index);
  }
  return pointer;
}

bool Equal(const Node& a, const Node& b, uint64_t& steps) {
  ++steps;
  if (a.type != b.type || a.members.size() != b.members.size()) return false;
  switch (a.type) {
    case JsonType::kNull:
      return true;
    case JsonType::kBool:
      return a.boolean == b.boolean;
    case JsonType::kString:
      steps += a.text.size() / 64;
      return a.text == b.text;
    case JsonType::kNumber: {
      steps += (a.text.size() + b.text.size()) / 16;
      const auto x = Decimal::Parse(a.text), y = Decimal::Parse(b.text);
      return x && y && Compare(*x, *y) == 0;
    }
    case JsonType::kArray:
    case JsonType::kObject:
      for (size_t i = 0; i < a.members.size(); ++i) {
        if (a.members[i].key != b.members[i].key) return false;
        if (!Equal(*a.members[i].value, *b.members[i].value, steps)) return false;
      }
      return true;
    case JsonType::kOther:
      return false;
  }
  return false;
}

uint64_t HashOf(const Node& node, uint64_t& steps) {
  steps += 1 + node.text.size() / 16;
  const auto type = static_cast<int>(node.type);
  if (node.Is(JsonType::kBool)) return absl::HashOf(type, node.boolean);
  if (node.Is(JsonType::kString)) return absl::HashOf(type, node.text);
  if (node.Is(JsonType::kNumber)) {
    const auto number = Decimal::Parse(node.text);
    return number ? absl::HashOf(type, number->negative, number->digits, number->exponent) : 0;
  }
  uint64_t hash = absl::HashOf(type, node.members.size());
  for (const Member& m : node.members) hash = absl::HashOf(hash, m.key, HashOf(*m.value, steps));
  return hash;
}

Node* Document::NewNode() { return &nodes_.emplace_back(); }

absl::string_view Document::Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

// A Value as JSON.
class DocumentOfValue {
 public:
  DocumentOfValue(Document& document, const Limits& limits) : document_(document), limits_(limits) {}

  absl::Status Fill(Node& node, const Value& value, int depth) {
    if (depth > limits_.nesting)
      return absl::ResourceExhaustedError(
          absl::StrCat("values nest deeper than ", limits_.nesting, " levels"));
    if (document_.nodes_.size() > limits_.document_nodes)
      return absl::ResourceExhaustedError(
          absl::StrCat("values have more than ", limits_.document_nodes, " parts"));
    if (IsArray(value)) return FillArray(node, value.list(), depth);
    if (IsObject(value)) return FillObject(node, value.map(), depth);
    FillScalar(node, value);
    return absl::OkStatus();
  }

 private:
  // []string and map[string]string are no JSON to the original.
  static bool IsArray(const Value& value) {
    return value.Is(Kind::kList) && value.type()->element == nullptr;
  }
  static bool IsObject(const Value& value) {
    return value.Is(Kind::kMap) && value.type()->element == nullptr;
  }

  absl::Status FillArray(Node& node, const List& list, int depth) {
    node.type = JsonType::kArray;
    node.members.reserve(list.size());
    for (const Value& item : list) RETURN_IF_ERROR(FillMember(node, {}, item, depth));
    return absl::OkStatus();
  }
  absl::Status FillObject(Node& node, const Map& map, int depth) {
    node.type = JsonType::kObject;
    node.members.reserve(map.size());
    for (const auto& [key, value] : map) RETURN_IF_ERROR(FillMember(node, key, value, depth));
    return absl::OkStatus();
  }
  absl::Status FillMember(Node& node, absl::string_view key, const Value& value, int depth) {
    Node* member = document_.NewNode();
    member->parent = &node;
    member->key = key;
    member->index = node.members.size();
    node.members.push_back({key, member});
    return Fill(*member, value, depth + 1);
  }
  void FillScalar(Node& node, const Value& value) {
    switch (value.kind()) {
      case Kind::kNil:
        return;
      case Kind::kBool:
        node.type = JsonType::kBool;
        node.boolean = value.bool_value();
        return;
      case Kind::kString:
        node.type = JsonType::kString;
        node.text = value.text();
        return;
      case Kind::kInt:
        return FillNumber(node, absl::StrCat(value.int_value()));
      case Kind::kUint:
        return FillNumber(node, absl::StrCat(value.uint_value()));
      case Kind::kFloat: {
        char text[32];
        const auto end = std::to_chars(text, text + sizeof(text), value.float_value()).ptr;
        return FillNumber(node, std::string(text, end));
      }
      default:
        node.type = JsonType::kOther;
        node.text = TypeName(value);
    }
  }
  void FillNumber(Node& node, std::string text) {
    node.type = JsonType::kNumber;
    node.text = document_.Keep(std::move(text));
  }

  Document& document_;
  const Limits& limits_;
};

absl::StatusOr<Document> Document::Of(const Value& value, const Limits& limits) {
  Document document;
  Node* root = document.NewNode();
  RETURN_IF_ERROR(DocumentOfValue(document, limits).Fill(*root, value, 0));
  document.root_ = root;
  return document;
}

}  // namespace devstats::chart::schema
