#include "coordinator/kube/units/difference.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"

namespace devstats::coordinator {
namespace {

constexpr size_t kLongest = 300;

std::string TextOf(const Json& value) {
  if (value.is_null()) return "";
  std::string text = value.is_string() ? value.get<std::string>() : CanonicalJson(value);
  // Cut, but so that two texts that differ later stay different.
  if (text.size() > kLongest) text = absl::StrCat(text.substr(0, kLongest), "... sha256:", Sha256Hex(text));
  return text;
}

std::string Step(const std::string& key) {
  const bool plain = std::all_of(
      key.begin(), key.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; });
  return plain ? absl::StrCat(".", key) : absl::StrCat("[\"", key, "\"]");
}

class Comparison {
 public:
  explicit Comparison(bool is_secret) : is_secret_(is_secret) {}

  void Walk(const Json& before, const Json& after, const std::string& path) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) {
      std::set<std::string> keys;
      for (const Json* side : {&before, &after}) {
        for (const auto& [key, value] : side->items()) keys.insert(key);
      }
      for (const std::string& key : keys) {
        Walk(kube::At(before, {key.c_str()}), kube::At(after, {key.c_str()}), path + Step(key));
      }
    } else if (before.is_array() && after.is_array() && before.size() == after.size()) {
      for (size_t i = 0; i < before.size(); ++i) Walk(before[i], after[i], absl::StrCat(path, "[", i, "]"));
    } else {
      Add(before, after, path);
    }
  }
  std::vector<FieldDifference> Take() { return std::move(found_); }

 private:
  void Add(const Json& before, const Json& after, const std::string& path) {
    const bool hidden =
        is_secret_ && (absl::StartsWith(path, ".data") || absl::StartsWith(path, ".stringData"));
    if (hidden) {
      found_.push_back(
          {path, before.is_null() ? "" : "(hidden)", after.is_null() ? "" : "(another, hidden)"});
    } else {
      found_.push_back({path, TextOf(before), TextOf(after)});
    }
  }
  const bool is_secret_;
  std::vector<FieldDifference> found_;
};

}  // namespace

Json WithoutServerFields(Json object) {
  object.erase("status");
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    for (const char* key :
         {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"}) {
      metadata->erase(key);
    }
  }
  return object;
}

std::vector<FieldDifference> DifferencesOf(const Json& before, const Json& after) {
  Comparison comparison(kube::TextAt(after, {"kind"}) == "Secret");
  comparison.Walk(before, after, "");
  return comparison.Take();
}

}  // namespace devstats::coordinator
