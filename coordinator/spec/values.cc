#include "coordinator/spec/values.h"

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

constexpr size_t kLongestText = 4096;
constexpr size_t kLongestKey = size_t{64} * 1024;

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
  ValueReader(const Key& key, Places& places, Report& report) : key_(key), places_(places), report_(report) {}
  bool Read(const YamlNode& node, const std::string& path, Value& value);

 private:
  bool Fail(YamlMark mark, absl::string_view path, const std::string& what) {
    report_.Add(mark, absl::StrCat(path, " ", what));
    return false;
  }
  bool WrongKind(const YamlNode& node, absl::string_view path, absl::string_view want) {
    return Fail(node.mark, path,
                WithHint(absl::StrCat("must be ", want, ", not ", KindOf(node)), ForExample(key_)));
  }
  bool ReadTyped(const YamlNode& node, const std::string& path, Value& value);
  bool Text(const YamlNode& node, const std::string& path, std::string& text);
  bool Flag(const YamlNode& node, const std::string& path, bool& flag);
  bool Number(const YamlNode& node, const std::string& path, int& number);
  bool List(const YamlNode& node, const std::string& path, std::vector<std::string>& list);
  bool Map(const YamlNode& node, const std::string& path,
           std::vector<std::pair<std::string, std::string>>& map);
  bool Tree(const YamlNode& node, const std::string& path);
  bool Fits(const Grammar* grammar, const YamlNode& node, absl::string_view text, const std::string& path);

  const Key& key_;
  Places& places_;
  Report& report_;
};

bool ValueReader::Read(const YamlNode& node, const std::string& path, Value& value) {
  const bool good = IsUsable(node, path, report_) && ReadTyped(node, path, value);
  places_[path] = {node.mark, good};
  return good;
}

bool ValueReader::ReadTyped(const YamlNode& node, const std::string& path, Value& value) {
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
    case Type::kTree:
      if (!node.IsMapping()) return WrongKind(node, path, "a mapping");
      value.tree = node;
      return Tree(node, path);
    default:
      return true;
  }
}

bool ValueReader::Fits(const Grammar* grammar, const YamlNode& node, absl::string_view text,
                       const std::string& path) {
  if (!grammar || grammar->fits(text)) return true;
  const std::string hint = grammar->hint ? grammar->hint(text) : "";
  const std::string what = grammar == &kSecretName ? "" : Quoted(text) + " ";  // it may be the secret itself
  return Fail(node.mark, path, WithHint(absl::StrCat(what, "is not ", grammar->says), hint));
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
      std::string hint = Suggestion(node.value, {choices.begin(), choices.end()});
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
  bool good = !(key_.required && node.items.empty());
  if (!good) Fail(node.mark, path, "is empty; at least one is needed");
  std::map<std::string, YamlMark> seen;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    const std::string at = absl::StrCat(path, "[", i, "]");
    std::string text;
    places_[at] = {item.mark, IsUsable(item, at, report_) && Text(item, at, text)};
    if (!places_[at].good) {
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
    const std::string at = absl::StrCat(path, ".", entry.key);
    YamlNode key;
    key.mark = entry.key_mark;
    std::string text;
    const bool fits = Fits(key_.key_grammar, key, entry.key, absl::StrCat("key of ", path)) &&
                      IsUsable(entry.value, at, report_) && Text(entry.value, at, text);
    places_[at] = {entry.key_mark, fits};
    good = good && fits;
    map.emplace_back(entry.key, std::move(text));
  }
  return good;
}

// Nothing is known of it but that it must be what it looks like: a tag would make something else of it.
bool ValueReader::Tree(const YamlNode& node, const std::string& path) {
  bool good = true;
  if (!node.tag.empty()) good = IsUsable(node, path, report_);
  for (const YamlEntry& entry : node.entries)
    good = Tree(entry.value, absl::StrCat(path, ".", entry.key)) && good;
  for (size_t i = 0; i < node.items.size(); ++i)
    good = Tree(node.items[i], absl::StrCat(path, "[", i, "]")) && good;
  return good;
}

}  // namespace

std::string KindOf(const YamlNode& node) {
  if (node.IsMapping()) return "a mapping";
  return node.IsSequence() ? "a list" : absl::StrCat("text ", Quoted(node.value));
}

std::string WithHint(const std::string& what, absl::string_view hint) {
  return hint.empty() ? what : absl::StrCat(what, "; ", hint);
}

std::string ForExample(const Key& key) {
  if (!key.example || absl::StrContains(key.example, "\n")) return "";
  return absl::StrCat("for example ", key.Name(), ": ", key.example);
}

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

bool ReadValue(const Key& key, const YamlNode& node, const std::string& path, Value& value, Places& places,
               Report& report) {
  return ValueReader(key, places, report).Read(node, path, value);
}

}  // namespace devstats::spec
