// Backups as people read them. Pure.
#pragma once
#include <string>

#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

// By project; not `wide`: the newest dump of each. Then what is missing, and how old all of it is told to be.
std::string BackupListView(const coordinator::v1::BackupList& list, bool wide, const Paint& paint);
// File by file, as a job has read them; the last line counts them.
std::string BackupCheckView(const coordinator::v1::BackupList& list, const Paint& paint);
// What will go, and how much that is.
std::string PrunePlanView(const coordinator::v1::PrunePlan& plan, const Paint& paint);
// What has gone, and what was left.
std::string PrunedView(const coordinator::v1::BackupList& list, const Paint& paint);

}  // namespace devstats::ctl
