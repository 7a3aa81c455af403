#include "absl/strings/str_cat.h"
#include "coordinator/chart/schema/compiler.h"

namespace devstats::chart::schema {
namespace {

const Schema* MustCompile(Compiler& compiler, absl::string_view url) {
  const auto schema = compiler.Compile(url);
  return schema.ok() ? *schema : nullptr;
}

// Stays until the program ends, as whatever refers to it may.
template <Draft kDraft>
const StandardMetaschemas& Compiled() {
  static const StandardMetaschemas* const compiled = [] {
    static const Limits* const limits = new Limits();
    auto* out = new StandardMetaschemas();
    out->compiler = std::make_unique<Compiler>(*limits, false, true);
    const absl::string_view url = UrlOf(kDraft);
    out->whole = MustCompile(*out->compiler, url);
    for (const NamedVocabulary& vocabulary : VocabulariesOf(kDraft)) {
      const std::string place = absl::StrCat(url.substr(0, url.rfind('/')), "/meta/", vocabulary.name);
      out->vocabularies.emplace_back(vocabulary.bit, MustCompile(*out->compiler, place));
    }
    return out;
  }();
  return *compiled;
}

}  // namespace

const StandardMetaschemas& StandardMetaschemasOf(Draft draft) {
  switch (draft) {
    case Draft::k4:
      return Compiled<Draft::k4>();
    case Draft::k6:
      return Compiled<Draft::k6>();
    case Draft::k7:
      return Compiled<Draft::k7>();
    case Draft::k2019:
      return Compiled<Draft::k2019>();
    case Draft::k2020:
      break;
  }
  return Compiled<Draft::k2020>();
}

}  // namespace devstats::chart::schema
