// Where two objects differ, by field. Pure.
#pragma once
#include <string>
#include <vector>

#include "common/digest.h"

namespace devstats::coordinator {

struct FieldDifference {
  std::string path;           // ".spec.template.spec.containers[0].image"
  std::string before, after;  // as text, cut when long; empty: not there
};

// An object without what the server keeps in it: status, managed fields, versions, times.
Json WithoutServerFields(Json object);

// In the order of the fields. Lists of equal length are compared item by item, others as a whole. Values of a
// Secret's data are hidden.
std::vector<FieldDifference> DifferencesOf(const Json& before, const Json& after);

}  // namespace devstats::coordinator
