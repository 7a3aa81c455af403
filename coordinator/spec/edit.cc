#include "coordinator/spec/edit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/spec/edit_text.h"

namespace devstats::spec {
namespace {

std::string Shown(const YamlPath& path) { return absl::StrJoin(path, "."); }

absl::Status ByHand(absl::string_view what) {
  return Hint(absl::UnimplementedError(absl::StrCat(what, " is not written in a way that is edited here")),
              "write it by hand");
}

bool SameValue(const YamlNode& a, const YamlNode& b) {
  if (a.kind != b.kind || a.tag != b.tag || a.value != b.value || a.IsNull() != b.IsNull()) return false;
  if (!std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), SameValue)) return false;
  return std::equal(
      a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
      [](const YamlEntry& x, const YamlEntry& y) { return x.key == y.key && SameValue(x.value, y.value); });
}

// That the text has these values, and no others.
absl::StatusOr<std::string> Verified(std::string text, absl::string_view file, const YamlNode& expected) {
  const absl::StatusOr<YamlNode> now = ParseYaml(text, file);
  if (now.ok() && SameValue(*now, expected)) return text;
  return ByHand("this place");
}

// Quoted, so that it is a text whatever it looks like.
YamlNode TextNode(const std::string& value) {
  return {.style = YamlNode::Style::kDoubleQuoted, .value = value};
}

YamlNode* ChildOf(YamlNode* node, const std::string& key) {
  for (YamlEntry& entry : node->entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

YamlNode* NodeAt(YamlNode* root, const YamlPath& path) {
  for (const std::string& key : path)
    if (root != nullptr) root = ChildOf(root, key);
  return root;
}

const YamlSpan* SpanAt(const YamlSpan& root, const YamlPath& path) {
  const YamlSpan* span = &root;
  for (const std::string& key : path) {
    const auto* entry = span->Find(key);
    if (entry == nullptr) return nullptr;
    span = &entry->value;
  }
  return span;
}

// A file as it is: where its parts stand, and what they mean.
struct File {
  YamlSpan spans;
  YamlNode values;
};

absl::StatusOr<File> Read(const YamlText& yaml) {
  File file;
  ASSIGN_OR_RETURN(file.spans, SpansOf(yaml.text, yaml.file));
  ASSIGN_OR_RETURN(file.values, ParseYaml(yaml.text, yaml.file));
  return file;
}

// The sequence, and the place of the item in it: its size when it is not there.
struct Found {
  const YamlSpan* list;
  YamlNode* node;
  size_t place;
};
absl::StatusOr<Found> FindItem(File* file, const YamlPath& path, const std::string& item) {
  const YamlSpan* list = SpanAt(file->spans, path);
  if (list == nullptr) return absl::NotFoundError(absl::StrCat("there is no ", Shown(path)));
  if (list->kind != YamlNode::Kind::kSequence)
    return absl::InvalidArgumentError(absl::StrCat(Shown(path), " is no list"));
  size_t place = 0;
  while (place < list->items.size() && list->items[place].value != item) ++place;
  return Found{list, NodeAt(&file->values, path), place};
}

// What the setting makes of the values.
void Set(YamlNode* node, const YamlPath& path, const std::string& value) {
  for (const std::string& key : path) {
    if (!node->IsMapping()) *node = {.kind = YamlNode::Kind::kMapping};
    YamlNode* child = ChildOf(node, key);
    if (child == nullptr) {
      node->entries.push_back({.key = key});
      child = &node->entries.back().value;
    }
    node = child;
  }
  const std::string tag = node->tag;
  *node = TextNode(value);
  node->tag = tag;
}

// Where a setting begins to add: the deepest mapping of its path that is there, and the key by which it
// stands in another.
struct Deepest {
  const YamlSpan* node;
  const YamlSpan* key = nullptr;
  bool within_flow = false;  // what is around it has brackets
  size_t depth = 0;          // keys of the path that lead to it
};
Deepest DeepestOf(const YamlSpan& root, const YamlPath& path) {
  Deepest at{.node = &root};
  while (at.depth < path.size()) {
    const auto* entry = at.node->Find(path[at.depth]);
    if (entry == nullptr) break;
    at = {&entry->value, &entry->key, at.node->flow, at.depth + 1};
  }
  return at;
}

}  // namespace

absl::StatusOr<std::string> AppendItem(const YamlText& yaml, const YamlPath& path, const std::string& item) {
  ASSIGN_OR_RETURN(File file, Read(yaml));
  ASSIGN_OR_RETURN(const Found found, FindItem(&file, path, item));
  if (found.place < found.list->items.size())
    return absl::AlreadyExistsError(absl::StrCat(item, " is in ", Shown(path), " already"));
  EditText text(yaml.text);
  if (!text.Append(*found.list, Written(item))) return ByHand(Shown(path));
  found.node->items.push_back(TextNode(item));
  return Verified(text.Result(), yaml.file, file.values);
}

absl::StatusOr<std::string> RemoveItem(const YamlText& yaml, const YamlPath& path, const std::string& item) {
  ASSIGN_OR_RETURN(File file, Read(yaml));
  ASSIGN_OR_RETURN(const Found found, FindItem(&file, path, item));
  const size_t size = found.list->items.size();
  if (found.place == size) return absl::NotFoundError(absl::StrCat(item, " is not in ", Shown(path)));
  if (size == 1)
    return absl::FailedPreconditionError(absl::StrCat(item, " is all that stands in ", Shown(path)));
  EditText text(yaml.text);
  if (!text.Remove(*found.list, found.place)) return ByHand(Shown(path));
  found.node->items.erase(found.node->items.begin() + static_cast<long>(found.place));
  return Verified(text.Result(), yaml.file, file.values);
}

absl::StatusOr<std::string> SetText(const YamlText& yaml, const YamlPath& path, const std::string& value) {
  ASSIGN_OR_RETURN(File file, Read(yaml));
  const Deepest at = DeepestOf(file.spans, path);
  const YamlPath rest(path.begin() + static_cast<long>(at.depth), path.end());
  const YamlPath there(path.begin(), path.begin() + static_cast<long>(at.depth));
  const YamlNode* now = NodeAt(&file.values, there);
  const bool fits = rest.empty() ? now->IsScalar() : now->IsMapping() || (now->IsNull() && at.key != nullptr);
  if (!fits)
    return absl::InvalidArgumentError(absl::StrCat(there.empty() ? "the file" : Shown(there), " is no ",
                                                   rest.empty() ? "text" : "mapping"));
  EditText text(yaml.text);
  const bool done =
      rest.empty() ? text.Replace(*at.node, Written(value))
      : now->IsMapping()
          ? text.AddEntry(*at.node, rest, Written(value), StepOf(yaml.text, file.spans))
          : text.Fill(*at.key, *at.node, at.within_flow, rest, Written(value), StepOf(yaml.text, file.spans));
  if (!done) return ByHand(Shown(path));
  Set(&file.values, path, value);
  return Verified(text.Result(), yaml.file, file.values);
}

}  // namespace devstats::spec
