// A schema as it is validated against: keywords read, references resolved.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/functions/go_regex.h"
#include "coordinator/chart/schema/dialect.h"
#include "coordinator/chart/schema/document.h"
#include "coordinator/chart/schema/formats.h"
#include "coordinator/chart/schema/number.h"

namespace devstats::chart::schema {

// The types that "type" lists, as bits.
enum TypeBit : uint32_t {
  kNullBit = 1,
  kBooleanBit = 2,
  kNumberBit = 4,
  kIntegerBit = 8,
  kStringBit = 16,
  kArrayBit = 32,
  kObjectBit = 64,
};
inline constexpr std::pair<TypeBit, absl::string_view> kTypeNames[] = {
    {kNullBit, "null"},     {kBooleanBit, "boolean"}, {kNumberBit, "number"}, {kIntegerBit, "integer"},
    {kStringBit, "string"}, {kArrayBit, "array"},     {kObjectBit, "object"},
};

struct Schema;

// additionalProperties and additionalItems.
struct Additional {
  bool present = false;
  bool refused = false;            // false
  const Schema* schema = nullptr;  // nullptr: true or false
};
struct NamedSchema {
  absl::string_view name;
  const Schema* schema = nullptr;
};
struct PatternSchema {
  GoRegex pattern;
  const Schema* schema = nullptr;
};
// What must be when the property `name` is there.
struct Dependency {
  absl::string_view name;
  std::vector<absl::string_view> required;
  const Schema* schema = nullptr;
};

// Views point into the document of the schema.
struct Schema {
  const Node* node = nullptr;  // nullptr: made of vocabularies
  absl::string_view url;       // of the document
  Draft draft = Draft::k2020;
  const Schema* resource = nullptr;          // the schema with "$id" in or above this one, or the document's
  std::vector<NamedSchema> dynamic_anchors;  // of a resource
  bool EvaluatesAllProperties() const { return additional_properties.present; }
  bool EvaluatesAllItems() const { return other_items.present; }

  std::optional<bool> boolean;
  const Schema* ref = nullptr;
  const Schema* recursive_ref = nullptr;
  bool recursive_anchor = false;
  const Schema* dynamic_ref = nullptr;
  std::string dynamic_ref_anchor;
  absl::string_view dynamic_anchor;

  uint32_t types = 0;
  const Node* enumeration = nullptr;
  const Node* constant = nullptr;
  absl::string_view format_name;
  FormatCheck format = nullptr;

  const Schema* negated = nullptr;
  std::vector<const Schema*> all_of, any_of, one_of;
  const Schema *if_schema = nullptr, *then_schema = nullptr, *else_schema = nullptr;

  std::optional<int64_t> min_properties, max_properties;
  std::vector<absl::string_view> required;
  const Schema* property_names = nullptr;
  std::vector<NamedSchema> properties;  // by name
  std::vector<PatternSchema> pattern_properties;
  Additional additional_properties;
  std::vector<Dependency> dependencies, dependent_schemas, dependent_required;
  const Schema* unevaluated_properties = nullptr;

  std::optional<int64_t> min_items, max_items;
  bool unique_items = false;
  const Schema* contains = nullptr;
  std::optional<int64_t> min_contains, max_contains;
  std::vector<const Schema*> prefix_items;  // before 2020 an "items" that is a list
  Additional other_items;                   // those after `prefix_items`
  const Schema* unevaluated_items = nullptr;

  std::optional<int64_t> min_length, max_length;
  absl::string_view pattern_text;
  std::optional<GoRegex> pattern;

  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;

  const Schema* FindProperty(absl::string_view name) const;
  // The URL of the document with a pointer as its fragment.
  std::string Location() const;
};

}  // namespace devstats::chart::schema
