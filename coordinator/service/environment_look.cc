#include "coordinator/service/environment_look.h"

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/health/cluster_checks.h"
#include "coordinator/devstats/health/database_checks.h"

namespace devstats::coordinator {
namespace {

using domain::Finding;

constexpr absl::Duration kFailedJobs = absl::Hours(7 * 24);

// Those of the last week that nothing has made good since.
Finding CheckJobs(jobs::Store* store, const std::string& environment, absl::Time now) {
  if (!store) return domain::NotLookedAt("jobs", "not looked at: there is no queue");
  const auto all = store->List({.environment = environment, .limit = 1000});
  if (!all.ok()) return domain::NoAnswer("jobs", all.status());
  std::vector<std::string> problems;
  std::set<std::string> seen;  // the newest come first
  int queued = 0, running = 0;
  for (const jobs::Job& job : *all) {
    queued += job.state == jobs::JobState::kQueued;
    running += job.state == jobs::JobState::kRunning;
    if (job.state != jobs::JobState::kSucceeded && job.state != jobs::JobState::kFailed) continue;
    if (!seen.insert(absl::StrCat(job.kind, " ", job.project)).second) continue;
    if (job.state == jobs::JobState::kFailed && now - job.ended < kFailedJobs)
      problems.push_back(absl::StrCat(job.id, " (", job.kind, job.project.empty() ? "" : " ", job.project,
                                      ") failed ", domain::Age(now - job.ended), " ago: ", job.message));
  }
  return domain::Found("jobs", absl::StrCat(queued, " queued, ", running, " running"), std::move(problems));
}

class EnvironmentLook {
 public:
  EnvironmentLook(const domain::LiveEnvironment& live, const EnvironmentReach& reach,
                  const EnvironmentsParts& parts)
      : live_(live), reach_(reach), p_(parts), end_(parts.clock->Now() + parts.patience) {}

  std::vector<Finding> Run() {
    crons_ = domain::ListCrons(*p_.kube, live_.environment.namespace_);
    std::vector<Finding> database;
    std::thread beside([&] { database = Database(); });
    std::vector<Finding> all = Cluster();
    beside.join();
    all.insert(all.end(), database.begin(), database.end());
    for (Finding& finding : Work()) all.push_back(std::move(finding));
    return all;
  }

 private:
  bool go_on() const { return p_.clock->Now() < end_; }
  // What there is no time for is told, and is a problem: nobody can say that it is well.
  template <class Check>
  Finding InTime(const char* what, const Check& check) const {
    return go_on() ? check()
                   : domain::NoAnswer(what, absl::DeadlineExceededError("not looked at: no time was left"));
  }

  std::vector<Finding> Cluster() const {
    const spec::EnvironmentSpec& e = live_.environment;
    return {InTime("nodes", [&] { return domain::CheckNodes(*p_.kube, e); }),
            InTime("storage classes", [&] { return domain::CheckStorageClasses(*p_.kube, e); }),
            InTime("volumes", [&] { return domain::CheckVolumes(*p_.kube, e); }),
            InTime("certificates", [&] { return domain::CheckCertificates(*p_.kube, e, p_.clock->Now()); })};
  }

  // Of cron jobs, pods and jobs.
  std::vector<Finding> Work() const {
    const spec::EnvironmentSpec& e = live_.environment;
    const absl::Time now = p_.clock->Now();
    const auto holds = domain::ReadHolds(*p_.kube, e.namespace_);
    const absl::Status known = crons_.ok() ? holds.status() : crons_.status();
    return {known.ok() ? domain::CheckCrons(*crons_, *holds, e, live_.projects, now)
                       : domain::NoAnswer("crons", known),
            crons_.ok() ? domain::CheckBackups(*crons_, live_.projects, Ages(), now)
                        : domain::NotLookedAt("backups", "not looked at: the crons are not known"),
            InTime("pods", [&] { return domain::CheckPods(*p_.kube, e, now); }),
            CheckJobs(p_.jobs, e.name, now)};
  }

  absl::StatusOr<std::optional<backups::Ages>> Ages() const {
    if (!p_.jobs) return absl::UnavailableError("there is no queue");
    return backups::AgesOf(p_.jobs, live_.environment.name, live_.projects);
  }

  std::vector<Finding> Database() const {
    std::vector<Finding> found = {domain::PatroniFinding(PatroniStatusOf(live_.environment, reach_))};
    const auto leader = reach_.leader();
    const auto present = leader.ok() ? postgres::ListDatabases(**leader) : leader.status();
    if (!present.ok()) {
      found.push_back(domain::NoAnswer("postgresql", present.status()));
      for (const char* what : {"bootstrap", "databases", "flags and locks", "sessions", "tables", "syncs"})
        found.push_back(domain::NotLookedAt(what, "not looked at: PostgreSQL does not answer"));
      return found;
    }
    AddDatabases(**leader, *present, &found);
    return found;
  }

  void AddDatabases(postgres::Postgres& leader, const std::vector<postgres::DatabaseInfo>& present,
                    std::vector<Finding>* found) const {
    found->push_back(InTime("bootstrap", [&] {
      const auto roles = reach_.roles();
      return domain::BootstrapFinding(roles.ok() ? postgres::Observe(leader, *roles) : roles.status());
    }));
    const domain::Flags flags = postgres::FlagsEverywhere(leader, FlagDatabases(present));
    found->push_back(domain::DatabasesFinding(present, live_.projects, flags));
    found->push_back(domain::FlagsFinding(flags));
    found->push_back(InTime(
        "sessions", [&] { return domain::SessionsFinding(postgres::BlockedSessions(leader), present); }));
    found->push_back(InTime("tables", [&] {
      return domain::TablesFinding(postgres::WideTablesEverywhere(leader, FlagDatabases(present)));
    }));
    found->push_back(InTime("syncs", [&] {
      const auto syncs = domain::LookAtSyncs(leader, live_.projects, *p_.clock, [this] { return go_on(); });
      return domain::SyncsFinding(syncs, live_.projects, crons_.ok() ? *crons_ : std::vector<domain::Cron>(),
                                  flags, p_.clock->Now());
    }));
  }

  // Those of the projects that are there, and the one of all locks.
  std::vector<std::string> FlagDatabases(const std::vector<postgres::DatabaseInfo>& present) const {
    std::set<std::string> wanted = {postgres::kLogsDatabase};
    for (const spec::ProjectSpec& project : live_.projects) wanted.insert(project.database);
    std::vector<std::string> names;
    for (const postgres::DatabaseInfo& database : present) {
      if (wanted.count(database.name)) names.push_back(database.name);
    }
    return names;
  }

  const domain::LiveEnvironment& live_;
  const EnvironmentReach& reach_;
  const EnvironmentsParts& p_;
  const absl::Time end_;
  absl::StatusOr<std::vector<domain::Cron>> crons_ = absl::UnknownError("not asked");
};

}  // namespace

absl::StatusOr<patroni::ClusterStatus> PatroniStatusOf(const spec::EnvironmentSpec& environment,
                                                       const EnvironmentReach& reach) {
  const auto slots = [&](const std::string&) -> absl::StatusOr<std::vector<patroni::Slot>> {
    ASSIGN_OR_RETURN(const auto leader, reach.leader());
    ASSIGN_OR_RETURN(const postgres::Rows rows, leader->Query("postgres", patroni::kSlotsQuery));
    return patroni::SlotsOf(rows);
  };
  return patroni::StatusOfCluster(*reach.patroni, environment.patroni.members, {}, slots);
}

std::vector<Finding> LookAtEnvironment(const domain::LiveEnvironment& live, const EnvironmentReach& reach,
                                       const EnvironmentsParts& parts) {
  return EnvironmentLook(live, reach, parts).Run();
}

}  // namespace devstats::coordinator
