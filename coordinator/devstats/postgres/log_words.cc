#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/devstats/postgres/logs.h"

namespace devstats::postgres {
namespace {

// What stands between `before` and the last `after` (or the first, where what follows is anybody's words).
std::optional<std::string> Between(absl::string_view text, absl::string_view before, absl::string_view after,
                                   bool first = false) {
  if (!absl::ConsumePrefix(&text, before)) return std::nullopt;
  const size_t end = first ? text.find(after) : text.rfind(after);
  if (end == absl::string_view::npos || end == 0) return std::nullopt;
  return std::string(text.substr(0, end));
}

// "#12 kubernetes".
std::optional<std::string> Started(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "Syncing #")) return std::nullopt;
  const size_t space = text.find(' ');
  if (space == absl::string_view::npos) return std::nullopt;
  return std::string(text.substr(space + 1));
}

bool TimedOut(absl::string_view text) {
  const size_t at = text.find("': timeout ");
  return absl::StartsWith(text, "Program '") && at != absl::string_view::npos &&
         !absl::StrContains(text.substr(at), "timeout handler installed");
}

}  // namespace

Said MeaningOf(const std::string& message) {
  if (message == "Sync success") return {Meaning::kSynced, ""};
  if (TimedOut(message)) return {Meaning::kTimedOut, ""};
  if (auto project = Started(message)) return {Meaning::kStarted, *project};
  if (auto project = Between(message, "Synced ", ", took: ")) return {Meaning::kSynced, *project};
  if (auto project = Between(message, "Error result for ", " (took ", true))
    return {Meaning::kFailed, *project};
  if (auto database = Between(message, "Missing provisioned flag on '", "' database", true)) {
    return {Meaning::kNotProvisioned, *database};
  }
  if (auto database = Between(message, "Running flag on '", "' set, exiting")) {
    return {Meaning::kAlreadyRunning, *database};
  }
  if (auto database = Between(message, "No '", "' database, ", true))
    return {Meaning::kNoDatabase, *database};
  return {};
}

const char* NameOf(SyncVerdict::State state) {
  switch (state) {
    case SyncVerdict::State::kNone:
      return "unknown";
    case SyncVerdict::State::kUnfinished:
      return "running";
    case SyncVerdict::State::kHealthy:
      return "healthy";
    case SyncVerdict::State::kFailed:
      return "failed";
    case SyncVerdict::State::kTimedOut:
      return "timed out";
    case SyncVerdict::State::kBlocked:
      return "blocked";
  }
  return "";
}

SyncVerdict Judge(const std::vector<LogLine>& lines, const std::string& project,
                  const std::string& database) {
  SyncVerdict verdict;
  std::string timeout;
  for (const LogLine& line : lines) {
    const Said said = MeaningOf(line.message);
    const bool of_database = said.meaning == Meaning::kNotProvisioned ||
                             said.meaning == Meaning::kAlreadyRunning || said.meaning == Meaning::kNoDatabase;
    const std::string& of = said.of.empty() ? line.project : said.of;
    if (said.meaning == Meaning::kOther || of != (of_database ? database : project)) continue;
    verdict.at = line.at;
    verdict.message = line.message;
    switch (said.meaning) {
      case Meaning::kStarted:
        verdict.state = SyncVerdict::State::kUnfinished;
        timeout.clear();
        break;
      case Meaning::kSynced:
        verdict.state = SyncVerdict::State::kHealthy;
        break;
      case Meaning::kFailed:
        verdict.state = SyncVerdict::State::kFailed;
        if (!timeout.empty()) absl::StrAppend(&verdict.message, " (before: ", timeout, ")");
        break;
      case Meaning::kTimedOut:
        verdict.state = SyncVerdict::State::kTimedOut;
        timeout = line.message;
        break;
      default:
        verdict.state = SyncVerdict::State::kBlocked;
    }
  }
  return verdict;
}

}  // namespace devstats::postgres
