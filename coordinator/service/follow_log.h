// The lines of a log that can be read only as its last lines, each told once.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats::coordinator {

struct LogWindow {
  std::string text;   // the last lines by now
  bool last = false;  // no more will come
};

struct LogFollowing {
  int lines = 0;        // that are told of what is there already
  bool follow = false;  // also what comes, until it is the last
  std::function<bool()> gone;
  std::function<void(absl::Duration)> sleep;
};

// `read` is asked for so many lines, once a second; `line` is told of each, printable, and returns false to
// stop.
absl::Status FollowLog(const LogFollowing& how,
                       const std::function<absl::StatusOr<LogWindow>(int lines)>& read,
                       const std::function<bool(const std::string&)>& line);

// What of `now`, the last lines of a log, was not in `before`, its last lines a while ago. Pure.
std::vector<std::string> NewLines(const std::vector<std::string>& before,
                                  const std::vector<std::string>& now);

}  // namespace devstats::coordinator
