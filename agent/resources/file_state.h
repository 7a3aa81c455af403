// A whole file of ours as a resource observes and diffs it.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "common/unit/unit.h"

namespace devstats::agent {

// True when the inventory knows the file: we made it or took it over.
absl::StatusOr<bool> IsOurFile(Host* host, const std::string& path);
// null when absent, else {"content", "ours"}.
absl::StatusOr<Json> ObserveFile(Host* host, const std::string& path);
// Adds the change to `content`, if there is one. A file that differs and is not ours is a FOREIGN change,
// which is never made unasked.
void DiffFile(const Json& observed, const std::string& path, const std::string& content, UnitPlan* plan);

// Adds a change of something other than a file.
Change* AddChange(UnitPlan* plan, const std::string& path, Change::Action action, Change::Owner owner,
                  const std::string& before, const std::string& after);

// A service of ours that should start at every boot, and (oneshots that remain) has run in this one:
// {"enabled", "active"}.
absl::StatusOr<Json> ObserveService(Host* host, const std::string& unit);
// Adds the changes "UNIT enabled" and "UNIT active".
void DiffService(const Json& observed, const std::string& unit, UnitPlan* plan);
// Makes them: after this the unit is enabled and was started with the file as it is now.
absl::Status ApplyService(Host* host, const std::string& unit);

}  // namespace devstats::agent
