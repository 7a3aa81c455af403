// The files that devstatsctl reads and writes: cluster.yaml, and plans kept for later.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/shell.h"
#include "devstats/plan/v1/plan.pb.h"

namespace devstats::ctl {

inline constexpr char kDefaultSpec[] = "cluster.yaml";

// The text of a cluster.yaml; "-" is standard input. At most 1 MiB.
absl::StatusOr<std::string> ReadSpec(const Shell& shell, const std::string& file);

// A plan with the cluster.yaml that it was made from, so that it can be applied anywhere, later.
struct SavedPlan {
  std::string file, spec;  // name and text of the cluster.yaml
  std::string digest;
  plan::v1::Plan plan;
};
std::string PlanText(const SavedPlan& saved);
// InvalidArgument when it is no saved plan, or not the one whose digest it carries.
absl::StatusOr<SavedPlan> ParsePlan(absl::string_view text);

}  // namespace devstats::ctl
