// Steps as add-ons make them, each add-on in a file of its own. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/addons/steps.h"

namespace devstats::addons {

// Labels of objects that belong to an add-on of ours.
Json OurLabels(const std::string& key);

class StepList {
 public:
  using Ids = std::vector<std::string>;

  // A step without needs comes after the verification, as all others do through theirs.
  void Add(std::string id, Ids needs, decltype(Step::what) what);
  // "addons/KEY" and "addons/KEY/...".
  Ids OfAddon(const std::string& key) const;
  std::vector<Step> Take() { return std::move(steps_); }

 private:
  std::vector<Step> steps_;
};

// The release of an add-on: our values, those of its images, and the operator's over them.
absl::StatusOr<ReleaseStep> ReleaseOf(const std::string& key, const spec::AddonSpec& addon, std::string name,
                                      const Json& ours);

absl::Status AddStorage(const spec::AddonsSpec& addons, StepList* steps);  // openebs, nfs
absl::Status AddMetalLb(const spec::AddonsSpec& addons, StepList* steps);
absl::Status AddIngresses(const spec::ClusterSpec& spec, StepList* steps);
absl::Status AddCertManager(const spec::AddonsSpec& addons, StepList* steps);
absl::Status AddDashboard(const spec::AddonsSpec& addons, StepList* steps);

}  // namespace devstats::addons
