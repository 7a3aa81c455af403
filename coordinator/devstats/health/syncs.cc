#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"
#include "coordinator/devstats/health/database_checks.h"

namespace devstats::domain {
namespace {

using State = postgres::SyncVerdict::State;

constexpr absl::Duration kLogKept = absl::Hours(7 * 24);
constexpr absl::Duration kLate = absl::Hours(3);     // what a sync may take over its time
constexpr absl::Duration kArchive = absl::Hours(3);  // how far GitHub's archive is behind

bool IsActive(const spec::ProjectSpec& project) { return project.state == spec::ProjectSpec::State::kActive; }

// What decides whether a project's sync is late.
struct Expected {
  absl::Duration limit = absl::InfiniteDuration();    // between two that ended well; infinite: none is due
  const postgres::Flag* running = nullptr;            // a sync at work, and not for too long
  absl::Duration provisioned = absl::ZeroDuration();  // for how long
  bool is_provisioned = false;
};

Expected ExpectedOf(const spec::ProjectSpec& project, const std::vector<Cron>& crons, const Flags& flags) {
  Expected expected;
  for (const Cron& cron : crons) {
    if (cron.kind == "sync" && cron.project == project.name && !cron.suspended)
      expected.limit = LongestGap(cron.schedule) + kLate;
  }
  const auto found = flags.find(project.database);
  if (found == flags.end() || !found->second.ok()) return expected;
  if (const postgres::Flag* flag = postgres::Find(*found->second, postgres::kProvisioned)) {
    expected.is_provisioned = true;
    expected.provisioned = flag->age;
  }
  const postgres::Flag* running = postgres::Find(*found->second, postgres::kRunning);
  if (running && !postgres::IsStale(*running)) expected.running = running;
  return expected;
}

std::string ProblemOfVerdict(const postgres::SyncVerdict& verdict, const Expected& expected, absl::Time now) {
  if (expected.running) return "";  // how it ends is not known yet
  const absl::Duration age = now - verdict.at;
  switch (verdict.state) {
    case State::kNone:
      return expected.provisioned > expected.limit ? "was never synced" : "";
    case State::kHealthy:
      return age > expected.limit ? absl::StrCat("was last synced ", Age(age), " ago") : "";
    case State::kUnfinished:
      return age > kLate ? absl::StrCat("a sync began ", Age(age), " ago and has not ended") : "";
    case State::kFailed:
    case State::kTimedOut:
    case State::kBlocked:
      break;
  }
  return absl::StrCat("sync ", postgres::NameOf(verdict.state), " ", Age(age),
                      " ago: ", verdict.message.substr(0, 200));
}

std::string ProblemOfData(const postgres::Freshness& freshness, const Expected& expected, absl::Time now) {
  if (!freshness.parsed || expected.running) return "";
  const absl::Duration age = now - *freshness.parsed;
  return age > expected.limit + kArchive ? absl::StrCat("its data end ", Age(age), " ago") : "";
}

}  // namespace

std::map<std::string, SyncState> LookAtSyncs(postgres::Postgres& postgres,
                                             const std::vector<spec::ProjectSpec>& projects,
                                             const Clock& clock, const std::function<bool()>& go_on,
                                             int parallel) {
  std::map<std::string, SyncState> found;
  absl::Mutex mu;
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next++) < projects.size();) {
      const spec::ProjectSpec& project = projects[i];
      SyncState state;
      if (IsActive(project) && go_on()) {
        state.verdict =
            postgres::JudgeSync(postgres, project.name, project.database, clock.Now() - kLogKept, clock);
        state.freshness = postgres::ReadFreshness(postgres, project.database);
      }
      const absl::MutexLock lock(&mu);
      found.insert_or_assign(project.name, std::move(state));
    }
  };
  std::vector<std::thread> threads;
  const size_t count = std::min(projects.size(), static_cast<size_t>(std::max(1, parallel)));
  for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return found;
}

Finding SyncsFinding(const std::map<std::string, SyncState>& syncs,
                     const std::vector<spec::ProjectSpec>& projects, const std::vector<Cron>& crons,
                     const Flags& flags, absl::Time now) {
  std::vector<std::string> problems;
  int healthy = 0, running = 0, asked = 0;
  absl::Time oldest = absl::InfiniteFuture();
  for (const spec::ProjectSpec& project : projects) {
    const Expected expected = ExpectedOf(project, crons, flags);
    const auto it = syncs.find(project.name);
    if (!IsActive(project) || !expected.is_provisioned || it == syncs.end()) continue;
    ++asked;
    running += expected.running != nullptr;
    const auto& [verdict, freshness] = it->second;
    for (const absl::Status& status : {verdict.status(), freshness.status()})
      if (!status.ok()) problems.push_back(absl::StrCat(project.name, ": ", status.message()));
    if (verdict.ok()) {
      const std::string problem = ProblemOfVerdict(*verdict, expected, now);
      if (!problem.empty()) problems.push_back(absl::StrCat(project.name, ": ", problem));
      healthy += verdict->state == State::kHealthy;
    }
    if (!freshness.ok()) continue;
    if (freshness->parsed) oldest = std::min(oldest, *freshness->parsed);
    const std::string problem = ProblemOfData(*freshness, expected, now);
    if (!problem.empty()) problems.push_back(absl::StrCat(project.name, ": ", problem));
  }
  std::string text = absl::StrCat("of ", asked, " projects ", healthy, " healthy, ", running, " at work");
  if (oldest != absl::InfiniteFuture())
    absl::StrAppend(&text, "; the oldest data end ", Age(now - oldest), " ago");
  return Found("syncs", std::move(text), std::move(problems));
}

}  // namespace devstats::domain
