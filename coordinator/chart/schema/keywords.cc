#include "coordinator/chart/schema/keywords.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/url.h"
#include "coordinator/chart/schema/fragment.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

std::vector<absl::string_view> TextsIn(const Node& list) {
  std::vector<absl::string_view> texts;
  for (const Member& item : list.members) {
    if (item.value->Is(JsonType::kString)) texts.push_back(item.value->text);
  }
  return texts;
}

uint32_t TypeOfName(absl::string_view name) {
  for (const auto& [bit, type] : kTypeNames) {
    if (type == name) return bit;
  }
  return 0;
}

absl::Status BadPattern(absl::string_view pattern, absl::string_view place, const absl::Status& why) {
  if (!absl::IsInvalidArgument(why)) return why;
  return absl::InvalidArgumentError(
      absl::StrCat("invalid regex ", Quote(pattern), " at ", Quote(place), ": ", why.message()));
}

}  // namespace

absl::Status KeywordReader::Read() {
  RETURN_IF_ERROR(ReadReferences());
  // Before 2019 whatever stands next to a reference is ignored: but for these, in the original.
  const bool only_reference = out_.ref && !Since(Draft::k2019);
  if (!only_reference) {
    if (dialect_.Has(kApplicator)) RETURN_IF_ERROR(ReadApplicators());
    if (dialect_.Has(kValidation)) {
      ReadTypes();
      ReadNumbers();
      ReadCounts();
      RETURN_IF_ERROR(ReadPattern());
    }
    ReadFormat();
    ReadUnevaluated();
  }
  if (Since(Draft::k6) && dialect_.Has(kValidation)) out_.constant = node_.Find("const");
  return ReadDynamicReferences();
}

absl::Status KeywordReader::ReadReferences() {
  ASSIGN_OR_RETURN(out_.ref, ReferenceIn("$ref"));
  return absl::OkStatus();
}

absl::Status KeywordReader::ReadDynamicReferences() {
  if (!Since(Draft::k2019)) return absl::OkStatus();
  ASSIGN_OR_RETURN(out_.recursive_ref, ReferenceIn("$recursiveRef"));
  out_.recursive_anchor = IsTrue("$recursiveAnchor");
  if (!Since(Draft::k2020)) return absl::OkStatus();
  ASSIGN_OR_RETURN(out_.dynamic_ref, ReferenceIn("$dynamicRef"));
  out_.dynamic_anchor = TextOf(node_, "$dynamicAnchor").value_or("");
  if (!out_.dynamic_ref) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::string fragment, PathUnescape(SplitFragment(*TextOf(node_, "$dynamicRef")).second));
  if (fragment.empty() || fragment[0] != '/') out_.dynamic_ref_anchor = std::move(fragment);
  return absl::OkStatus();
}

absl::Status KeywordReader::ReadApplicators() {
  out_.all_of = Subschemas("allOf");
  out_.any_of = Subschemas("anyOf");
  out_.one_of = Subschemas("oneOf");
  out_.negated = Subschema("not");
  ReadItems();
  if (const Node* properties = Find("properties", JsonType::kObject)) {
    for (const Member& m : properties->members)
      out_.properties.push_back({m.key, compiler_.Enqueue(root_, *m.value)});
  }
  RETURN_IF_ERROR(ReadPatternProperties());
  out_.additional_properties = ReadAdditional("additionalProperties");
  ReadDependencies();
  if (Since(Draft::k6)) {
    out_.contains = Subschema("contains");
    out_.property_names = Subschema("propertyNames");
  }
  if (Since(Draft::k7)) ReadConditions();
  return absl::OkStatus();
}

absl::Status KeywordReader::ReadPatternProperties() {
  const Node* properties = Find("patternProperties", JsonType::kObject);
  if (!properties) return absl::OkStatus();
  for (const Member& m : properties->members) {
    auto pattern = compiler_.Pattern(m.key);
    if (!pattern.ok()) return BadPattern(m.key, PlaceOf("patternProperties"), pattern.status());
    out_.pattern_properties.push_back({*std::move(pattern), compiler_.Enqueue(root_, *m.value)});
  }
  return absl::OkStatus();
}

void KeywordReader::ReadItems() {
  if (Since(Draft::k2020)) {
    out_.prefix_items = Subschemas("prefixItems");
  } else if (Find("items", JsonType::kArray)) {
    out_.prefix_items = Subschemas("items");
    out_.other_items = ReadAdditional("additionalItems");
    return;
  }
  out_.other_items.schema = Subschema("items");
  out_.other_items.present = out_.other_items.schema != nullptr;
}

void KeywordReader::ReadDependencies() {
  const auto read = [&](absl::string_view keyword, bool lists, bool schemas, std::vector<Dependency>& out) {
    const Node* object = Find(keyword, JsonType::kObject);
    if (!object) return;
    for (const Member& m : object->members) {
      if (lists && m.value->Is(JsonType::kArray))
        out.push_back({m.key, TextsIn(*m.value), nullptr});
      else if (schemas)
        out.push_back({m.key, {}, compiler_.Enqueue(root_, *m.value)});
    }
  };
  read("dependencies", true, true, out_.dependencies);
  if (!Since(Draft::k2019)) return;
  read("dependentSchemas", false, true, out_.dependent_schemas);
  if (dialect_.Has(kValidation)) read("dependentRequired", true, false, out_.dependent_required);
}

void KeywordReader::ReadConditions() {
  out_.if_schema = Subschema("if");
  if (!out_.if_schema) return;
  const Node& condition = *node_.Find("if");
  const bool constant = condition.Is(JsonType::kBool);
  if (!constant || condition.boolean) out_.then_schema = Subschema("then");
  if (!constant || !condition.boolean) out_.else_schema = Subschema("else");
}

void KeywordReader::ReadUnevaluated() {
  if (!Since(Draft::k2019)) return;
  if (!dialect_.Has(Since(Draft::k2020) ? kUnevaluated : kApplicator)) return;
  out_.unevaluated_items = Subschema("unevaluatedItems");
  out_.unevaluated_properties = Subschema("unevaluatedProperties");
}

void KeywordReader::ReadTypes() {
  if (const Node* type = node_.Find("type")) {
    if (type->Is(JsonType::kString)) out_.types = TypeOfName(type->text);
    if (type->Is(JsonType::kArray)) {
      for (const absl::string_view name : TextsIn(*type)) out_.types |= TypeOfName(name);
    }
  }
  out_.enumeration = Find("enum", JsonType::kArray);
}

void KeywordReader::ReadNumbers() {
  out_.multiple_of = Number("multipleOf");
  const auto read = [&](absl::string_view bound, absl::string_view exclusive,
                        std::optional<Decimal>& inclusive_out, std::optional<Decimal>& exclusive_out) {
    inclusive_out = Number(bound);
    exclusive_out = Number(exclusive);
    // Draft 4: it says of what kind the bound is.
    if (IsTrue(exclusive)) exclusive_out = std::exchange(inclusive_out, std::nullopt);
  };
  read("maximum", "exclusiveMaximum", out_.maximum, out_.exclusive_maximum);
  read("minimum", "exclusiveMinimum", out_.minimum, out_.exclusive_minimum);
}

void KeywordReader::ReadCounts() {
  out_.min_length = Integer("minLength");
  out_.max_length = Integer("maxLength");
  out_.min_items = Integer("minItems");
  out_.max_items = Integer("maxItems");
  out_.unique_items = IsTrue("uniqueItems");
  out_.min_properties = Integer("minProperties");
  out_.max_properties = Integer("maxProperties");
  if (const Node* required = Find("required", JsonType::kArray)) out_.required = TextsIn(*required);
  if (Since(Draft::k2019) && out_.contains) {
    out_.min_contains = Integer("minContains");
    out_.max_contains = Integer("maxContains");
  }
}

absl::Status KeywordReader::ReadPattern() {
  const auto text = TextOf(node_, "pattern");
  if (!text) return absl::OkStatus();
  auto pattern = compiler_.Pattern(*text);
  if (!pattern.ok()) return BadPattern(*text, PlaceOf("pattern"), pattern.status());
  out_.pattern_text = *text;
  out_.pattern = *std::move(pattern);
  return absl::OkStatus();
}

void KeywordReader::ReadFormat() {
  const bool asserted = compiler_.assert_formats_ || !Since(Draft::k2019) ||
                        dialect_.Has(Since(Draft::k2020) ? kFormatAssertion : kFormat);
  if (!asserted) return;
  out_.format_name = TextOf(node_, "format").value_or("");
  out_.format = FindFormat(out_.format_name);
}

const Node* KeywordReader::Find(absl::string_view keyword, JsonType type) const {
  const Node* value = node_.Find(keyword);
  return value && value->Is(type) ? value : nullptr;
}

std::optional<Decimal> KeywordReader::Number(absl::string_view keyword) const {
  const Node* value = Find(keyword, JsonType::kNumber);
  return value ? Decimal::Parse(value->text) : std::nullopt;
}

std::optional<int64_t> KeywordReader::Integer(absl::string_view keyword) const {
  const auto number = Number(keyword);
  if (!number || !number->IsInteger()) return std::nullopt;
  return number->ToInt64();
}

bool KeywordReader::IsTrue(absl::string_view keyword) const {
  const Node* value = Find(keyword, JsonType::kBool);
  return value && value->boolean;
}

const Schema* KeywordReader::Subschema(absl::string_view keyword) {
  const Node* value = node_.Find(keyword);
  return value ? compiler_.Enqueue(root_, *value) : nullptr;
}

std::vector<const Schema*> KeywordReader::Subschemas(absl::string_view keyword) {
  std::vector<const Schema*> schemas;
  if (const Node* list = Find(keyword, JsonType::kArray)) {
    for (const Member& item : list->members) schemas.push_back(compiler_.Enqueue(root_, *item.value));
  }
  return schemas;
}

Additional KeywordReader::ReadAdditional(absl::string_view keyword) {
  if (const Node* value = Find(keyword, JsonType::kBool)) return {true, !value->boolean, nullptr};
  const Schema* schema = Subschema(keyword);
  return {schema != nullptr, false, schema};
}

absl::StatusOr<const Schema*> KeywordReader::ReferenceIn(absl::string_view keyword) {
  const auto reference = TextOf(node_, keyword);
  if (!reference) return nullptr;
  return compiler_.Resolve(root_, node_, *reference);
}

std::string KeywordReader::PlaceOf(absl::string_view keyword) const {
  std::string pointer;
  AppendToken(pointer, keyword);
  return absl::StrCat(root_.url, "#", EscapeFragment(PointerTo(node_)), EscapeFragment(pointer));
}

}  // namespace devstats::chart::schema
