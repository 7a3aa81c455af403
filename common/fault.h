// Fault points stand at every durability boundary. They are compiled in and do nothing unless a file that
// only root can write turns them on; then the process dies (SIGKILL, as a power cut would do it) or waits
// there.
//
// The file, one rule a line ('#' starts a comment):
//   kill POINT [KEY]   dies there once; with KEY only for that key (operation/step, resource ...)
//   kill-each POINT    dies once for every key that reaches the point; POINT may end in '*'
//   hold POINT [KEY]   waits there while the file still has this rule, so that a test can cut power in the
//   act
// What has fired is appended (and synced) to the hits file, so a restarted process passes it the next time.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats {

// Reads `rules` (absent: nothing is on). Refused when the file or its folder is writable by any but root (uid
// 0), unless `any_owner` (unit tests). `hits` is made if absent. Call once at the start of a daemon. Not
// thread-safe.
absl::Status EnableFaults(const std::string& rules, const std::string& hits, bool any_owner = false);

// Marks a durability boundary. Costs one load of an atomic when nothing is on. Thread-safe.
void FaultPoint(absl::string_view point, absl::string_view key);

}  // namespace devstats
