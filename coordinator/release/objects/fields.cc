#include "coordinator/release/objects/fields.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/objects/quantity.h"

namespace devstats::release {
namespace {

const Json& Null() { return kube::At(Json(), {"nothing"}); }

// An item with these keys; with `partly` it may lack some.
const Json* ItemWith(const Json& keys, const Json& list, bool partly) {
  for (const Json& item : list) {
    size_t equal = 0, missing = 0;
    for (const auto& [key, value] : keys.items()) {
      const Json& has = kube::At(item, {key.c_str()});
      equal += has == value;
      missing += has.is_null();
    }
    if (equal == keys.size() || (partly && equal > 0 && equal + missing == keys.size())) return &item;
  }
  return nullptr;
}

const Json* ItemAt(char type, absl::string_view text, const Json& list) {
  if (type == 'i') {
    size_t index = 0;
    return absl::SimpleAtoi(text, &index) && index < list.size() ? &list[index] : nullptr;
  }
  const auto wanted = ParseJson(text);
  if (!wanted.ok()) return nullptr;
  if (type == 'v') {
    const auto found = std::find(list.begin(), list.end(), *wanted);
    return found == list.end() ? nullptr : &*found;
  }
  if (type != 'k' || !wanted->is_object() || wanted->empty()) return nullptr;
  const Json* exact = ItemWith(*wanted, list, false);
  return exact ? exact : ItemWith(*wanted, list, true);
}

void Erase(const Json* child, absl::string_view element, Json* parent) {
  if (parent->is_object()) {
    parent->erase(std::string(element.substr(2)));
  } else {
    parent->erase(static_cast<size_t>(child - &(*parent)[0]));
  }
}

// The server leaves out what is at its zero value, and writes amounts its own way. Somebody else's change
// shows in the fields: what he set is no longer ours.
bool IsZero(const Json& value) { return value == Json(std::string()) || value == false || value == 0; }
bool IsSame(const Json& wanted, const Json& live) {
  if (wanted == live) return true;
  return (wanted.is_string() || wanted.is_number()) && live.is_string() &&
         IsSameAmount(wanted.is_string() ? wanted.get_ref<const std::string&>() : wanted.dump(),
                      live.get_ref<const std::string&>());
}

// Empty maps within maps, all there: nobody's fields (IsEmptyPart).
bool IsHollowIn(const Json& wanted, const Json& live) {
  if (!wanted.is_object()) return IsEmptyPart(wanted) && wanted == live;
  if (!live.is_object()) return false;
  for (const auto& [key, value] : wanted.items()) {
    const auto has = live.find(key);
    if (has == live.end() || !IsHollowIn(value, *has)) return false;
  }
  return true;
}

bool IsMapOf(const Json& fields, const Json& wanted, const Json& live) {
  size_t used = 0;
  for (const auto& [key, value] : wanted.items()) {
    const auto field = fields.find("f:" + key);
    const bool owned = field != fields.end();
    const auto has = live.find(key);
    used += owned;
    // What is not there, or is empty, may be nobody's.
    if (value.is_null() && (has == live.end() || has->is_null())) continue;
    if (has == live.end() && owned && field->empty() && IsZero(value)) continue;
    if (has == live.end()) return false;
    if ((!owned || field->empty()) && IsHollowIn(value, *has)) continue;
    if (!owned || !AreFieldsOf(*field, value, *has)) return false;
  }
  return used + fields.count(".") == fields.size();
}

bool IsListOf(const Json& fields, const Json& wanted, const Json& live) {
  std::vector<std::pair<const Json*, const Json*>> items;  // in wanted, in live
  for (const auto& [element, sub] : fields.items()) {
    if (element == ".") continue;
    const Json *item = ChildAt(element, wanted), *has = ChildAt(element, live);
    if (!item || !has || !AreFieldsOf(sub, *item, *has)) return false;
    items.emplace_back(item, has);
  }
  std::sort(items.begin(), items.end());
  for (size_t i = 1; i < items.size(); ++i) {
    if (items[i - 1].first == items[i].first || items[i - 1].second >= items[i].second) return false;
  }
  return items.size() == wanted.size();
}

}  // namespace

const Json* ChildAt(absl::string_view element, const Json& parent) {
  if (element.size() < 2 || element[1] != ':') return nullptr;
  const absl::string_view rest = element.substr(2);
  if (element[0] != 'f') return parent.is_array() ? ItemAt(element[0], rest, parent) : nullptr;
  if (!parent.is_object()) return nullptr;
  const auto found = parent.find(std::string(rest));
  return found == parent.end() ? nullptr : &*found;
}

bool IsEmptyPart(const Json& value) { return value.is_structured() && value.empty(); }

void AddFields(const Json& more, Json* fields) {
  for (const auto& [element, sub] : more.items()) {
    const auto [found, is_new] = fields->emplace(element, sub);
    if (!is_new) AddFields(sub, &*found);
  }
}

Json FieldsIn(const Json& fields, const Json& wanted, const std::vector<const Json*>& others) {
  Json out = Json::object();
  for (const auto& [element, sub] : fields.items()) {
    if (element == "." && !IsEmptyPart(wanted)) out[element] = Json::object();
    const Json* child = ChildAt(element, wanted);
    std::vector<const Json*> children;
    for (const Json* other : others) {
      if (const Json* found = ChildAt(element, *other)) children.push_back(found);
    }
    if (!child && children.empty()) continue;
    if (sub.empty()) {
      if (!child || !IsEmptyPart(*child)) out[element] = Json::object();
    } else {
      Json within = FieldsIn(sub, child ? *child : Null(), children);
      if (!within.empty()) out[element] = std::move(within);
    }
  }
  return out;
}

void EraseFields(const Json& fields, const Json& wanted, const Json& kept, Json* object) {
  for (const auto& [element, sub] : fields.items()) {
    const Json* child = ChildAt(element, *object);
    if (!child) continue;
    const Json* meant = ChildAt(element, wanted);
    const Json& keeps = kube::At(kept, {element.c_str()});
    const bool whole = !meant && keeps.is_null() && (sub.empty() || sub.contains("."));
    if (whole) {
      Erase(child, element, object);
    } else {
      EraseFields(sub, meant ? *meant : Null(), keeps, const_cast<Json*>(child));
    }
  }
}

bool AreFieldsOf(const Json& fields, const Json& wanted, const Json& live) {
  if (fields.empty()) return IsSame(wanted, live);
  if (wanted.is_object() && live.is_object()) return IsMapOf(fields, wanted, live);
  if (wanted.is_array() && live.is_array()) return IsListOf(fields, wanted, live);
  return false;
}

}  // namespace devstats::release
