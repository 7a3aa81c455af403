#include "coordinator/addons/steps.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/images.h"
#include "coordinator/addons/step_list.h"
#include "coordinator/addons/values.h"

namespace devstats::addons {
namespace {

absl::Duration DurationOf(const std::string& text) {
  absl::Duration duration = absl::Minutes(5);
  absl::ParseDuration(text, &duration);  // its grammar has been checked
  return duration;
}

std::string IdOf(const spec::ReleaseSpec& release) { return absl::StrCat("releases/", release.name); }

absl::StatusOr<ReleaseStep> ReleaseOf(const spec::ReleaseSpec& release) {
  ReleaseStep step{.name = release.name,
                   .name_space = release.namespace_,
                   .chart = release.chart,
                   .values_files = release.values_files,
                   .wait = release.wait,
                   .wait_for_jobs = release.wait_for_jobs,
                   .atomic = release.atomic,
                   .create_namespace = release.create_namespace,
                   .skip_crds = release.skip_crds,
                   .timeout = DurationOf(release.timeout)};
  ASSIGN_OR_RETURN(step.values, ValuesOf(release.chart.values),
                   absl::StrCat("values of release ", release.name));
  return step;
}

absl::Status AddReleases(const spec::ClusterSpec& spec, StepList* steps) {
  for (const spec::ReleaseSpec& release : spec.releases) {
    StepList::Ids needs;
    for (const std::string& need : release.needs) {
      const auto other = std::find_if(spec.releases.begin(), spec.releases.end(),
                                      [&](const spec::ReleaseSpec& r) { return r.name == need; });
      // Units of the cluster come before in any case.
      const StepList::Ids ids =
          other == spec.releases.end() ? steps->OfAddon(need) : StepList::Ids{IdOf(*other)};
      needs.insert(needs.end(), ids.begin(), ids.end());
    }
    ASSIGN_OR_RETURN(ReleaseStep step, ReleaseOf(release));
    steps->Add(IdOf(release), std::move(needs), std::move(step));
  }
  return absl::OkStatus();
}

}  // namespace

Json OurLabels(const std::string& key) {
  return {{"app.kubernetes.io/managed-by", "devstats"}, {"app.kubernetes.io/part-of", key}};
}

void StepList::Add(std::string id, Ids needs, decltype(Step::what) what) {
  if (needs.empty()) needs.push_back(kVerification);
  steps_.push_back({std::move(id), std::move(needs), std::move(what)});
}

StepList::Ids StepList::OfAddon(const std::string& key) const {
  const std::string id = absl::StrCat("addons/", key);
  Ids ids;
  for (const Step& step : steps_)
    if (step.id == id || absl::StartsWith(step.id, absl::StrCat(id, "/"))) ids.push_back(step.id);
  return ids;
}

absl::StatusOr<ReleaseStep> ReleaseOf(const std::string& key, const spec::AddonSpec& addon, std::string name,
                                      const Json& ours) {
  ReleaseStep step{.name = std::move(name),
                   .name_space = addon.namespace_,
                   .chart = addon.chart,
                   .timeout = DurationOf(addon.timeout)};
  ASSIGN_OR_RETURN(const Json theirs, ValuesOf(addon.chart.values), absl::StrCat("values of addons.", key));
  step.values = Over(Over(ours, ImageValues(key, addon.chart.version, addon.images)), theirs);
  return step;
}

absl::StatusOr<std::vector<Step>> StepsOf(const spec::ClusterSpec& spec) {
  StepList steps;
  if (!spec.kubernetes) return steps.Take();
  RETURN_IF_ERROR(AddStorage(spec.addons, &steps));
  RETURN_IF_ERROR(AddMetalLb(spec.addons, &steps));
  RETURN_IF_ERROR(AddIngresses(spec, &steps));
  RETURN_IF_ERROR(AddCertManager(spec.addons, &steps));
  RETURN_IF_ERROR(AddDashboard(spec.addons, &steps));
  RETURN_IF_ERROR(AddReleases(spec, &steps));
  return steps.Take();
}

}  // namespace devstats::addons
