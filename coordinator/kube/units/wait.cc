#include "coordinator/kube/units/wait.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {
constexpr size_t kTold = 8;
}  // namespace

std::string JoinReasons(const std::vector<std::string>& reasons) {
  const size_t told = std::min(kTold, reasons.size());
  const std::string text = absl::StrJoin(reasons.begin(), reasons.begin() + static_cast<long>(told), "; ");
  return told == reasons.size() ? text : absl::StrCat(text, "; and ", reasons.size() - told, " more");
}

absl::Status WaitUntilNone(absl::string_view what, const Patience& patience,
                           absl::FunctionRef<absl::StatusOr<std::vector<std::string>>()> missing,
                           const std::function<void(absl::string_view)>& progress) {
  const absl::Time end = absl::Now() + patience.deadline;
  std::string told;
  while (true) {
    auto reasons = missing();
    if (absl::IsUnavailable(reasons.status())) {
      reasons = std::vector<std::string>{std::string(reasons.status().message())};
    }
    if (!reasons.ok()) return Annotate(reasons.status(), what);
    if (reasons->empty()) return absl::OkStatus();
    const std::string now = JoinReasons(*reasons);
    if (now != told) progress(absl::StrCat("waiting: ", now));
    told = now;
    if (absl::Now() >= end) return absl::DeadlineExceededError(absl::StrCat(what, ": ", now));
    absl::SleepFor(patience.poll);
  }
}

}  // namespace devstats::coordinator
