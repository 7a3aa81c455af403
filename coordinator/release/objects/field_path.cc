// FindField and EraseField of managed_fields.h. A path alone does not tell whether a dot is part of a key:
// the object does.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/release/objects/fields.h"
#include "coordinator/release/objects/managed_fields.h"

namespace devstats::release {
namespace {

constexpr size_t kLongest = 4096;  // of a path: it is walked by recursion

struct Spot {
  const Json* parent = nullptr;
  const Json* value = nullptr;
  std::string key;  // of a map
};

// Where the JSON value that `text` begins with ends.
size_t EndOfValue(absl::string_view text) {
  if (!absl::StartsWith(text, "\"")) return std::min(text.find_first_of(",]"), text.size());
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return text.size();
}

// Takes `[name="web",port=80]`, `[="a"]` or `[0]` off, as an element of a set of fields. Empty: it is none.
std::string TakeElement(absl::string_view* rest) {
  absl::string_view text = rest->substr(1);
  std::string keys;
  while (!text.empty() && text[0] != ']') {
    const size_t equals = text.find('='), end = text.find_first_of(",]");
    if (end == text.npos) return "";
    if (equals == text.npos || equals > end) {  // an index
      std::string index = absl::StrCat("i:", text.substr(0, end));
      *rest = text.substr(std::min(end + 1, text.size()));
      return index;
    }
    const absl::string_view key = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    const size_t size = EndOfValue(text);
    const absl::string_view value = text.substr(0, size);
    text.remove_prefix(size);
    if (key.empty())
      keys = absl::StrCat("v:", value);
    else
      absl::StrAppend(&keys, keys.empty() ? "k:{" : ",", Json(std::string(key)).dump(), ":", value);
    if (absl::StartsWith(text, ",")) text.remove_prefix(1);
  }
  if (text.empty()) return "";
  *rest = text.substr(1);
  if (absl::StartsWith(keys, "k:")) keys += "}";
  return keys;
}

bool Locate(absl::string_view rest, const Json& at, Spot* spot) {
  if (rest.empty()) return true;
  if (rest[0] == '[' && at.is_array()) {
    const Json* item = ChildAt(TakeElement(&rest), at);
    if (!item) return false;
    *spot = {&at, item, ""};
    return Locate(rest, *item, spot);
  }
  if (rest[0] != '.' || !at.is_object()) return false;
  rest.remove_prefix(1);
  for (const auto& [key, value] : at.items()) {
    if (key.empty() || !absl::StartsWith(rest, key)) continue;
    const absl::string_view behind = rest.substr(key.size());
    if (!behind.empty() && behind[0] != '.' && behind[0] != '[') continue;
    Spot found{&at, &value, key};
    if (!Locate(behind, value, &found)) continue;
    *spot = found;
    return true;
  }
  return false;
}

}  // namespace

const Json* FindField(absl::string_view path, const Json& object) {
  Spot spot;
  return path.size() <= kLongest && Locate(path, object, &spot) ? spot.value : nullptr;
}

absl::Status EraseField(absl::string_view path, Json* object) {
  Spot spot;
  if (path.size() > kLongest || !Locate(path, *object, &spot) || !spot.parent) {
    return absl::NotFoundError(absl::StrCat(path, ": not in the object"));
  }
  Json* parent = const_cast<Json*>(spot.parent);
  if (parent->is_object())
    parent->erase(spot.key);
  else
    parent->erase(static_cast<size_t>(spot.value - &(*parent)[0]));
  return absl::OkStatus();
}

}  // namespace devstats::release
