// $ref and its kind, and cycles of them.
#include "absl/strings/str_cat.h"
#include "coordinator/chart/schema/fragment.h"
#include "coordinator/chart/schema/validator.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {

Validator::Result Validator::CheckReference(Meeting& m, const Schema& schema, absl::string_view keyword) {
  Result failure = CheckSelf(m, schema, false, keyword);
  if (!failure) return failure;
  Failure reference = Fail(m, Fault::kReference);
  if (m.only_whether) return reference;
  if (failure->fault == Fault::kGroup)
    reference.causes = std::move(failure->causes);
  else
    reference.causes.push_back(*std::move(failure));
  return reference;
}

const Schema& Validator::RecursiveAnchor(const Meeting& m, const Schema& fallback) {
  const Schema* found = &fallback;
  for (const Meeting* at = &m; at; at = at->above) {
    if (at->entered->resource->recursive_anchor) found = at->entered;
  }
  return *found;
}

const Schema& Validator::DynamicAnchor(const Meeting& m, const Schema& fallback) {
  const Schema* found = &fallback;
  for (const Meeting* at = &m; at; at = at->above) {
    for (const NamedSchema& anchor : at->entered->resource->dynamic_anchors) {
      if (anchor.name == m.schema->dynamic_ref_anchor) found = anchor.schema;
    }
  }
  return *found;
}

void Validator::CheckReferences(Meeting& m) {
  const Schema& schema = *m.schema;
  if (const Schema* target = schema.recursive_ref) {
    if (target->recursive_anchor) target = &RecursiveAnchor(m, *target);
    Add(m, CheckReference(m, *target, "$recursiveRef"));
  }
  if (const Schema* target = schema.dynamic_ref) {
    const std::string& anchor = schema.dynamic_ref_anchor;
    if (!anchor.empty() && target->dynamic_anchor == anchor) target = &DynamicAnchor(m, *target);
    Add(m, CheckReference(m, *target, "$dynamicRef"));
  }
}

// The meeting of the same schema with the same value that led to this one.
const Validator::Meeting* Validator::FindCycle(const Meeting& m) {
  uint64_t steps = 0;
  const Meeting* at = m.above;
  while (at && at->values_above == m.values_above && at->entered != m.entered) {
    at = at->above;
    ++steps;
  }
  Spend(steps / 4);
  return at && at->values_above == m.values_above ? at : nullptr;
}

std::string Validator::KeywordsTo(const Meeting& m) {
  std::string keywords;
  for (const Meeting* at = &m; at->above; at = at->above) {
    std::string step;
    if (at->reference.empty())
      step = EscapeFragment(PointerTo(*at->entered->node, at->above->entered->node));
    else
      AppendToken(step, at->reference);
    keywords.insert(0, step);
  }
  return keywords;
}

std::string Validator::CycleText(const Meeting& m, const Meeting& earlier) const {
  return absl::StrCat("both ", KeywordsTo(m), " and ", KeywordsTo(earlier), " resolve to ",
                      Quote(m.schema->Location()), " causing reference cycle");
}

}  // namespace devstats::chart::schema
