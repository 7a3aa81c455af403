#include "coordinator/devstats/health/database_checks.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/values.h"

namespace devstats::domain {
namespace {

using Problems = std::vector<std::string>;

// Of the members, as one line.
std::string MembersText(const patroni::ClusterState& state) {
  std::vector<std::string> parts;
  for (const patroni::MemberState& m : state.members) {
    std::string part = absl::StrCat(m.name, " ", m.leads() ? "leads" : m.streaming ? "streams" : m.state);
    if (!m.leads() && m.lag && *m.lag > 0)
      absl::StrAppend(&part, " ", patroni::TextOfBytes(static_cast<double>(*m.lag)), " behind");
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ", ");
}

// All projects that have a database here.
std::vector<std::string> DatabasesOf(const std::vector<spec::ProjectSpec>& projects) {
  std::vector<std::string> names;
  for (const spec::ProjectSpec& project : projects) {
    if (project.state != spec::ProjectSpec::State::kDisabled) names.push_back(project.database);
  }
  return names;
}

}  // namespace

Finding PatroniFinding(const absl::StatusOr<patroni::ClusterStatus>& status) {
  if (!status.ok()) return NoAnswer("patroni", status.status());
  return Found("patroni", MembersText(status->state), status->problems);
}

Finding BootstrapFinding(const absl::StatusOr<postgres::BootstrapState>& state) {
  if (!state.ok()) return NoAnswer("bootstrap", state.status());
  Problems problems;
  for (const postgres::Item& item : state->missing)
    problems.push_back(absl::StrCat("missing: ", postgres::Describe(item)));
  for (const std::string& wrong : state->wrong) problems.push_back(wrong);
  const char* const text = problems.empty() ? "complete: roles, tables and grants are there" : "incomplete";
  return Found("bootstrap", text, std::move(problems));
}

Finding DatabasesFinding(const absl::StatusOr<std::vector<postgres::DatabaseInfo>>& present,
                         const std::vector<spec::ProjectSpec>& projects, const Flags& flags) {
  if (!present.ok()) return NoAnswer("databases", present.status());
  const std::vector<std::string> wanted = DatabasesOf(projects);
  const postgres::CatalogDifference difference = postgres::Compare(*present, wanted);
  Problems problems;
  for (const std::string& name : difference.missing) problems.push_back(absl::StrCat(name, " is missing"));
  for (const std::string& name : difference.unknown)
    problems.push_back(absl::StrCat(name, " is no project's"));
  for (const std::string& name : wanted) {
    const auto found = flags.find(name);
    if (found != flags.end() && found->second.ok() && !postgres::IsProvisioned(*found->second))
      problems.push_back(absl::StrCat(name, " is not provisioned"));
  }
  int64_t bytes = 0;
  for (const postgres::DatabaseInfo& database : *present) bytes += database.bytes;
  return Found(
      "databases",
      absl::StrCat(wanted.size() - difference.missing.size(), " of ", wanted.size(), " projects' are there, ",
                   patroni::TextOfBytes(static_cast<double>(bytes)), " in all"),
      std::move(problems));
}

Finding FlagsFinding(const Flags& flags) {
  Problems problems;
  int set = 0;
  for (const auto& [database, of] : flags) {
    if (absl::IsNotFound(of.status())) continue;  // told as a missing database
    if (!of.ok()) {
      problems.push_back(absl::StrCat(database, ": ", of.status().message()));
      continue;
    }
    for (const postgres::Flag& flag : *of) {
      set += flag.name != postgres::kProvisioned;
      if (postgres::IsStale(flag))
        problems.push_back(absl::StrCat(postgres::Describe(flag), ": left behind"));
    }
  }
  return Found("flags and locks", set == 0 ? "none is set" : absl::StrCat(set, " set"), std::move(problems));
}

Finding SessionsFinding(const absl::StatusOr<std::vector<postgres::BlockedSession>>& blocked,
                        const std::vector<postgres::DatabaseInfo>& present) {
  if (!blocked.ok()) return NoAnswer("sessions", blocked.status());
  Problems problems;
  for (const postgres::BlockedSession& session : *blocked) {
    problems.push_back(absl::StrCat(session.user, " in ", session.database, " (", session.pid, ") waits for ",
                                    Age(session.waits), " on ", absl::StrJoin(session.blockers, ", ")));
  }
  std::vector<std::string> deadlocks;
  for (const postgres::DatabaseInfo& database : present)
    if (database.deadlocks > 0) deadlocks.push_back(absl::StrCat(database.name, " ", database.deadlocks));
  const std::string text = absl::StrCat(problems.empty() ? "none waits for another" : "some wait for others",
                                        deadlocks.empty() ? "" : "; deadlocks until now: ", Some(deadlocks));
  return Found("sessions", text, std::move(problems));
}

Finding TablesFinding(const WideTables& tables) {
  Problems problems;
  for (const auto& [database, of] : tables) {
    if (absl::IsNotFound(of.status())) continue;  // told as a missing database
    if (!of.ok()) problems.push_back(absl::StrCat(database, ": ", of.status().message()));
    if (!of.ok()) continue;
    for (const postgres::WideTable& table : *of)
      problems.push_back(absl::StrCat(database, ": ", table.schema, ".", table.table, " has used ",
                                      table.columns, " of ", postgres::kMostColumns,
                                      " columns, dropped ones among them"));
  }
  const std::string text = problems.empty()
                               ? absl::StrCat("none is near ", postgres::kMostColumns, " columns")
                               : "some are near PostgreSQL's limit of columns";
  return Found("tables", text, std::move(problems));
}

}  // namespace devstats::domain
