#include "coordinator/devstats/jobs/chart_work.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/kube/object.h"

namespace devstats::jobs {
namespace {

using kube::TextAt;

// In the label "proj" of the chart's pods.
std::string ProjectLabel(const Job& job) { return job.project.empty() ? "bootstrap" : job.project; }

absl::Status Unfit(const std::vector<Json>& objects) {
  std::vector<std::string> names;
  for (const Json& object : objects)
    if (names.size() < 5)
      names.push_back(absl::StrCat(TextAt(object, {"kind"}), " ", TextAt(object, {"metadata", "name"})));
  return absl::InternalError(
      absl::StrCat("the chart should make one pod of the project, and makes ", objects.size(),
                   objects.size() == 1 ? " object: " : " objects: ", absl::StrJoin(names, ", ")));
}

}  // namespace

absl::StatusOr<Json> ChartWork::PodOf(const Job& job) {
  ASSIGN_OR_RETURN(const Json options, ValuesOf(job.kind, job.options));
  ASSIGN_OR_RETURN(Json values, parts_.values(job), "values");
  for (const auto& [key, value] : options.items()) values[key] = value;
  ASSIGN_OR_RETURN(std::vector<Json> objects, parts_.render(job, values), "chart");
  if (objects.size() != 1 || TextAt(objects[0], {"kind"}) != "Pod" ||
      TextAt(objects[0], {"metadata", "labels", "proj"}) != ProjectLabel(job))
    return Unfit(objects);
  return std::move(objects[0]);
}

}  // namespace devstats::jobs
