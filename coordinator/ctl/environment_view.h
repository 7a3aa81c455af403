// Environments, their projects and databases as people read them. Pure.
#pragma once
#include <string>

#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

// One line a finding, its problems below; the last line counts them. Not `wide`: at most ten of each.
std::string EnvironmentView(const coordinator::v1::EnvironmentStatus& status, bool wide, absl::TimeZone zone,
                            const Paint& paint);
Table CronTable(const coordinator::v1::CronList& list, absl::TimeZone zone);

Table ProjectTable(const coordinator::v1::ProjectList& list, bool wide);
std::string ProjectView(const coordinator::v1::Project& project);
// Not `all`: without those that say that a project is provisioned.
Table FlagTable(const coordinator::v1::FlagList& list, bool all);

// Members, then slots, then what is wrong.
std::string PatroniView(const coordinator::v1::PatroniStatus& status, bool wide, const Paint& paint);
// Each value that is not as wanted, in a sentence.
std::vector<std::string> ParameterProblems(const coordinator::v1::PatroniParameters& parameters);
// Wanted, DCS, local file and SHOW side by side; not `wide`: only what is not in effect everywhere.
std::string ParametersView(const coordinator::v1::PatroniParameters& parameters, bool wide,
                           const Paint& paint);

}  // namespace devstats::ctl
