#include "coordinator/service/follow_log.h"

#include <algorithm>

#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/pod.h"

namespace devstats::coordinator {
namespace {

constexpr int kWindow = 2000;  // lines of a second
constexpr size_t kMaxBytes = 4 << 20;
constexpr absl::Duration kLook = absl::Seconds(1);

}  // namespace

absl::Status FollowLog(const LogFollowing& how,
                       const std::function<absl::StatusOr<LogWindow>(int lines)>& read,
                       const std::function<bool(const std::string&)>& line) {
  const int window = how.follow ? std::max(how.lines, kWindow) : how.lines;
  std::vector<std::string> shown;
  bool first = true;
  while (!how.gone()) {
    ASSIGN_OR_RETURN(const LogWindow seen, read(window));
    std::vector<std::string> now =
        absl::StrSplit(jobs::LastLines(seen.text, kMaxBytes), '\n', absl::SkipEmpty());
    std::vector<std::string> fresh = NewLines(shown, now);
    if (first && fresh.size() > static_cast<size_t>(how.lines))
      fresh.erase(fresh.begin(), fresh.end() - how.lines);
    for (const std::string& one : fresh)
      if (!line(one)) return absl::OkStatus();
    if (!how.follow || seen.last) return absl::OkStatus();
    if (!now.empty()) {
      shown = std::move(now);
      first = false;
    }
    how.sleep(kLook);
  }
  return absl::OkStatus();
}

std::vector<std::string> NewLines(const std::vector<std::string>& before,
                                  const std::vector<std::string>& now) {
  // A window of the last lines has moved on: the longest end of the one that is the other's beginning.
  for (size_t skip = 0; skip < before.size(); ++skip) {
    const size_t common = before.size() - skip;
    if (common <= now.size() &&
        std::equal(before.begin() + static_cast<long>(skip), before.end(), now.begin()))
      return {now.begin() + static_cast<long>(common), now.end()};
  }
  return now;
}

}  // namespace devstats::coordinator
