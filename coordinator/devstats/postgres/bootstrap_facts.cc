#include "coordinator/devstats/postgres/bootstrap_facts.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/scram.h"

namespace devstats::postgres {
namespace {

constexpr char kRoles[] =
    "SELECT rolname, rolcanlogin, rolcreatedb, rolpassword FROM pg_catalog.pg_authid "
    "WHERE rolname IN ('gha_admin', 'ro_user', 'devstats_team')";

// Of the statements below each row's first column is a fact.
constexpr char kDatabasesAndGrants[] =
    "SELECT 'database ' || datname FROM pg_catalog.pg_database WHERE datname IN ('devstats', 'affiliations') "
    "UNION ALL "
    "SELECT 'grant ' || d.datname || ' ' || r.rolname || ' ' || p.name FROM pg_catalog.pg_database d "
    "CROSS JOIN pg_catalog.pg_roles r CROSS JOIN (VALUES ('CREATE'), ('CONNECT'), ('TEMPORARY')) AS p (name) "
    "WHERE d.datname IN ('devstats', 'affiliations') AND r.rolname IN ('gha_admin', 'ro_user', "
    "'devstats_team') "
    "AND has_database_privilege(r.oid, d.oid, p.name)";

constexpr char kSchema[] =
    "SELECT 'schema ' || current_database() || ' ' || r.rolname || ' ' || p.name FROM "
    "pg_catalog.pg_namespace n "
    "CROSS JOIN pg_catalog.pg_roles r CROSS JOIN (VALUES ('USAGE'), ('CREATE')) AS p (name) "
    "WHERE n.nspname = 'public' AND r.rolname IN ('gha_admin', 'ro_user', 'devstats_team') "
    "AND has_schema_privilege(r.oid, n.oid, p.name)";

constexpr char kSelect[] =
    "WITH may AS (SELECT r.rolname, c.relname, has_table_privilege(r.oid, c.oid, 'SELECT') AS yes "
    "FROM pg_catalog.pg_roles r CROSS JOIN pg_catalog.pg_class c "
    "WHERE r.rolname IN ('ro_user', 'devstats_team') AND c.relnamespace = 'public'::regnamespace "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) "
    "SELECT 'select ' || current_database() || '.' || relname || ' ' || rolname FROM may WHERE yes "
    "UNION ALL SELECT 'select ' || current_database() || '.* ' || r.rolname FROM pg_catalog.pg_roles r "
    "WHERE NOT EXISTS (SELECT FROM may WHERE may.rolname = r.rolname AND NOT yes) "
    "AND r.rolname IN ('ro_user', 'devstats_team')";

constexpr char kRelations[] =
    "WITH ours AS (SELECT c.*, current_database() || '.' || c.relname AS name FROM pg_catalog.pg_class c "
    "WHERE c.relnamespace = 'public'::regnamespace "
    "AND c.relname IN ('gha_logs', 'gha_computed', 'gha_locks', 'gha_logs_id_seq')) "
    "SELECT 'relation ' || name FROM ours "
    "UNION ALL SELECT 'owner ' || name || ' ' || pg_get_userbyid(relowner) FROM ours "
    "UNION ALL SELECT 'column ' || name || '.' || attname FROM ours JOIN pg_catalog.pg_attribute a "
    "ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "UNION ALL SELECT 'type ' || name || '.' || attname || ' ' || format_type(a.atttypid, a.atttypmod) "
    "FROM ours JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT "
    "a.attisdropped "
    "UNION ALL SELECT 'default ' || name || '.' || a.attname FROM ours JOIN pg_catalog.pg_attribute a "
    "ON a.attrelid = ours.oid AND a.attnum > 0 AND a.atthasdef AND NOT a.attisdropped "
    "UNION ALL SELECT 'key ' || name || ' ' || a.attname FROM ours JOIN pg_catalog.pg_index i ON i.indrelid "
    "= ours.oid "
    "AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indpred IS NULL "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum = i.indkey[0] "
    "UNION ALL SELECT 'index ' || current_database() || '.' || x.relname FROM ours "
    "JOIN pg_catalog.pg_index i ON i.indrelid = ours.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
    "UNION ALL SELECT 'link ' || ours.name FROM ours JOIN pg_catalog.pg_depend d ON d.objid = ours.oid "
    "AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' "
    "AND d.refobjid = to_regclass('public.gha_logs') WHERE ours.relkind = 'S'";

absl::Status Add(Postgres& postgres, const std::string& database, const char* statement, Facts* facts) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(database, statement));
  for (const Row& row : rows.rows) facts->insert(row.at(0).value_or(""));
  return absl::OkStatus();
}

absl::Status AddRoles(Postgres& postgres, const BootstrapOptions& options, Facts* facts) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query("postgres", kRoles));
  for (const Row& row : rows.rows) {
    const std::string role = row.at(0).value_or("");
    facts->insert("role " + role);
    if (row.at(1) == "t") facts->insert(absl::StrCat("role ", role, " login"));
    if (row.at(2) == "t") facts->insert(absl::StrCat("role ", role, " createdb"));
    const auto wanted = options.passwords.find(role);
    const bool good =
        row.at(3) && (wanted == options.passwords.end() || PasswordMatches(*row.at(3), role, wanted->second));
    if (good) facts->insert("password " + role);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Facts> ReadFacts(Postgres& postgres, const BootstrapOptions& options) {
  Facts facts;
  RETURN_IF_ERROR(AddRoles(postgres, options, &facts), "roles");
  RETURN_IF_ERROR(Add(postgres, "postgres", kDatabasesAndGrants, &facts), "databases");
  for (const std::string database : {kLogsDatabase, kAffiliationsDatabase}) {
    const bool wanted = database == kLogsDatabase || options.affiliations;
    if (!wanted || !facts.count("database " + database)) continue;
    for (const char* statement : {kSchema, kSelect})
      RETURN_IF_ERROR(Add(postgres, database, statement, &facts));
    if (database == kLogsDatabase) RETURN_IF_ERROR(Add(postgres, database, kRelations, &facts));
  }
  return facts;
}

}  // namespace devstats::postgres
