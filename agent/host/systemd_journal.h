// The system's journal, read for one unit.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/host/systemd.h"

namespace devstats::agent {

// The last `lines` (at most 1000) of what the unit and systemd about it said, oldest first; each cut at 4
// KiB. None when there is no journal. Thread-safe.
absl::StatusOr<std::vector<JournalLine>> ReadJournal(const std::string& unit, int lines);

}  // namespace devstats::agent
