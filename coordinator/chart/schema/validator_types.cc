// What keywords say of values of one type.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "coordinator/chart/schema/validator.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::schema {
namespace {

// Steps that matching may take: the library's time is linear in both.
uint64_t MatchSteps(const GoRegex& pattern, absl::string_view text) {
  return 1 + text.size() * pattern.instructions() / 256;
}

}  // namespace

void Validator::CheckRange(Meeting& m, size_t got, const std::optional<int64_t>& least, Fault too_few,
                           const std::optional<int64_t>& most, Fault too_many) {
  const auto count = static_cast<int64_t>(got);
  if (least && count < *least) Add(m, too_few, {count});
  if (most && count > *most) Add(m, too_many, {count});
}

std::vector<absl::string_view> Validator::Missing(const Node& object,
                                                  const std::vector<absl::string_view>& names) {
  Spend(names.size());
  std::vector<absl::string_view> missing;
  for (const absl::string_view name : names) {
    if (!object.Find(name)) missing.push_back(name);
  }
  return missing;
}

// Objects.

void Validator::CheckObject(Meeting& m) {
  const Schema& schema = *m.schema;
  const Node& object = *m.value;
  CheckRange(m, object.members.size(), schema.min_properties, Fault::kMinProperties, schema.max_properties,
             Fault::kMaxProperties);
  if (auto missing = Missing(object, schema.required); !missing.empty()) {
    Add(m, Fault::kRequired);
    m.failures.back().names = std::move(missing);
  }
  if (IsDecided(m)) return;
  CheckDependencies(m, schema.dependencies);
  CheckProperties(m);
  CheckPropertyNames(m);
  CheckDependencies(m, schema.dependent_schemas);
  CheckDependencies(m, schema.dependent_required);
}

void Validator::CheckDependencies(Meeting& m, const std::vector<Dependency>& dependencies) {
  Spend(dependencies.size());
  for (const Dependency& dependency : dependencies) {
    if (!m.value->Find(dependency.name)) continue;
    if (dependency.schema) {
      Add(m, CheckSelf(m, *dependency.schema, false));
      continue;
    }
    auto missing = Missing(*m.value, dependency.required);
    if (missing.empty()) continue;
    Add(m, Fault::kDependency);
    m.failures.back().text = std::string(dependency.name);
    m.failures.back().names = std::move(missing);
  }
}

void Validator::CheckProperties(Meeting& m) {
  const Schema& schema = *m.schema;
  const auto& members = m.value->members;
  if (schema.properties.empty() && schema.pattern_properties.empty() && !schema.additional_properties.present)
    return;
  std::vector<absl::string_view> refused;
  for (size_t i = 0; i < members.size(); ++i) {
    if (IsDecided(m) || !Spend(1)) return;
    bool evaluated = CheckProperty(m, i);
    if (!evaluated && schema.additional_properties.present) {
      evaluated = true;
      if (schema.additional_properties.refused) refused.push_back(members[i].key);
      if (const Schema* other = schema.additional_properties.schema) Add(m, CheckMember(m, *other, i, i));
    }
    if (evaluated) m.unevaluated.Remove(i);
  }
  if (refused.empty()) return;
  Add(m, Fault::kAdditionalProperties);
  m.failures.back().names = std::move(refused);
}

// Whether its name says what it is to be.
bool Validator::CheckProperty(Meeting& m, size_t index) {
  const absl::string_view name = m.value->members[index].key;
  bool named = false;
  if (const Schema* schema = m.schema->FindProperty(name)) {
    named = true;
    Add(m, CheckMember(m, *schema, index, index));
  }
  for (const PatternSchema& each : m.schema->pattern_properties) {
    if (!Spend(MatchSteps(each.pattern, name)) || !each.pattern.Matches(name)) continue;
    named = true;
    Add(m, CheckMember(m, *each.schema, index, index));
  }
  return named;
}

// Each name is a value of its own, that is nowhere.
void Validator::CheckPropertyNames(Meeting& m) {
  if (!m.schema->property_names) return;
  for (const Member& member : m.value->members) {
    Node& name = names_.emplace_back();
    name.type = JsonType::kString;
    name.text = member.key;
    Result failure = Run(*m.schema->property_names, m.metaschema, name);
    if (!failure) continue;
    Failure whole = Fail(m, Fault::kPropertyNames);
    whole.place.clear();
    whole.text = std::string(member.key);
    if (failure->fault == Fault::kGroup)
      whole.causes = std::move(failure->causes);
    else
      whole.causes.push_back(*std::move(failure));
    m.failures.push_back(std::move(whole));
  }
}

// Arrays.

void Validator::CheckArray(Meeting& m) {
  const Schema& schema = *m.schema;
  CheckRange(m, m.value->members.size(), schema.min_items, Fault::kMinItems, schema.max_items,
             Fault::kMaxItems);
  if (schema.unique_items) CheckUnique(m);
  CheckItems(m);
  if (schema.contains) CheckContains(m);
}

void Validator::CheckUnique(Meeting& m) {
  const auto& items = m.value->members;
  absl::flat_hash_map<uint64_t, std::vector<size_t>> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    uint64_t steps = 0;
    auto& alike = seen[HashOf(*items[i].value, steps)];
    for (const size_t earlier : alike) {
      if (!Equal(*items[earlier].value, *items[i].value, steps)) continue;
      return Add(m, Fault::kUniqueItems, {static_cast<int64_t>(earlier), static_cast<int64_t>(i)});
    }
    if (!Spend(steps)) return;
    alike.push_back(i);
  }
}

void Validator::CheckItems(Meeting& m) {
  const Schema& schema = *m.schema;
  const size_t size = m.value->members.size();
  const size_t first = std::min(schema.prefix_items.size(), size);
  for (size_t i = 0; i < first; ++i) Add(m, CheckMember(m, *schema.prefix_items[i], i, i));
  if (schema.other_items.refused && first < size)
    Add(m, Fault::kAdditionalItems, {static_cast<int64_t>(size - first)});
  if (!schema.other_items.schema) return;
  for (size_t i = first; i < size; ++i) Add(m, CheckMember(m, *schema.other_items.schema, i, i - first));
}

void Validator::CheckContains(Meeting& m) {
  const Schema& schema = *m.schema;
  std::vector<Failure> failures;
  std::vector<int64_t> matched;
  for (size_t i = 0; i < m.value->members.size(); ++i) {
    if (Result failure = CheckMember(m, *schema.contains, i, i)) {
      failures.push_back(*std::move(failure));
      continue;
    }
    matched.push_back(static_cast<int64_t>(i));
    if (schema.draft >= Draft::k2020) m.unevaluated.Remove(i);
  }
  const auto count = static_cast<int64_t>(matched.size());
  if (schema.min_contains && count < *schema.min_contains)
    Add(m, Fault::kMinContains, matched, std::move(failures));
  else if (!schema.min_contains && count == 0)
    Add(m, Fault::kContains, {}, std::move(failures));
  if (schema.max_contains && count > *schema.max_contains) Add(m, Fault::kMaxContains, std::move(matched));
}

// Strings and numbers.

void Validator::CheckString(Meeting& m) {
  const Schema& schema = *m.schema;
  const absl::string_view text = m.value->text;
  if (schema.min_length || schema.max_length) {
    Spend(text.size() / 16);
    CheckRange(m, RuneCount(text), schema.min_length, Fault::kMinLength, schema.max_length,
               Fault::kMaxLength);
  }
  if (schema.pattern && Spend(MatchSteps(*schema.pattern, text)) && !schema.pattern->Matches(text))
    Add(m, Fault::kPattern);
}

void Validator::CheckNumber(Meeting& m) {
  const Schema& schema = *m.schema;
  const bool asked = schema.minimum || schema.maximum || schema.exclusive_minimum ||
                     schema.exclusive_maximum || schema.multiple_of;
  if (!asked) return;
  Spend(m.value->text.size() / 16);
  const auto number = Decimal::Parse(m.value->text);
  if (!number) {
    // The original panics.
    return Stop(absl::FailedPreconditionError(
        "unable to validate schema: runtime error: invalid memory address or nil pointer dereference"));
  }
  if (schema.minimum && Compare(*number, *schema.minimum) < 0) Add(m, Fault::kMinimum);
  if (schema.maximum && Compare(*number, *schema.maximum) > 0) Add(m, Fault::kMaximum);
  if (schema.exclusive_minimum && Compare(*number, *schema.exclusive_minimum) <= 0)
    Add(m, Fault::kExclusiveMinimum);
  if (schema.exclusive_maximum && Compare(*number, *schema.exclusive_maximum) >= 0)
    Add(m, Fault::kExclusiveMaximum);
  if (!schema.multiple_of) return;
  const size_t digits = schema.multiple_of->digits.size();
  if (Spend(digits * digits / 64) && !IsMultiple(*number, *schema.multiple_of)) Add(m, Fault::kMultipleOf);
}

}  // namespace devstats::chart::schema
