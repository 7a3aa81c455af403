// What a bootstrapped environment has in its database server: the roles of DevStats, the database `devstats`
// with its three tables, and who may read and write what. A bootstrap that was cut is seen item by item, and
// what is missing is made; nothing is ever dropped or taken away.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

inline constexpr char kLogsDatabase[] = "devstats";
inline constexpr char kAffiliationsDatabase[] = "affiliations";
inline constexpr char kAdminRole[] = "gha_admin", kReadRole[] = "ro_user", kTeamRole[] = "devstats_team";

enum class ItemKind {
  kRole,
  kAttribute,  // of a role: may log in, may create databases
  kPassword,   // of a role: it has none, or not the one wanted
  kDatabase,
  kDatabaseGrant,
  kSchemaGrant,
  kSequence,
  kTable,
  kColumn,
  kDefault,
  kPrimaryKey,
  kSequenceLink,  // a sequence goes with its column
  kOwner,
  kIndex,
  kTableGrant
};
const char* NameOf(ItemKind kind);  // "role", "grant on schema"

struct Item {
  ItemKind kind = ItemKind::kRole;
  std::string database;  // empty: of the whole server
  std::string name;      // "gha_logs", "gha_logs.msg", "gha_admin"
  std::string detail;    // "SELECT to ro_user"
  bool operator==(const Item&) const = default;
};
std::string Describe(const Item& item);  // "grant on tables in devstats: SELECT to ro_user"

struct BootstrapOptions {
  // By role. A role without one is asked only to have a password at all; Complete then cannot make it.
  std::map<std::string, Secret> passwords;
  bool affiliations = false;  // the database of affiliations, too; its tables are its images' affair
};

struct BootstrapState {
  std::vector<Item> missing;       // in the order in which it is made
  std::vector<std::string> wrong;  // there, but not as needed: not ours to change
  bool complete() const { return missing.empty() && wrong.empty(); }
};

// As a superuser: passwords are compared with what the server keeps.
absl::StatusOr<BootstrapState> Observe(Postgres& postgres, const BootstrapOptions& options);

// Makes what is missing, a statement at a time; safe to be cut anywhere and run again, and beside another.
// Returns what it made. FailedPrecondition when something is wrong, with nothing made; InvalidArgument for a
// password that is needed and absent, or unfit.
absl::StatusOr<std::vector<Item>> Complete(Postgres& postgres, const BootstrapOptions& options);

// Of a role that is there (a rotation); the password itself is not sent. NotFound.
absl::Status SetPassword(Postgres& postgres, const std::string& role, const Secret& password);

}  // namespace devstats::postgres
