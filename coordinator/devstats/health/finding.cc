#include "coordinator/devstats/health/finding.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::domain {

const char* NameOf(Finding::State state) {
  if (state == Finding::State::kOk) return "ok";
  return state == Finding::State::kProblem ? "problem" : "unknown";
}

Finding Found(std::string what, std::string text, std::vector<std::string> problems) {
  const auto state = problems.empty() ? Finding::State::kOk : Finding::State::kProblem;
  return {std::move(what), state, std::move(text), std::move(problems)};
}

Finding NoAnswer(std::string what, const absl::Status& status) {
  return {std::move(what), Finding::State::kProblem, "no answer", {std::string(status.message())}};
}

Finding NotLookedAt(std::string what, std::string why) {
  return {std::move(what), Finding::State::kUnknown, std::move(why), {}};
}

std::string Some(const std::vector<std::string>& names, size_t most) {
  if (names.size() <= most) return absl::StrJoin(names, ", ");
  return absl::StrCat(absl::StrJoin(names.begin(), names.begin() + static_cast<long>(most), ", "), " and ",
                      names.size() - most, " more");
}

std::string Age(absl::Duration age) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(age));
  const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  const auto both = [](int64_t large, const char* unit, int64_t small, const char* less) {
    return small == 0 ? absl::StrCat(large, unit) : absl::StrCat(large, unit, small, less);
  };
  if (days > 0) return both(days, "d", hours % 24, "h");
  if (hours > 0) return both(hours, "h", minutes % 60, "m");
  return minutes > 0 ? absl::StrCat(minutes, "m") : absl::StrCat(seconds, "s");
}

}  // namespace devstats::domain
