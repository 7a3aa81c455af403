// A release of our chart whose values depend on those in force: what was assigned once (a schedule, the
// certificate of a host) stays when projects come and go. The release's own record is where it is kept.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/addons/wanted.h"

namespace devstats::domain {

struct KeptRelease {
  addons::ReleaseStep step;  // its values: as if nothing were there
  // All values, given those of the newest revision, or an empty mapping.
  std::function<absl::StatusOr<Json>(const Json& last)> values;
};

// As addons::WantedOf, the values found out anew with each observation.
release::ReleaseWanted WantedOf(std::string id, KeptRelease kept, const addons::ChartLocation& location,
                                const addons::ChartSources& sources, const release::EngineParts& engine);

// The operator's values of the newest revision; an empty mapping when there is none.
absl::StatusOr<Json> LastValues(const release::ReleaseName& name, const release::EngineParts& engine);

}  // namespace devstats::domain
