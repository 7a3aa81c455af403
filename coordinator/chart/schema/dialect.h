// The drafts of JSON Schema that are known, and which of their keywords a schema may use.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/schema/document.h"

namespace devstats::chart::schema {

enum class Draft : int { k4 = 4, k6 = 6, k7 = 7, k2019 = 2019, k2020 = 2020 };

// Bits: a dialect has several.
enum Vocabulary : uint32_t {
  kCore = 1,
  kApplicator = 2,
  kUnevaluated = 4,
  kValidation = 8,
  kMetaData = 16,
  kFormat = 32,            // 2019
  kFormatAnnotation = 64,  // 2020
  kFormatAssertion = 128,  // 2020
  kContent = 256,
};

struct Dialect {
  Draft draft = Draft::k2020;
  std::optional<uint32_t> vocabularies;  // nothing: those that the draft has by default

  bool Has(Vocabulary vocabulary) const;
  bool operator==(const Dialect& other) const {
    return draft == other.draft && vocabularies == other.vocabularies;
  }
};

// Where the schema of that draft is; without a fragment.
absl::string_view UrlOf(Draft draft);
std::optional<Draft> DraftAt(absl::string_view url);

struct NamedVocabulary {
  absl::string_view name;
  Vocabulary bit;
};
absl::Span<const NamedVocabulary> VocabulariesOf(Draft draft);
// The vocabularies that `metaschema` requires; nothing when it does not say. InvalidArgument "unsupported
// vocabulary ..." for one that is not known.
absl::StatusOr<std::optional<uint32_t>> RequiredVocabularies(Draft draft, absl::string_view url,
                                                             const Node& metaschema);

// Where schemas are within a schema.
enum class Within { kItself, kItems, kProperties };
struct SubschemaPlace {
  absl::string_view keyword;
  Within within;
  Draft since;
};
absl::Span<const SubschemaPlace> SubschemaPlaces();

// The text of a keyword; nothing when it is missing or no text.
std::optional<absl::string_view> TextOf(const Node& schema, absl::string_view keyword);
// What identifies `schema`, without fragment; empty: nothing does.
absl::string_view IdOf(Draft draft, const Node& schema);
// The name of the keyword that does.
absl::string_view IdKeyword(Draft draft);

}  // namespace devstats::chart::schema
