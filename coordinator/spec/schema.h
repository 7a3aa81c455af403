// The declared table of cluster.yaml's keys. It alone says what may stand in the file: reading, unknown keys,
// defaults, `explain` and the list of paths all go by it.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/yaml.h"
#include "coordinator/spec/grammar.h"
#include "coordinator/spec/model.h"

namespace devstats::spec {

// A spec while it is read: what can be resolved only when all of it is known waits beside it.
struct Draft {
  ClusterSpec spec;
  bool has_storage = false;
  std::vector<std::pair<std::string, std::string>> links;  // path, target as written
  std::vector<std::string> move;
  std::map<std::string, std::string> labels;     // of all nodes
  std::map<std::string, std::string> schedules;  // by environment: whose schedules the file says it has
  std::string section;  // the named section that is being read, where its keys need it
};

// A value that has its key's type.
struct Value {
  std::string text;  // of a named section: its name
  int number = 0;
  bool flag = false;
  std::vector<std::string> list;
  std::vector<std::pair<std::string, std::string>> map;  // in the order written
  YamlNode tree;                                         // a mapping
};

enum class Type {
  kText,
  kFlag,
  kNumber,
  kTextList,
  kTextMap,
  kTree,           // a mapping with any keys and values, those of a chart
  kSection,        // keys below "path."
  kSectionList,    // keys below "path[]."
  kNamedSections,  // keys below "path.*."
};
const char* NameOf(Type type);  // "text", "true or false"

using Names = std::vector<std::string>;

struct Key {
  const char* path;  // "nodes[].name"
  Type type = Type::kText;
  const char* fallback = nullptr;        // as YAML; read as if it stood in the file when the key does not
  bool required = false;                 // wherever the section around it stands
  bool optional = false;                 // a section: absent, its keys have no defaults
  Names (*choices)() = nullptr;          // the only texts allowed
  const Grammar* grammar = nullptr;      // of a text, and of each in a list or map
  const Grammar* key_grammar = nullptr;  // of the keys of a map
  int min = 0, max = 0;                  // of a number; max of a list of sections: its items, 0: 1000
  const char* meaning = "";
  const char* example = nullptr;    // as YAML, of the value
  std::string (*more)() = nullptr;  // what `explain` tells below all this, such as a table
  // Takes the value over. Of a section: called before its keys are read.
  void (*set)(Draft&, Value&&) = nullptr;

  bool IsSection() const { return type >= Type::kSection; }
  std::string ChildPrefix() const;  // "nodes[].", empty unless IsSection()
  std::string Name() const;         // the last part: "name"
};

// All keys, in the order of the file; parents before their children.
const std::vector<Key>& AllKeys();
// The keys directly below a prefix ("" or a ChildPrefix), in the order of the table.
const std::vector<const Key*>& KeysBelow(absl::string_view prefix);

// The table, part by part.
absl::Span<const Key> NodeKeys();         // cluster, nodes, labels
absl::Span<const Key> OsKeys();           // os
absl::Span<const Key> StorageKeys();      // storage
absl::Span<const Key> PackageKeys();      // repositories, packages
absl::Span<const Key> KubernetesKeys();   // runtime, kubernetes, contexts
absl::Span<const Key> ChartKeys();        // charts
absl::Span<const Key> AddonKeys();        // addons
absl::Span<const Key> ReleaseKeys();      // releases
absl::Span<const Key> EnvironmentKeys();  // environments
absl::Span<const Key> ProjectKeys();      // projects

// What a file leaves to its add-ons' own defaults where these depend on other values.
void FillAddons(ClusterSpec* spec);

}  // namespace devstats::spec
