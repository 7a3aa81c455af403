// What the PostgreSQL of one member says of its parameters, and where it has each value from.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/devstats/patroni/values.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::patroni {

struct Setting {
  std::string value;  // in `type.unit`
  std::string show;   // as SHOW says it
  ValueType type;
  bool postmaster = false;       // taken only at a start
  bool pending_restart = false;  // another value stands in a file, and waits for one
  std::optional<std::string>
      conf;  // in postgresql.conf, which Patroni writes: of its local file, else of the DCS
  std::optional<std::string> altered;  // in postgresql.auto.conf: ALTER SYSTEM, which beats both
};
using Settings = std::map<std::string, Setting>;  // by name, in lower case

// Reads them of one member. Errors as postgres::Postgres has them.
using SettingsReader = std::function<absl::StatusOr<Settings>(const std::string& member)>;

// For a superuser, in any database.
extern const char kSettingsQuery[];
// DataLoss for rows that are not the query's.
absl::StatusOr<Settings> SettingsOf(const postgres::Rows& rows);

}  // namespace devstats::patroni
