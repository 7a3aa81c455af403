#include <memory>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/chart/data/toml.h"
#include "coordinator/chart/data/toml_node.h"
#include "coordinator/chart/data/toml_scanner.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using internal::TomlScanner;
using Node = internal::TomlNode;
using Key = std::vector<std::string>;

std::string KeyText(const Key& key) {
  return absl::StrJoin(key, ".",
                       [](std::string* out, const std::string& part) { *out += internal::TomlKey(part); });
}

class TomlReader {
 public:
  TomlReader(absl::string_view text, const Limits& limits, MakeTime make_time)
      : limits_(limits), scanner_(text, make_time), root_(Node::Table()) {}

  absl::StatusOr<Value> Read() {
    while (TopLevel()) {
    }
    if (!scanner_.failed()) return root_->ToValue();
    const std::string key = CurrentKey();
    if (key.empty())
      return absl::InvalidArgumentError(
          absl::StrCat("toml: line ", scanner_.error_line(), ": ", scanner_.message()));
    return absl::InvalidArgumentError(absl::StrCat("toml: line ", scanner_.error_line(), " (last key ",
                                                   Quote(key), "): ", scanner_.message()));
  }

 private:
  std::string CurrentKey() const {
    if (current_.empty()) return KeyText(context_);
    return context_.empty() ? current_ : absl::StrCat(KeyText(context_), ".", current_);
  }

  // False at the end, and after an error.
  bool TopLevel() {
    scanner_.SkipBlanksAndBreaks();
    const int32_t c = scanner_.Peek();
    if (c == TomlScanner::kEnd) return false;
    if (c == '#') {
      scanner_.SkipComment();
      return !scanner_.failed();
    }
    if (c == '[') {
      scanner_.Take();
      return TableHeader() && LineEnd();
    }
    return KeyValue() && LineEnd();
  }

  bool LineEnd() {
    scanner_.SkipBlanks();
    const int32_t c = scanner_.Peek();
    if (c == TomlScanner::kEnd) return false;
    if (c == '#') {
      scanner_.SkipComment();
      return !scanner_.failed();
    }
    scanner_.Take();
    if (c == '\n' || c == '\r') return true;
    return scanner_.Error(
        absl::StrCat("expected a top-level item to end with a newline, comment, or EOF, but got ",
                     TomlScanner::Shown(c), " instead"));
  }

  bool TableHeader() {
    const bool array = scanner_.TakeIf('[');
    Key key;
    for (;;) {
      scanner_.SkipBlanks();
      const int32_t c = scanner_.Peek();
      if (c == ']' || c == TomlScanner::kEnd)
        return scanner_.Error("unexpected end of table name (table names cannot be empty)");
      if (c == '.') return scanner_.Error("unexpected table separator (table names cannot be empty)");
      if (!AddPart(key)) return false;
      scanner_.SkipBlanks();
      const int32_t end = scanner_.Take();
      if (end == ']') break;
      if (end != '.')
        return scanner_.Error(absl::StrCat("expected '.' or ']' to end table name, but got ",
                                           TomlScanner::Shown(end), " instead"));
    }
    if (array)
      if (const int32_t end = scanner_.Take(); end != ']')
        return scanner_.Error(absl::StrCat("expected end of table array name delimiter ']', but got ",
                                           TomlScanner::Shown(end), " instead"));
    if (!AddContext(key, array)) return false;
    SetType(context_, array ? Type::kTables : Type::kTable);
    return true;
  }

  bool AddPart(Key& key) {
    std::string part;
    if (!scanner_.KeyPart(part)) return false;
    if (key.empty()) key_line_ = scanner_.Line();
    key.push_back(std::move(part));
    return true;
  }

  // Up to the = behind it.
  bool ReadKey(Key& key) {
    scanner_.SkipBlanks();
    const int32_t first = scanner_.Peek();
    if (first == '=' || first == TomlScanner::kEnd)
      return scanner_.Error("unexpected '=': key name appears blank");
    if (first == '.') return scanner_.Error("unexpected '.': keys cannot start with a '.'");
    for (;;) {
      scanner_.SkipBlanks();
      const int32_t c = scanner_.Peek();
      if (c == '=' || c == TomlScanner::kEnd) return scanner_.Error("unexpected '='");
      if (c == '.') return scanner_.Error("unexpected '.'");
      if (!AddPart(key)) return false;
      scanner_.SkipBlanks();
      const int32_t end = scanner_.Take();
      if (end == '=') return true;
      if (end == '.') continue;
      if (end == TomlScanner::kEnd) return scanner_.Error("unexpected EOF; expected key separator '='");
      const std::string message =
          absl::StrCat("expected '.' or '=', but got ", TomlScanner::Shown(end), " instead");
      return end == '\n' ? scanner_.ErrorBefore(message) : scanner_.Error(message);
    }
  }

  // key = value, in the table at hand; `parents` gets the parts of the key but the last.
  bool KeyValueInto(Key& parents, Value& value) {
    Key key;
    if (!ReadKey(key)) return false;
    current_ = key.back();
    key.pop_back();
    for (const std::string& part : key) {
      Key context = context_;
      context.push_back(part);
      implicits_.insert(KeyText(context));
      if (!AddContext(context, false)) return false;
    }
    parents = std::move(key);
    return ReadValue(value, false) && SetCurrent(value);
  }

  bool KeyValue() {
    const Key outer = context_;
    Key parents;
    Value value;
    if (!KeyValueInto(parents, value)) return false;
    context_ = outer;
    current_.clear();
    return true;
  }

  bool TooDeep() {
    return scanner_.Error(absl::StrCat("nested deeper than ", limits_.document_depth, " levels"));
  }

  bool ReadValue(Value& out, bool in_array) {
    if (++depth_ > limits_.document_depth) return TooDeep();
    scanner_.SkipBlanks();
    const int32_t first = scanner_.Take();
    bool ok = false;
    if (scanner_.failed())
      ok = false;
    else if (first == '[')
      ok = Array(out);
    else if (first == '{')
      ok = InlineTable(out, in_array);
    else
      ok = scanner_.Scalar(first, out);
    --depth_;
    return ok;
  }

  static std::string RuneOrEnd(int32_t c) {
    if (c == TomlScanner::kEnd) return "end of file";
    std::string out = "'";
    AppendRune(out, c);
    return out += '\'';
  }

  // Goes over blanks, breaks and comments.
  void SkipAll() {
    for (;;) {
      scanner_.SkipBlanksAndBreaks();
      if (scanner_.Peek() != '#') return;
      scanner_.SkipComment();
    }
  }

  bool Array(Value& out) {
    SetType(WithCurrent(), Type::kArray);
    List items;
    for (;;) {
      SkipAll();
      if (scanner_.TakeIf(']')) break;
      if (scanner_.TakeIf(',')) return scanner_.Error("unexpected comma");
      Value value;
      if (!ReadValue(value, true)) return false;
      items.push_back(std::move(value));
      SkipAll();
      const int32_t c = scanner_.Take();
      if (c == ']') break;
      if (c != ',')
        return scanner_.Error(
            absl::StrCat("expected a comma (',') or array terminator (']'), but got ", RuneOrEnd(c)));
    }
    out = Value::MakeList(std::move(items));
    return true;
  }

  // It also grows in the document, where its keys are checked.
  bool InlineTable(Value& out, bool in_array) {
    const Key outer = context_;
    const std::string outer_key = current_;
    context_ = WithCurrent();
    const Key inner = context_;
    current_.clear();
    implicits_.insert(KeyText(inner));
    if (!AddContext(inner, in_array)) return false;
    Value table = Value::MakeMap();
    for (bool first = true;; first = false) {
      SkipAll();
      if (scanner_.TakeIf('}')) break;
      if (scanner_.TakeIf(',')) {
        if (first) return scanner_.Error("unexpected comma");
        scanner_.SkipBlanks();
        if (scanner_.Peek() == '}') continue;
        SkipAll();
        if (scanner_.TakeIf(',')) return scanner_.Error("unexpected comma");
        if (scanner_.TakeIf('}')) break;
      } else if (!first) {
        return scanner_.Error(absl::StrCat("expected a comma or an inline table terminator '}', but got ",
                                           RuneOrEnd(scanner_.Take()), " instead"));
      }
      Key parents;
      Value value;
      if (!KeyValueInto(parents, value)) return false;
      Value target = table;
      for (const std::string& part : parents) {
        Value& child = target.mutable_map()[part];
        if (child.IsNil()) child = Value::MakeMap();
        if (!child.Is(Kind::kMap))
          return scanner_.ErrorOnLine(key_line_, absl::StrCat(Quote(KeyText(context_)), " is not a table"));
        target = child;
      }
      target.mutable_map()[current_] = value;
      context_ = inner;
    }
    context_ = outer;
    current_ = outer_key;
    out = std::move(table);
    return true;
  }

  // --- Where keys go.

  enum class Type { kNone, kTable, kTables, kArray };

  Key WithCurrent() const {
    Key key = context_;
    key.push_back(current_);
    return key;
  }

  void SetType(const Key& key, Type type) {
    const std::string text = KeyText(key);
    if (type == Type::kArray)
      arrays_.insert(text);
    else
      arrays_.erase(text);
  }

  bool AlreadyDefined(const Key& key) {
    return scanner_.ErrorOnLine(key_line_,
                                absl::StrCat("Key '", KeyText(key), "' has already been defined."));
  }

  // The table in which what follows stands: the last one of an array of tables. nullptr: no table.
  static Node* TableOf(Node& node) {
    if (node.kind == Node::Kind::kTable) return &node;
    if (node.kind == Node::Kind::kTables && !node.tables.empty()) return node.tables.back().get();
    return nullptr;
  }

  bool AddContext(const Key& key, bool array) {
    if (key.size() > static_cast<size_t>(limits_.document_depth)) return TooDeep();
    Node* table = root_.get();
    Key parents;
    for (size_t i = 0; i + 1 < key.size(); ++i) {
      parents.push_back(key[i]);
      std::unique_ptr<Node>& child = table->table[key[i]];
      if (child == nullptr) {
        implicits_.insert(KeyText(parents));
        child = Node::Table();
      }
      table = TableOf(*child);
      if (table == nullptr)
        return scanner_.ErrorOnLine(
            key_line_, absl::StrCat("Key '", KeyText(parents), "' was already created as a hash."));
    }
    context_ = parents;
    if (array) {
      std::unique_ptr<Node>& child = table->table[key.back()];
      if (child == nullptr) {
        child = std::make_unique<Node>();
        child->kind = Node::Kind::kTables;
      }
      if (child->kind != Node::Kind::kTables)
        return scanner_.ErrorOnLine(key_line_, absl::StrCat("Key '", KeyText(key),
                                                            "' was already created and cannot be used as an "
                                                            "array."));
      child->tables.push_back(Node::Table());
    } else if (!Set(key.back(), Node::Table())) {
      return false;
    }
    context_.push_back(key.back());
    return true;
  }

  bool SetCurrent(const Value& value) {
    auto node = std::make_unique<Node>();
    node->value = value;
    const bool is_array = value.Is(Kind::kList);
    if (!Set(current_, std::move(node))) return false;
    SetType(WithCurrent(), is_array ? Type::kArray : Type::kNone);
    return true;
  }

  bool Set(const std::string& name, std::unique_ptr<Node> node) {
    Node* table = root_.get();
    Key key;
    for (const std::string& part : context_) {
      key.push_back(part);
      table = TableOf(*table->table[part]);
      if (table == nullptr) return AlreadyDefined(key);
    }
    key.push_back(name);
    std::unique_ptr<Node>& place = table->table[name];
    if (place == nullptr) {
      place = std::move(node);
      return true;
    }
    // Only what another key has made on its way may be made again.
    const std::string text = KeyText(key);
    if (!implicits_.contains(text)) return AlreadyDefined(key);
    implicits_.erase(text);
    if (arrays_.contains(text)) place = std::move(node);
    return true;
  }

  const Limits& limits_;
  TomlScanner scanner_;
  std::unique_ptr<Node> root_;
  Key context_;  // the table at hand
  std::string current_;
  size_t key_line_ = 1;
  int depth_ = 0;
  absl::flat_hash_set<std::string> implicits_;  // tables that only stand in the keys of others
  absl::flat_hash_set<std::string> arrays_;
};

}  // namespace

absl::StatusOr<Value> ReadToml(absl::string_view text, const Limits& limits, MakeTime make_time) {
  if (text.size() > limits.document_bytes)
    return absl::ResourceExhaustedError(
        absl::StrCat("toml: document has more than ", limits.document_bytes, " bytes"));
  if (absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff"))
    text.remove_prefix(2);
  else if (absl::StartsWith(text, "\xef\xbb\xbf"))
    text.remove_prefix(3);
  if (absl::StrContains(text.substr(0, 6), '\0'))
    return absl::InvalidArgumentError(
        "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8");
  return TomlReader(text, limits, make_time).Read();
}

}  // namespace devstats::chart
