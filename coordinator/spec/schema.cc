#include "coordinator/spec/schema.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace devstats::spec {
namespace {

std::vector<Key> Joined() {
  std::vector<Key> all;
  for (absl::Span<const Key> part :
       {NodeKeys(), OsKeys(), StorageKeys(), PackageKeys(), KubernetesKeys(), ChartKeys(), AddonKeys(),
        ReleaseKeys(), EnvironmentKeys(), ProjectKeys()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

// "nodes[]." of "nodes[].name".
absl::string_view PrefixOf(absl::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == path.npos ? "" : path.substr(0, dot + 1);
}

}  // namespace

const char* NameOf(Type type) {
  switch (type) {
    case Type::kText:
      return "text";
    case Type::kFlag:
      return "true or false";
    case Type::kNumber:
      return "number";
    case Type::kTextList:
      return "list of texts";
    case Type::kTextMap:
      return "mapping of texts to texts";
    case Type::kTree:
      return "mapping with any keys";
    case Type::kSection:
      return "section";
    case Type::kSectionList:
      return "list of sections";
    case Type::kNamedSections:
      return "sections by name";
  }
  return "";
}

std::string Key::ChildPrefix() const {
  switch (type) {
    case Type::kSection:
      return absl::StrCat(path, ".");
    case Type::kSectionList:
      return absl::StrCat(path, "[].");
    case Type::kNamedSections:
      return absl::StrCat(path, ".*.");
    default:
      return "";
  }
}

std::string Key::Name() const { return std::string(absl::string_view(path).substr(PrefixOf(path).size())); }

const std::vector<Key>& AllKeys() {
  static const auto* const all = new std::vector<Key>(Joined());
  return *all;
}

const std::vector<const Key*>& KeysBelow(absl::string_view prefix) {
  using Tree = std::map<std::string, std::vector<const Key*>, std::less<>>;
  static const Tree* const tree = [] {
    auto* made = new Tree;
    for (const Key& key : AllKeys()) (*made)[std::string(PrefixOf(key.path))].push_back(&key);
    return made;
  }();
  static const std::vector<const Key*> none;
  auto it = tree->find(prefix);
  return it == tree->end() ? none : it->second;
}

}  // namespace devstats::spec
