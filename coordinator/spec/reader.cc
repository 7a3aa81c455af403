#include "coordinator/spec/reader.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/suggest.h"
#include "coordinator/spec/words.h"

namespace devstats::spec {
namespace {

constexpr size_t kMostItems = 1000;
constexpr size_t kMostNodes = 500;
constexpr size_t kLongestText = 4096;
constexpr size_t kLongestKey = 64 * 1024;

std::string Join(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

std::string WithHint(std::string what, absl::string_view hint) {
  return hint.empty() ? what : absl::StrCat(what, "; ", hint);
}

const char* KindOf(const YamlNode& node) {
  return node.IsMapping() ? "a mapping" : node.IsSequence() ? "a list" : "text";
}

std::string Suggest(absl::string_view word, const Names& names) {
  return Suggestion(word, {names.begin(), names.end()});
}

// Plain words that one version of YAML or another reads as true or false.
bool IsTruthWord(const YamlNode& node) {
  static constexpr absl::string_view kWords[] = {"true", "false", "yes", "no", "on", "off", "y", "n"};
  return node.style == YamlNode::Style::kPlain &&
         std::any_of(std::begin(kWords), std::end(kWords),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(node.value, word); });
}

bool MeansTrue(absl::string_view word) {
  return absl::EqualsIgnoreCase(word, "true") || absl::EqualsIgnoreCase(word, "yes") ||
         absl::EqualsIgnoreCase(word, "on") || absl::EqualsIgnoreCase(word, "y");
}

// Reads one value of a known type.
class ValueReader {
 public:
  ValueReader(const Key& key, Marks& marks, Report& report) : key_(key), marks_(marks), report_(report) {}
  bool Read(const YamlNode& node, const std::string& path, Value& value);

 private:
  bool Fail(YamlMark mark, absl::string_view path, std::string what) {
    report_.Add(mark, absl::StrCat(path, " ", what));
    return false;
  }
  bool WrongKind(const YamlNode& node, absl::string_view path, absl::string_view want) {
    std::string what = absl::StrCat("must be ", want, ", not ", KindOf(node));
    if (node.IsScalar()) absl::StrAppend(&what, " ", Quoted(node.value));
    if (key_.example) absl::StrAppend(&what, "; for example ", key_.Name(), ": ", key_.example);
    return Fail(node.mark, path, std::move(what));
  }
  bool Text(const YamlNode& node, const std::string& path, std::string& text);
  bool Flag(const YamlNode& node, const std::string& path, bool& flag);
  bool Number(const YamlNode& node, const std::string& path, int& number);
  bool List(const YamlNode& node, const std::string& path, std::vector<std::string>& list);
  bool Map(const YamlNode& node, const std::string& path,
           std::vector<std::pair<std::string, std::string>>& map);
  bool Fits(const Grammar* grammar, const YamlNode& node, absl::string_view text, const std::string& path);

  const Key& key_;
  Marks& marks_;
  Report& report_;
};

// What holds for every value, whatever its type; false when it was refused.
bool IsUsable(const YamlNode& node, const std::string& path, Report& report) {
  if (!node.tag.empty()) {
    report.Add(node.mark, absl::StrCat(path, " has the tag ", Quoted(node.tag), "; tags are not used here"));
    return false;
  }
  if (node.IsNull()) {
    report.Add(node.mark, absl::StrCat(path, " has no value; give it one or remove the key"));
    return false;
  }
  return true;
}

bool ValueReader::Read(const YamlNode& node, const std::string& path, Value& value) {
  if (!IsUsable(node, path, report_)) return false;
  marks_[path] = node.mark;
  switch (key_.type) {
    case Type::kText:
      return Text(node, path, value.text);
    case Type::kFlag:
      return Flag(node, path, value.flag);
    case Type::kNumber:
      return Number(node, path, value.number);
    case Type::kTextList:
      return List(node, path, value.list);
    case Type::kTextMap:
      return Map(node, path, value.map);
    default:
      return true;
  }
}

bool ValueReader::Fits(const Grammar* grammar, const YamlNode& node, absl::string_view text,
                       const std::string& path) {
  if (!grammar || grammar->fits(text)) return true;
  const std::string hint = grammar->hint ? grammar->hint(text) : "";
  return Fail(node.mark, path, WithHint(absl::StrCat(Quoted(text), " is not ", grammar->says), hint));
}

bool ValueReader::Text(const YamlNode& node, const std::string& path, std::string& text) {
  if (!node.IsScalar()) return WrongKind(node, path, "text");
  if (IsTruthWord(node))
    return Fail(node.mark, path,
                absl::StrCat("must be text, not ", node.value, "; write \"", node.value,
                             "\" in quotes if the word is meant"));
  const size_t longest = key_.grammar == &kPublicKey ? kLongestKey : kLongestText;
  if (node.value.size() > longest)
    return Fail(node.mark, path, absl::StrCat("is ", node.value.size(), " bytes; at most ", longest));
  if (key_.choices) {
    const Names choices = key_.choices();
    if (std::find(choices.begin(), choices.end(), node.value) == choices.end()) {
      std::string hint = Suggest(node.value, choices);
      if (!absl::StartsWith(hint, "did")) hint.clear();  // the choices are told anyway
      return Fail(
          node.mark, path,
          WithHint(absl::StrCat(Quoted(node.value), " is not one of ", absl::StrJoin(choices, ", ")), hint));
    }
  }
  if (!Fits(key_.grammar, node, node.value, path)) return false;
  text = node.value;
  return true;
}

bool ValueReader::Flag(const YamlNode& node, const std::string& path, bool& flag) {
  if (!node.IsScalar()) return WrongKind(node, path, "true or false");
  if (node.style == YamlNode::Style::kPlain && (node.value == "true" || node.value == "false")) {
    flag = node.value == "true";
    return true;
  }
  std::string hint;
  YamlNode plain = node;
  plain.style = YamlNode::Style::kPlain;
  if (IsTruthWord(plain))
    hint = absl::StrCat("write ", MeansTrue(node.value) ? "true" : "false",
                        node.style == YamlNode::Style::kPlain ? "" : " without quotes");
  return Fail(node.mark, path,
              WithHint(absl::StrCat("must be true or false, not ", Quoted(node.value)), hint));
}

bool ValueReader::Number(const YamlNode& node, const std::string& path, int& number) {
  if (!node.IsScalar()) return WrongKind(node, path, "a number");
  absl::string_view digits = node.value;
  absl::ConsumePrefix(&digits, "-");
  if (!IsPlainNumber(digits) || node.value == "-0")
    return Fail(
        node.mark, path,
        absl::StrCat("must be a number from ", key_.min, " to ", key_.max, ", not ", Quoted(node.value)));
  if (node.style != YamlNode::Style::kPlain)
    return Fail(node.mark, path,
                absl::StrCat("must be a number, not text; write ", node.value, " without quotes"));
  int value = 0;
  if (!absl::SimpleAtoi(node.value, &value) || value < key_.min || value > key_.max)
    return Fail(node.mark, path,
                absl::StrCat("must be from ", key_.min, " to ", key_.max, ", not ", node.value));
  number = value;
  return true;
}

bool ValueReader::List(const YamlNode& node, const std::string& path, std::vector<std::string>& list) {
  if (!node.IsSequence()) return WrongKind(node, path, "a list of texts");
  if (node.items.size() > kMostItems)
    return Fail(node.mark, path, absl::StrCat("has ", node.items.size(), " items; at most ", kMostItems));
  bool good = true;
  std::map<std::string, YamlMark> seen;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    const std::string at = absl::StrCat(path, "[", i, "]");
    std::string text;
    marks_[at] = item.mark;
    if (!IsUsable(item, at, report_) || !Text(item, at, text)) {
      good = false;
      continue;
    }
    auto [first, fresh] = seen.emplace(text, item.mark);
    if (!fresh) {
      good = Fail(item.mark, at,
                  absl::StrCat(Quoted(text), " already stands at ", first->second.line, ":",
                               first->second.column, "; remove one of them"));
      continue;
    }
    list.push_back(std::move(text));
  }
  return good;
}

bool ValueReader::Map(const YamlNode& node, const std::string& path,
                      std::vector<std::pair<std::string, std::string>>& map) {
  if (!node.IsMapping()) return WrongKind(node, path, "a mapping");
  if (node.entries.size() > kMostItems)
    return Fail(node.mark, path, absl::StrCat("has ", node.entries.size(), " keys; at most ", kMostItems));
  bool good = true;
  for (const YamlEntry& entry : node.entries) {
    const std::string at = Join(path, entry.key);
    YamlNode key;
    key.mark = entry.key_mark;
    std::string text;
    marks_[at] = entry.key_mark;
    const bool key_fits = Fits(key_.key_grammar, key, entry.key, absl::StrCat("key of ", path));
    if (!key_fits || !IsUsable(entry.value, at, report_) || !Text(entry.value, at, text)) {
      good = false;
      continue;
    }
    map.emplace_back(entry.key, std::move(text));
  }
  return good;
}

// Walks sections.
class SectionReader {
 public:
  SectionReader(Draft& draft, Marks& marks, Report& report) : draft_(draft), marks_(marks), report_(report) {}
  // The keys below `prefix` of the table, from a mapping that stands at `path`.
  void Keys(const YamlNode& mapping, const std::string& prefix, const std::string& path);

 private:
  void Read(const Key& key, const YamlNode& node, const std::string& path);
  void ReadList(const Key& key, const YamlNode& node, const std::string& path);
  void ReadNamed(const Key& key, const YamlNode& node, const std::string& path);
  void Absent(const Key& key, YamlMark around, const std::string& path);
  void Unknown(const YamlEntry& entry, const std::string& prefix, const std::string& path);
  bool IsMapping(const YamlNode& node, const std::string& path);

  Draft& draft_;
  Marks& marks_;
  Report& report_;
};

bool SectionReader::IsMapping(const YamlNode& node, const std::string& path) {
  if (!IsUsable(node, path, report_)) return false;
  if (node.IsMapping()) return true;
  report_.Add(node.mark, absl::StrCat(path, " must be a section with keys, not ", KindOf(node)));
  return false;
}

void SectionReader::Unknown(const YamlEntry& entry, const std::string& prefix, const std::string& path) {
  Names known;
  for (const Key* key : KeysBelow(prefix)) known.push_back(key->Name());
  report_.Add(entry.key_mark,
              WithHint(absl::StrCat("unknown key ", Quoted(entry.key), path.empty() ? "" : " in ", path),
                       Suggest(entry.key, known)));
}

void SectionReader::Keys(const YamlNode& mapping, const std::string& prefix, const std::string& path) {
  marks_[path] = mapping.mark;
  for (const YamlEntry& entry : mapping.entries) {
    const auto& known = KeysBelow(prefix);
    if (std::none_of(known.begin(), known.end(), [&](const Key* key) { return key->Name() == entry.key; }))
      Unknown(entry, prefix, path);
  }
  for (const Key* key : KeysBelow(prefix)) {
    const std::string at = Join(path, key->Name());
    const YamlNode* node = mapping.Find(key->Name());
    if (node)
      Read(*key, *node, at);
    else
      Absent(*key, mapping.mark, at);
  }
}

// As if the default, or an empty section, stood there.
void SectionReader::Absent(const Key& key, YamlMark around, const std::string& path) {
  if (key.required) {
    const std::string hint =
        key.example ? absl::StrCat("for example ", key.Name(), ": ", key.example) : std::string();
    report_.Add(around, WithHint(absl::StrCat(path, " is missing"), hint));
  } else if (key.type == Type::kSection && !key.optional) {
    YamlNode none;
    none.kind = YamlNode::Kind::kMapping;
    none.mark = around;
    Read(key, none, path);
  } else if (key.fallback) {
    auto node = ParseYaml(key.fallback, path);
    if (!node.ok()) return;  // a test reads every default
    node->mark = around;
    for (YamlEntry& entry : node->entries) entry.key_mark = entry.value.mark = around;
    for (YamlNode& item : node->items) item.mark = around;
    Read(key, *node, path);
  }
}

void SectionReader::Read(const Key& key, const YamlNode& node, const std::string& path) {
  if (key.type == Type::kSectionList) return ReadList(key, node, path);
  if (key.type == Type::kNamedSections) return ReadNamed(key, node, path);
  Value value;
  if (key.type == Type::kSection) {
    if (!IsMapping(node, path)) return;
    if (key.set) key.set(draft_, std::move(value));
    return Keys(node, key.ChildPrefix(), path);
  }
  if (ReadValue(key, node, path, value, marks_, report_)) key.set(draft_, std::move(value));
}

void SectionReader::ReadList(const Key& key, const YamlNode& node, const std::string& path) {
  if (!IsUsable(node, path, report_)) return;
  marks_[path] = node.mark;
  const size_t most = absl::string_view(key.path) == "nodes" ? kMostNodes : kMostItems;
  if (!node.IsSequence() || node.items.size() > most) {
    report_.Add(node.mark, node.IsSequence()
                               ? absl::StrCat(path, " has ", node.items.size(), " items; at most ", most)
                               : absl::StrCat(path, " must be a list, not ", KindOf(node),
                                              "; begin each item with \"- \""));
    return;
  }
  if (key.required && node.items.empty())
    report_.Add(node.mark, absl::StrCat(path, " is empty; at least one is needed"));
  for (size_t i = 0; i < node.items.size(); ++i) {
    const std::string at = absl::StrCat(path, "[", i, "]");
    key.set(draft_, {});  // even for a bad item, so that the places in the file and in the draft agree
    if (IsMapping(node.items[i], at)) Keys(node.items[i], key.ChildPrefix(), at);
  }
}

void SectionReader::ReadNamed(const Key& key, const YamlNode& node, const std::string& path) {
  if (!IsMapping(node, path)) return;
  marks_[path] = node.mark;
  if (node.entries.size() > kMostItems) {
    report_.Add(node.mark, absl::StrCat(path, " has ", node.entries.size(), " keys; at most ", kMostItems));
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const std::string at = Join(path, entry.key);
    Value name;
    YamlNode text;
    text.value = entry.key;
    text.style = YamlNode::Style::kSingleQuoted;  // a key is text, whatever it looks like
    text.mark = entry.key_mark;
    const Key as_text = {.path = key.path, .grammar = key.key_grammar};
    if (!ReadValue(as_text, text, absl::StrCat("key of ", path), name, marks_, report_)) continue;
    if (!IsMapping(entry.value, at)) continue;
    key.set(draft_, std::move(name));
    Keys(entry.value, key.ChildPrefix(), at);
  }
}

}  // namespace

bool ReadValue(const Key& key, const YamlNode& node, const std::string& path, Value& value, Marks& marks,
               Report& report) {
  return ValueReader(key, marks, report).Read(node, path, value);
}

void ReadSpec(const YamlNode& root, Draft& draft, Marks& marks, Report& report) {
  if (!root.IsMapping()) {
    report.Add(root.mark,
               root.IsNull()
                   ? "the file is empty; `devstatsctl init` writes an example"
                   : absl::StrCat("a cluster.yaml begins with keys, as \"cluster: devstats\", not with ",
                                  KindOf(root)));
    return;
  }
  SectionReader(draft, marks, report).Keys(root, "", "");
}

}  // namespace devstats::spec
