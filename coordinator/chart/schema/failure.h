// Why a value does not match a schema, in the order and the words of the original.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/schema/compiled.h"

namespace devstats::chart::schema {

enum class Fault : uint8_t {
  kGroup,      // several, see the causes
  kReference,  // what is referred to does not match
  kInvalidValue,
  kFalseSchema,
  kReferenceCycle,
  kType,
  kConst,
  kEnum,
  kFormat,
  kNot,
  kAllOf,
  kAnyOf,
  kOneOf,
  kMinProperties,
  kMaxProperties,
  kRequired,
  kDependency,
  kAdditionalProperties,
  kPropertyNames,
  kMinItems,
  kMaxItems,
  kUniqueItems,
  kAdditionalItems,
  kContains,
  kMinContains,
  kMaxContains,
  kMinLength,
  kMaxLength,
  kPattern,
  kMinimum,
  kMaximum,
  kExclusiveMinimum,
  kExclusiveMaximum,
  kMultipleOf,
};

struct Failure {
  Fault fault = Fault::kGroup;
  const Schema* schema = nullptr;  // whose keyword it is
  const Node* value = nullptr;
  std::string place;  // the pointer to `value`
  // What else the message says; which of these counts depends on the fault.
  std::string text;                      // a property; why a format does not match; a cycle
  std::vector<absl::string_view> names;  // of properties
  std::vector<int64_t> numbers;          // indexes or a count
  std::vector<Failure> causes;
};

std::string MessageOf(const Failure& failure);
// "jsonschema validation failed with 'URL#'" and the failure, which is of the whole value, below it. Ends
// early when it is longer than `most_bytes`.
std::string ReportOf(const Schema& schema, const Failure& failure, size_t most_bytes);

}  // namespace devstats::chart::schema
