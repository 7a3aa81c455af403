// Which projects an image knows (its projects.yaml, as the job image-projects tells of it), beside those that
// the catalog has. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct ImageProject {
  std::string name, database, repository;
  bool operator==(const ImageProject&) const = default;
};

// From what the script of that job has said (jobs/kind_scripts.h); lines of others are passed over. DataLoss
// when its end is missing, or lines before it.
absl::StatusOr<std::vector<ImageProject>> ParseImageProjects(absl::string_view log);

struct ImageDifference {
  std::string project, text;
  bool missing = false;  // the image lacks it: its programs would do nothing for it
  bool operator==(const ImageDifference&) const = default;
};
// Each difference of these projects by itself, in their order.
std::vector<ImageDifference> CompareWithImage(const std::vector<spec::ProjectSpec>& projects,
                                              const std::vector<ImageProject>& image);

}  // namespace devstats::domain
