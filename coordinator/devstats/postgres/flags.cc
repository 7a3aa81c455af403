#include "coordinator/devstats/postgres/flags.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/timestamp.h"

namespace devstats::postgres {
namespace {

constexpr char kReadFlags[] =
    "SELECT metric, '', dt, CURRENT_TIMESTAMP FROM public.gha_computed "
    "WHERE metric IN ('provisioned', 'devstats_running') "
    "OR metric LIKE 'giant!_lock%' ESCAPE '!' OR metric LIKE 'affs!_lock%' ESCAPE '!'";
constexpr char kReadLocks[] = "SELECT name, owner, dt, CURRENT_TIMESTAMP FROM public.gha_locks";

absl::Status Read(Postgres& postgres, const std::string& database, const char* statement,
                  std::vector<Flag>* flags) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(database, statement));
  for (const Row& row : rows.rows) {
    Flag flag{database, row.at(0).value_or(""), row.at(1).value_or(""), row.at(2).value_or(""), {}};
    ASSIGN_OR_RETURN(const absl::Time set, ParseTimestamp(flag.since), "flag " + flag.name);
    ASSIGN_OR_RETURN(const absl::Time now, ParseTimestamp(row.at(3).value_or("")));
    flag.age = now - set;
    flags->push_back(std::move(flag));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Describe(const Flag& flag) {
  std::string text = absl::StrCat(flag.name, " in ", flag.database, ", ",
                                  absl::FormatDuration(absl::Trunc(flag.age, absl::Seconds(1))));
  if (!flag.owner.empty()) absl::StrAppend(&text, ", held by ", flag.owner);
  return text;
}

absl::Duration MostAge(absl::string_view name) {
  if (name == kRunning) return absl::Hours(9);
  if (absl::StartsWith(name, kAffiliationsLock)) return absl::Hours(16);
  if (absl::StartsWith(name, kGiantLock)) return absl::Hours(40);
  return absl::InfiniteDuration();
}

absl::StatusOr<std::vector<Flag>> ReadFlags(Postgres& postgres, const std::string& database) {
  std::vector<Flag> flags;
  RETURN_IF_ERROR(Read(postgres, database, kReadFlags, &flags), "flags");
  const absl::Status locks = Read(postgres, database, kReadLocks, &flags);
  if (!absl::IsNotFound(locks)) RETURN_IF_ERROR(locks, "locks");
  std::stable_sort(flags.begin(), flags.end(), [](const Flag& a, const Flag& b) { return a.age > b.age; });
  return flags;
}

const Flag* Find(const std::vector<Flag>& flags, absl::string_view name) {
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& f) { return f.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

absl::StatusOr<Unheld> Unheld::Proven(const Flag& flag, const std::vector<std::string>& pods) {
  if (flag.name == kProvisioned) return absl::InvalidArgumentError("provisioned is a state, not a lock");
  if (pods.empty()) return Unheld(flag);
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat(Describe(flag), ": it may be held by ", absl::StrJoin(pods, ", "))),
              "wait until these pods have ended, or cancel their jobs");
}

absl::Status Clear(Postgres& postgres, const Unheld& proof) {
  const Flag& flag = proof.flag();
  const std::string context = "clearing " + Describe(flag);
  constexpr QueryOptions kWriting{.read_only = false};
  const absl::StatusOr<Rows> gone =
      flag.owner.empty()
          ? postgres.Query(flag.database,
                           "DELETE FROM public.gha_computed WHERE metric = $1 AND dt = $2 RETURNING metric",
                           {flag.name, flag.since}, kWriting)
          : postgres.Query(
                flag.database,
                "DELETE FROM public.gha_locks WHERE name = $1 AND dt = $2 AND owner = $3 RETURNING name",
                {flag.name, flag.since, flag.owner}, kWriting);
  RETURN_IF_ERROR(gone.status(), context);
  if (!gone->rows.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<Flag> flags, ReadFlags(postgres, flag.database), context);
  const bool anew = std::any_of(flags.begin(), flags.end(), [&](const Flag& f) {
    return f.name == flag.name && f.owner.empty() == flag.owner.empty();
  });
  return anew ? absl::AbortedError(context + ": it has been set anew meanwhile") : absl::OkStatus();
}

absl::Status SetProvisioned(Postgres& postgres, const std::string& database) {
  return Annotate(
      postgres
          .Query(database,
                 "INSERT INTO public.gha_computed (metric, dt) SELECT 'provisioned', CURRENT_TIMESTAMP "
                 "WHERE NOT EXISTS (SELECT 1 FROM public.gha_computed WHERE metric = 'provisioned')",
                 {}, {.read_only = false})
          .status(),
      "setting provisioned in " + database);
}

}  // namespace devstats::postgres
