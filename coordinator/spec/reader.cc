#include "coordinator/spec/reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/suggest.h"

namespace devstats::spec {
namespace {

std::string Join(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

// As if all of it stood at one place.
void SetMarks(YamlNode& node, YamlMark mark) {
  node.mark = mark;
  for (YamlEntry& entry : node.entries) {
    entry.key_mark = mark;
    SetMarks(entry.value, mark);
  }
  for (YamlNode& item : node.items) SetMarks(item, mark);
}

// Walks sections.
class SectionReader {
 public:
  SectionReader(Draft& draft, Places& places, Report& report)
      : draft_(draft), places_(places), report_(report) {}
  // The keys below `prefix` of the table, from a mapping that stands at `path`.
  void Keys(const YamlNode& mapping, const std::string& prefix, const std::string& path);
  void Read(const Key& key, const YamlNode& node, const std::string& path);

 private:
  void ReadList(const Key& key, const YamlNode& node, const std::string& path);
  void ReadNamed(const Key& key, const YamlNode& node, const std::string& path);
  void Absent(const Key& key, YamlMark around, const std::string& path);
  void Unknown(const YamlEntry& entry, const std::string& prefix, const std::string& path);
  bool IsMapping(const YamlNode& node, const std::string& path);

  Draft& draft_;
  Places& places_;
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
  std::string hint = Suggestion(entry.key, {known.begin(), known.end()});
  const std::string secret = absl::StrCat(entry.key, "Secret");  // that holds what was written here itself
  if (std::find(known.begin(), known.end(), secret) != known.end())
    hint =
        absl::StrCat("secrets do not stand in this file: keep it by `devstatsctl secret set NAME` and write ",
                     secret, ": NAME");
  report_.Add(
      entry.key_mark,
      WithHint(absl::StrCat("unknown key ", Quoted(entry.key), path.empty() ? "" : " in ", path), hint));
}

void SectionReader::Keys(const YamlNode& mapping, const std::string& prefix, const std::string& path) {
  places_[path] = {mapping.mark, true};
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
    report_.Add(around, WithHint(absl::StrCat(path, " is missing"), ForExample(key)));
  } else if (key.type == Type::kSection && !key.optional) {
    YamlNode none;
    none.kind = YamlNode::Kind::kMapping;
    none.mark = around;
    Read(key, none, path);
  } else if (key.fallback) {
    auto node = ParseYaml(key.fallback, path);
    if (!node.ok()) return;  // a test reads every default
    SetMarks(*node, around);
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
  if (ReadValue(key, node, path, value, places_, report_)) key.set(draft_, std::move(value));
}

void SectionReader::ReadList(const Key& key, const YamlNode& node, const std::string& path) {
  if (!IsUsable(node, path, report_)) return;
  places_[path] = {node.mark, true};
  const size_t most = key.max > 0 ? static_cast<size_t>(key.max) : kMostItems;
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
  places_[path] = {node.mark, true};
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
    if (!ReadValue(as_text, text, absl::StrCat("key of ", path), name, places_, report_)) continue;
    if (!IsMapping(entry.value, at)) continue;
    key.set(draft_, std::move(name));
    Keys(entry.value, key.ChildPrefix(), at);
  }
}

}  // namespace

void ReadSpec(const YamlNode& root, Draft& draft, Places& places, Report& report) {
  if (!root.IsMapping()) {
    report.Add(root.mark,
               root.IsNull()
                   ? "the file is empty; `devstatsctl init` writes an example"
                   : absl::StrCat("a cluster.yaml begins with keys, as \"cluster: devstats\", not with ",
                                  KindOf(root)));
    return;
  }
  SectionReader(draft, places, report).Keys(root, "", "");
}

void ReadKey(absl::string_view key, const YamlNode& node, const std::string& path, Draft& draft,
             Places& places, Report& report) {
  for (const Key& known : AllKeys())
    if (known.path == key) return SectionReader(draft, places, report).Read(known, node, path);
}

}  // namespace devstats::spec
