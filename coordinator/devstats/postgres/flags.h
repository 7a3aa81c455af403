// The flags and locks by which DevStats' programs keep out of each other's way: rows of gha_computed, set
// while they stand, and (newer images) of gha_locks, which have an owner. They are taken away only with proof
// that no pod that could hold them is there, and only as they were when that was proven.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

inline constexpr char kProvisioned[] = "provisioned",
                      kRunning[] = "devstats_running";  // in a project's database
inline constexpr char kGiantLock[] = "giant_lock";
inline constexpr char kAffiliationsLock[] = "affs_lock";  // and affs_lock_PROJECT

struct Flag {
  std::string database, name;
  std::string owner;  // of a row in gha_locks; empty: one in gha_computed
  std::string since;  // as the server writes it
  absl::Duration age;
};
std::string Describe(const Flag& flag);  // "giant_lock in devstats, 3h12m, held by restore-17"

// How old it becomes before the images themselves take it for left behind (9 h running, 16 h affiliations, 40
// h giant); infinite for others.
absl::Duration MostAge(absl::string_view name);
inline bool IsStale(const Flag& flag) { return flag.age > MostAge(flag.name); }

// All that are set in a database, of both tables; the oldest first. NotFound without the database or
// gha_computed; a gha_locks need not be there.
absl::StatusOr<std::vector<Flag>> ReadFlags(Postgres& postgres, const std::string& database);
// Nothing: not set.
const Flag* Find(const std::vector<Flag>& flags, absl::string_view name);
inline bool IsProvisioned(const std::vector<Flag>& flags) { return Find(flags, kProvisioned) != nullptr; }

// That nobody holds a flag.
class Unheld {
 public:
  // `pods`: all that are there and could hold it. FailedPrecondition that names them; InvalidArgument for
  // "provisioned", which nobody holds.
  static absl::StatusOr<Unheld> Proven(const Flag& flag, const std::vector<std::string>& pods);
  const Flag& flag() const { return flag_; }

 private:
  explicit Unheld(Flag flag) : flag_(std::move(flag)) {}
  Flag flag_;
};

// Aborted when it has been set anew since. One that is gone is fine.
absl::Status Clear(Postgres& postgres, const Unheld& proof);

// Lets syncs run. Does nothing when it is set.
absl::Status SetProvisioned(Postgres& postgres, const std::string& database);

}  // namespace devstats::postgres
