#include "coordinator/chart/schema/dialect.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/schema/fragment.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

constexpr NamedVocabulary kVocabularies2019[] = {
    {"core", kCore},          {"applicator", kApplicator}, {"validation", kValidation},
    {"meta-data", kMetaData}, {"format", kFormat},         {"content", kContent},
};
constexpr NamedVocabulary kVocabularies2020[] = {
    {"core", kCore},
    {"applicator", kApplicator},
    {"unevaluated", kUnevaluated},
    {"validation", kValidation},
    {"meta-data", kMetaData},
    {"format-annotation", kFormatAnnotation},
    {"format-assertion", kFormatAssertion},
    {"content", kContent},
};

constexpr SubschemaPlace kPlaces[] = {
    {"definitions", Within::kProperties, Draft::k4},
    {"not", Within::kItself, Draft::k4},
    {"allOf", Within::kItems, Draft::k4},
    {"anyOf", Within::kItems, Draft::k4},
    {"oneOf", Within::kItems, Draft::k4},
    {"properties", Within::kProperties, Draft::k4},
    {"additionalProperties", Within::kItself, Draft::k4},
    {"patternProperties", Within::kProperties, Draft::k4},
    {"items", Within::kItself, Draft::k4},
    {"items", Within::kItems, Draft::k4},
    {"additionalItems", Within::kItself, Draft::k4},
    {"dependencies", Within::kProperties, Draft::k4},
    {"propertyNames", Within::kItself, Draft::k6},
    {"contains", Within::kItself, Draft::k6},
    {"if", Within::kItself, Draft::k7},
    {"then", Within::kItself, Draft::k7},
    {"else", Within::kItself, Draft::k7},
    {"$defs", Within::kProperties, Draft::k2019},
    {"dependentSchemas", Within::kProperties, Draft::k2019},
    {"unevaluatedProperties", Within::kItself, Draft::k2019},
    {"unevaluatedItems", Within::kItself, Draft::k2019},
    {"contentSchema", Within::kItself, Draft::k2019},
    {"prefixItems", Within::kItems, Draft::k2020},
};

}  // namespace

bool Dialect::Has(Vocabulary vocabulary) const {
  if (vocabulary == kCore || draft < Draft::k2019) return true;
  uint32_t usual = kApplicator | kValidation;
  if (draft == Draft::k2020) usual |= kUnevaluated;
  return (vocabularies.value_or(usual) & vocabulary) != 0;
}

absl::string_view UrlOf(Draft draft) {
  switch (draft) {
    case Draft::k4:
      return "http://json-schema.org/draft-04/schema";
    case Draft::k6:
      return "http://json-schema.org/draft-06/schema";
    case Draft::k7:
      return "http://json-schema.org/draft-07/schema";
    case Draft::k2019:
      return "https://json-schema.org/draft/2019-09/schema";
    case Draft::k2020:
      break;
  }
  return "https://json-schema.org/draft/2020-12/schema";
}

std::optional<Draft> DraftAt(absl::string_view url) {
  const auto [place, fragment] = SplitFragment(url);
  absl::string_view path = place;
  if (!fragment.empty()) return std::nullopt;
  if (!absl::ConsumePrefix(&path, "http://")) absl::ConsumePrefix(&path, "https://");
  if (path == "json-schema.org/schema") return Draft::k2020;
  for (const Draft draft : {Draft::k4, Draft::k6, Draft::k7, Draft::k2019, Draft::k2020}) {
    const absl::string_view known = UrlOf(draft);
    if (path == known.substr(known.find("json-schema.org"))) return draft;
  }
  return std::nullopt;
}

absl::Span<const NamedVocabulary> VocabulariesOf(Draft draft) {
  if (draft == Draft::k2019) return absl::MakeConstSpan(kVocabularies2019);
  if (draft == Draft::k2020) return absl::MakeConstSpan(kVocabularies2020);
  return {};
}

absl::StatusOr<std::optional<uint32_t>> RequiredVocabularies(Draft draft, absl::string_view url,
                                                             const Node& metaschema) {
  const Node* vocabularies = metaschema.Find("$vocabulary");
  if (draft < Draft::k2019 || !vocabularies || !vocabularies->Is(JsonType::kObject)) return std::nullopt;
  const absl::string_view draft_url = UrlOf(draft);
  const std::string prefix = absl::StrCat(draft_url.substr(0, draft_url.rfind('/')), "/vocab/");
  uint32_t required = kCore;
  for (const Member& member : vocabularies->members) {
    if (!member.value->Is(JsonType::kBool) || !member.value->boolean) continue;
    uint32_t bit = 0;
    for (const NamedVocabulary& known : VocabulariesOf(draft)) {
      if (member.key == absl::StrCat(prefix, known.name)) bit = known.bit;
    }
    if (bit == 0)
      return absl::InvalidArgumentError(
          absl::StrCat("unsupported vocabulary ", Quote(member.key), " in ", Quote(url)));
    required |= bit;
  }
  return required;
}

absl::Span<const SubschemaPlace> SubschemaPlaces() { return absl::MakeConstSpan(kPlaces); }

std::optional<absl::string_view> TextOf(const Node& schema, absl::string_view keyword) {
  const Node* value = schema.Find(keyword);
  if (!value || !value->Is(JsonType::kString)) return std::nullopt;
  return value->text;
}

absl::string_view IdKeyword(Draft draft) { return draft == Draft::k4 ? "id" : "$id"; }

absl::string_view IdOf(Draft draft, const Node& schema) {
  // Next to a "$ref" everything else is ignored.
  if (draft < Draft::k2019 && schema.Find("$ref")) return {};
  return SplitFragment(TextOf(schema, IdKeyword(draft)).value_or("")).first;
}

}  // namespace devstats::chart::schema
