// Jobs as people read them. Pure.
#pragma once
#include <string>

#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

Table JobTable(const coordinator::v1::JobList& list, bool wide, absl::TimeZone zone);
std::string JobView(const coordinator::v1::Job& job, absl::TimeZone zone);

}  // namespace devstats::ctl
