#include "coordinator/chart/schema/failure.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/chart/schema/english.h"
#include "coordinator/chart/schema/text.h"

namespace devstats::chart::schema {
namespace {

absl::string_view TypeNameOf(const Node& value) {
  switch (value.type) {
    case JsonType::kNull:
      return "null";
    case JsonType::kBool:
      return "boolean";
    case JsonType::kNumber:
      return "number";
    case JsonType::kString:
      return "string";
    case JsonType::kArray:
      return "array";
    case JsonType::kObject:
      return "object";
    case JsonType::kOther:
      break;
  }
  return "";
}

bool IsPrimitive(const Node& value) { return !value.Is(JsonType::kArray) && !value.Is(JsonType::kObject); }

std::string Display(const Node& value) {
  switch (value.type) {
    case JsonType::kNull:
      return "<nil>";
    case JsonType::kBool:
      return value.boolean ? "true" : "false";
    case JsonType::kString:
      return SingleQuoted(value.text);
    case JsonType::kNumber:
      return std::string(value.text);
    default:
      return "value";
  }
}

std::string GotWant(absl::string_view keyword, absl::string_view got, absl::string_view want) {
  return absl::StrCat(keyword, ": got ", got, ", want ", want);
}
std::string CountMessage(absl::string_view keyword, const Failure& failure, int64_t want) {
  return GotWant(keyword, EnglishCount(failure.numbers[0]), EnglishCount(want));
}
std::string BoundMessage(absl::string_view keyword, const Failure& failure, const Decimal& want) {
  const auto got = Decimal::Parse(failure.value->text);
  return GotWant(keyword, EnglishFloat(got ? got->ToDouble() : 0), EnglishFloat(want.ToDouble()));
}

std::string TypeMessage(const Failure& failure) {
  std::vector<absl::string_view> wanted;
  for (const auto& [bit, name] : kTypeNames) {
    if (failure.schema->types & bit) wanted.push_back(name);
  }
  return GotWant("", TypeNameOf(*failure.value), absl::StrJoin(wanted, " or ")).substr(2);
}

std::string EnumMessage(const Node& wanted) {
  const auto& members = wanted.members;
  if (!std::all_of(members.begin(), members.end(), [](const Member& m) { return IsPrimitive(*m.value); }))
    return "'enum' failed";
  const auto append = [](std::string* out, const Member& m) { absl::StrAppend(out, Display(*m.value)); };
  return absl::StrCat("value must be ", members.size() == 1 ? "" : "one of ",
                      absl::StrJoin(members, ", ", append));
}

std::string ConstMessage(const Node& wanted) {
  return IsPrimitive(wanted) ? absl::StrCat("value must be ", Display(wanted)) : "'const' failed";
}

std::string RequiredMessage(const Failure& failure) {
  return absl::StrCat(failure.names.size() == 1 ? "missing property " : "missing properties ",
                      SingleQuotedList(failure.names));
}

std::string DependencyMessage(const Failure& failure) {
  return absl::StrCat("properties ", SingleQuotedList(failure.names), " required, if ",
                      SingleQuoted(failure.text), " exists");
}

std::string OneOfMessage(const Failure& failure) {
  if (failure.numbers.empty()) return "'oneOf' failed, none matched";
  return absl::StrCat("'oneOf' failed, subschemas ", EnglishCount(failure.numbers[0]), ", ",
                      EnglishCount(failure.numbers[1]), " matched");
}

std::string ContainsMessage(absl::string_view bound, int64_t want, const Failure& failure) {
  const std::string wanted =
      absl::StrCat(bound, " ", EnglishCount(want), " items required to match contains schema, but ");
  if (failure.fault == Fault::kMinContains && failure.numbers.empty()) return wanted + "none matched";
  return absl::StrCat(wanted, "matched ", EnglishCount(static_cast<int64_t>(failure.numbers.size())),
                      " items at ", absl::StrJoin(failure.numbers, " "));
}

// References to what fails in one way only are not told.
bool IsToldByItsCause(const Failure& failure) {
  return failure.fault == Fault::kReference && failure.causes.size() == 1;
}

void Report(std::string& out, const Failure& failure, size_t indent, size_t most_bytes) {
  if (out.size() > most_bytes) return;
  if (!IsToldByItsCause(failure)) {
    absl::StrAppend(&out, "\n", std::string(2 * indent, ' '), "- at ", SingleQuoted(failure.place), ": ",
                    MessageOf(failure));
    ++indent;
  }
  for (const Failure& cause : failure.causes) Report(out, cause, indent, most_bytes);
}

}  // namespace

std::string MessageOf(const Failure& failure) {
  const Schema& schema = *failure.schema;
  switch (failure.fault) {
    case Fault::kGroup:
    case Fault::kReference:
      return "validation failed";
    case Fault::kInvalidValue:
      return absl::StrCat("invalid jsonType ", failure.value->text);
    case Fault::kFalseSchema:
      return "false schema";
    case Fault::kReferenceCycle:
      return failure.text;
    case Fault::kType:
      return TypeMessage(failure);
    case Fault::kConst:
      return ConstMessage(*schema.constant);
    case Fault::kEnum:
      return EnumMessage(*schema.enumeration);
    case Fault::kFormat:
      return absl::StrCat(Display(*failure.value), " is not valid ", schema.format_name, ": ", failure.text);
    case Fault::kNot:
      return "'not' failed";
    case Fault::kAllOf:
      return "'allOf' failed";
    case Fault::kAnyOf:
      return "'anyOf' failed";
    case Fault::kOneOf:
      return OneOfMessage(failure);
    case Fault::kMinProperties:
      return CountMessage("minProperties", failure, *schema.min_properties);
    case Fault::kMaxProperties:
      return CountMessage("maxProperties", failure, *schema.max_properties);
    case Fault::kRequired:
      return RequiredMessage(failure);
    case Fault::kDependency:
      return DependencyMessage(failure);
    case Fault::kAdditionalProperties:
      return absl::StrCat("additional properties ", SingleQuotedList(failure.names), " not allowed");
    case Fault::kPropertyNames:
      return absl::StrCat("invalid propertyName ", SingleQuoted(failure.text));
    case Fault::kMinItems:
      return CountMessage("minItems", failure, *schema.min_items);
    case Fault::kMaxItems:
      return CountMessage("maxItems", failure, *schema.max_items);
    case Fault::kUniqueItems:
      return absl::StrCat("items at ", EnglishCount(failure.numbers[0]), " and ",
                          EnglishCount(failure.numbers[1]), " are equal");
    case Fault::kAdditionalItems:
      return absl::StrCat("last ", EnglishCount(failure.numbers[0]), " additionalItem(s) not allowed");
    case Fault::kContains:
      return "no items match contains schema";
    case Fault::kMinContains:
      return ContainsMessage("min", *schema.min_contains, failure);
    case Fault::kMaxContains:
      return ContainsMessage("max", *schema.max_contains, failure);
    case Fault::kMinLength:
      return CountMessage("minLength", failure, *schema.min_length);
    case Fault::kMaxLength:
      return CountMessage("maxLength", failure, *schema.max_length);
    case Fault::kPattern:
      return absl::StrCat(SingleQuoted(failure.value->text), " does not match pattern ",
                          SingleQuoted(schema.pattern_text));
    case Fault::kMinimum:
      return BoundMessage("minimum", failure, *schema.minimum);
    case Fault::kMaximum:
      return BoundMessage("maximum", failure, *schema.maximum);
    case Fault::kExclusiveMinimum:
      return BoundMessage("exclusiveMinimum", failure, *schema.exclusive_minimum);
    case Fault::kExclusiveMaximum:
      return BoundMessage("exclusiveMaximum", failure, *schema.exclusive_maximum);
    case Fault::kMultipleOf:
      return BoundMessage("multipleOf", failure, *schema.multiple_of);
  }
  return "";
}

std::string ReportOf(const Schema& schema, const Failure& failure, size_t most_bytes) {
  std::string out = absl::StrCat("jsonschema validation failed with ", SingleQuoted(schema.Location()));
  if (failure.fault != Fault::kGroup) {
    Report(out, failure, 0, most_bytes);
    return out;
  }
  for (const Failure& cause : failure.causes) Report(out, cause, 0, most_bytes);
  return out;
}

}  // namespace devstats::chart::schema
