// Maps: sprig's dictionaries, which templates share and change.
#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/status.h"
#include "coordinator/chart/functions/arguments.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/merge_maps.h"
#include "coordinator/chart/functions/text.h"

namespace devstats::chart {
namespace {

// dict KEY VALUE ...: a key without a value has "".
absl::StatusOr<Value> Dict(Call& call, Rest rest) {
  RETURN_IF_ERROR(SpendEntries(call, rest.arguments.size() / 2));
  Map entries;
  for (size_t i = 0; i < rest.arguments.size(); i += 2) {
    ASSIGN_OR_RETURN(std::string key, ToTextOrBytes(call, rest.arguments[i]));
    entries[std::move(key)] = i + 1 < rest.arguments.size() ? rest.arguments[i + 1] : Value::String("");
  }
  return Value::MakeMap(std::move(entries));
}

Value Get(AsMap map, absl::string_view key) {
  const Value* found = map.value.Find(key);
  return found ? *found : Value::String("");
}

bool HasKey(AsMap map, absl::string_view key) { return map.value.Find(key) != nullptr; }

absl::StatusOr<Value> Set(Call& call, AsMap map, absl::string_view key, const Value& value) {
  Value same = AsPlainMap(map.value);
  if (same.IsNull()) return Panic("assignment to entry in nil map");
  RETURN_IF_ERROR(SpendEntries(call, 1));
  same.mutable_map()[std::string(key)] = value;
  call.Changed(same, value);
  return same;
}

Value Unset(AsMap map, absl::string_view key) {
  Value same = AsPlainMap(map.value);
  if (!same.IsNull())
    if (const auto found = same.map().find(key); found != same.map().end())
      same.mutable_map().erase(std::string(key));
  return same;
}

// pluck KEY MAP ...
absl::StatusOr<Value> Pluck(Call&, Arguments arguments) {
  List found;
  for (const Value& map : arguments.subspan(1))
    if (const Value* value = map.Find(arguments[0].text())) found.push_back(*value);
  return Value::MakeList(std::move(found));
}

// Go has them in no order; ours is sorted, map by map.
absl::StatusOr<Value> Keys(Call& call, Arguments maps) {
  List keys;
  for (const Value& map : maps) {
    RETURN_IF_ERROR(SpendItems(call, Entries(map).size()));
    for (const auto& [key, value] : Entries(map)) keys.push_back(Value::String(key));
  }
  return Value::MakeList(std::move(keys), types::kStringList);
}

absl::StatusOr<Value> ValuesOf(Call& call, AsMap map) {
  RETURN_IF_ERROR(SpendItems(call, Entries(map.value).size()));
  List values;
  for (const auto& [key, value] : Entries(map.value)) values.push_back(value);
  return Value::MakeList(std::move(values));
}

Value Pick(AsMap map, StringRest keys) {
  Map picked;
  for (const Value& key : keys.arguments)
    if (const Value* value = map.value.Find(key.text())) picked[std::string(key.text())] = *value;
  return Value::MakeMap(std::move(picked));
}

absl::StatusOr<Value> Omit(Call& call, AsMap map, StringRest keys) {
  RETURN_IF_ERROR(SpendItems(call, Entries(map.value).size()));
  absl::flat_hash_set<absl::string_view> omitted;
  for (const Value& key : keys.arguments) omitted.insert(key.text());
  Map kept;
  for (const auto& [key, value] : Entries(map.value))
    if (!omitted.contains(key)) kept.emplace_hint(kept.end(), key, value);
  return Value::MakeMap(std::move(kept));
}

absl::StatusOr<Value> MergeAll(Call& call, Arguments maps, bool overwrite) {
  Value target = AsPlainMap(maps[0]);
  for (const Value& source : maps.subspan(1)) {
    if (target.IsNull() && source.Is(Kind::kMap) && !source.IsNull()) target = Value::MakeMap();
    RETURN_IF_ERROR(MergeMaps(call, target, AsPlainMap(source), overwrite));
  }
  return target;
}

template <bool kOverwrite>
absl::StatusOr<Value> MustMerge(Call& call, Arguments maps) {
  return MergeAll(call, maps, kOverwrite);
}
// mergo's own errors (not Go's panics) become "".
template <bool kOverwrite>
absl::StatusOr<Value> Merge(Call& call, Arguments maps) {
  absl::StatusOr<Value> merged = MergeAll(call, maps, kOverwrite);
  if (merged.status().message() == kDifferentTypes) return Value::String("");
  return merged;
}

// dig KEY ... DEFAULT MAP
absl::StatusOr<Value> Dig(Rest rest) {
  const Arguments arguments = rest.arguments;
  if (arguments.size() < 3) return Panic("dig needs at least three arguments");
  const Arguments keys = arguments.first(arguments.size() - 2);
  const Value* at = &arguments.back();
  if (at->type() != &types::kMap) return FailedAssertion(*at, types::kMap.name);
  for (const Value& key : keys)
    if (key.type() != &types::kString) return FailedAssertion(key, types::kString.name);
  for (const Value& key : keys) {
    if (at->type() != &types::kMap) return FailedAssertion(*at, types::kMap.name);
    at = at->Find(key.text());
    if (at == nullptr) return arguments[arguments.size() - 2];
  }
  return *at;
}

absl::StatusOr<Value> CopyAll(Call& call, const Value& value, int depth) {
  if (depth > call.environment().limits().nesting)
    return absl::ResourceExhaustedError("values nest too deeply to be copied");
  if (value.IsNull()) return value;
  if (value.Is(Kind::kList)) {
    RETURN_IF_ERROR(SpendItems(call, 1 + value.list().size()));
    List items;
    items.reserve(value.list().size());
    for (const Value& item : value.list()) {
      ASSIGN_OR_RETURN(Value copy, CopyAll(call, item, depth + 1));
      items.push_back(std::move(copy));
    }
    return Value::MakeList(std::move(items), *value.type());
  }
  if (!value.Is(Kind::kMap)) return value;
  RETURN_IF_ERROR(SpendEntries(call, 1 + value.map().size()));
  Map entries;
  for (const auto& [key, entry] : value.map()) {
    ASSIGN_OR_RETURN(Value copy, CopyAll(call, entry, depth + 1));
    entries.emplace_hint(entries.end(), key, std::move(copy));
  }
  return Value::MakeMap(std::move(entries), *value.type());
}
absl::StatusOr<Value> Copy(Call& call, const Value& value) {
  if (value.IsNil()) return Panic("reflect: call of reflect.Value.Type on zero Value");
  return CopyAll(call, value, 0);
}

constexpr const Type* kMaps[] = {&types::kMap};
constexpr const Type* kMapAndMaps[] = {&types::kMap, &types::kMap};
constexpr const Type* kKeyAndMaps[] = {&types::kString, &types::kMap};

constexpr Function kDictFunctions[] = {
    Bind<&Dict>("dict"),
    Bind<&Get>("get"),
    Bind<&HasKey>("hasKey"),
    Bind<&Set>("set"),
    Bind<&Unset>("unset"),
    Bind<&ValuesOf>("values"),
    Bind<&Pick>("pick"),
    Bind<&Omit>("omit"),
    Bind<&Dig>("dig"),
    Bind<&Copy>("deepCopy"),
    Bind<&Copy>("mustDeepCopy"),
    Variadic("keys", absl::MakeConstSpan(kMaps), &Keys),
    Variadic("pluck", absl::MakeConstSpan(kKeyAndMaps), &Pluck),
    Variadic("merge", absl::MakeConstSpan(kMapAndMaps), &Merge<false>),
    Variadic("mergeOverwrite", absl::MakeConstSpan(kMapAndMaps), &Merge<true>),
    Variadic("mustMerge", absl::MakeConstSpan(kMapAndMaps), &MustMerge<false>),
    Variadic("mustMergeOverwrite", absl::MakeConstSpan(kMapAndMaps), &MustMerge<true>)};

}  // namespace

absl::Span<const Function> DictFunctions() { return absl::MakeConstSpan(kDictFunctions); }

}  // namespace devstats::chart
