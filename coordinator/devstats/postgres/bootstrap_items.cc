#include "coordinator/devstats/postgres/bootstrap_items.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::postgres {
namespace {

struct Column {
  const char* name;
  const char* type;  // as the server writes it
  const char* rest;  // of its definition
};
struct Table {
  const char* name;
  std::vector<Column> columns;
  const char* key;  // of its primary key; empty: it has none
};

const std::vector<Table>& Tables() {
  static const std::vector<Table> tables = {
      {"gha_logs",
       {{"id", "integer", "NOT NULL DEFAULT nextval('public.gha_logs_id_seq')"},
        {"dt", "timestamp without time zone", "DEFAULT now()"},
        {"prog", "character varying(32)", "NOT NULL DEFAULT ''"},
        {"proj", "character varying(32)", "NOT NULL"},
        {"run_dt", "timestamp without time zone", "NOT NULL"},
        {"msg", "text", ""}},
       ""},
      {"gha_computed",
       {{"metric", "text", "NOT NULL"}, {"dt", "timestamp without time zone", "NOT NULL"}},
       ""},
      {"gha_locks",
       {{"name", "text", "NOT NULL"},
        {"owner", "text", "NOT NULL"},
        {"dt", "timestamp without time zone", "NOT NULL DEFAULT now()"}},
       "name"},
  };
  return tables;
}

class List {
 public:
  void Add(ItemKind kind, const std::string& database, const std::string& name, const std::string& detail,
           std::vector<std::string> facts, const std::string& statement, const std::string& unless = "") {
    wanted_.push_back({{kind, database, name, detail}, std::move(facts), unless, statement});
  }
  std::vector<Wanted> Take() { return std::move(wanted_); }

 private:
  std::vector<Wanted> wanted_;
};

void AddRoles(List* list) {
  for (const std::string role : {kAdminRole, kReadRole, kTeamRole}) {
    const std::string is = "role " + role;
    list->Add(ItemKind::kRole, "", role, "", {is}, "");
    list->Add(ItemKind::kAttribute, "", role, "LOGIN", {is + " login"},
              absl::StrCat("ALTER ROLE ", role, " LOGIN"), is);
    list->Add(ItemKind::kPassword, "", role, "", {"password " + role}, "", is);
  }
  list->Add(ItemKind::kAttribute, "", kAdminRole, "CREATEDB",
            {absl::StrCat("role ", kAdminRole, " createdb")},
            absl::StrCat("ALTER ROLE ", kAdminRole, " CREATEDB"));
}

void AddDatabase(const std::string& database, List* list) {
  const std::string grant = absl::StrCat("grant ", database, " ");
  const auto facts = [&](absl::string_view role, const std::vector<std::string>& rights) {
    std::vector<std::string> out;
    for (const std::string& right : rights) out.push_back(absl::StrCat(grant, role, " ", right));
    return out;
  };
  list->Add(ItemKind::kDatabase, "", database, "", {"database " + database}, "CREATE DATABASE " + database);
  list->Add(ItemKind::kDatabaseGrant, "", database, absl::StrCat("ALL to ", kAdminRole),
            facts(kAdminRole, {"CREATE", "CONNECT", "TEMPORARY"}),
            absl::StrCat("GRANT ALL PRIVILEGES ON DATABASE ", database, " TO ", kAdminRole));
  for (const char* role : {kReadRole, kTeamRole}) {
    list->Add(ItemKind::kDatabaseGrant, "", database, absl::StrCat("CONNECT to ", role),
              facts(role, {"CONNECT"}), absl::StrCat("GRANT CONNECT ON DATABASE ", database, " TO ", role));
  }
  const std::string schema = absl::StrCat("schema ", database, " ");
  list->Add(ItemKind::kSchemaGrant, database, "public", absl::StrCat("USAGE, CREATE to ", kAdminRole),
            {absl::StrCat(schema, kAdminRole, " USAGE"), absl::StrCat(schema, kAdminRole, " CREATE")},
            absl::StrCat("GRANT USAGE, CREATE ON SCHEMA public TO ", kAdminRole));
  for (const char* role : {kReadRole, kTeamRole}) {
    list->Add(ItemKind::kSchemaGrant, database, "public", absl::StrCat("USAGE to ", role),
              {absl::StrCat(schema, role, " USAGE")}, absl::StrCat("GRANT USAGE ON SCHEMA public TO ", role));
  }
}

void AddTableGrants(const std::string& database, bool of_logs, List* list) {
  for (const char* role : {kReadRole, kTeamRole}) {
    std::vector<std::string> facts = {absl::StrCat("select ", database, ".* ", role)};
    for (const Table& table : Tables()) {
      if (of_logs) facts.push_back(absl::StrCat("select ", database, ".", table.name, " ", role));
    }
    list->Add(ItemKind::kTableGrant, database, "tables", absl::StrCat("SELECT to ", role), facts,
              absl::StrCat("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ", role));
  }
}

std::string CreateTable(const Table& table) {
  std::vector<std::string> columns;
  for (const Column& c : table.columns) columns.push_back(absl::StrCat(c.name, " ", c.type, " ", c.rest));
  if (*table.key != '\0') columns.push_back(absl::StrCat("PRIMARY KEY (", table.key, ")"));
  return absl::StrCat("CREATE TABLE IF NOT EXISTS public.", table.name, " (", absl::StrJoin(columns, ", "),
                      ")");
}

// A column that a table with rows lacks: what must not be NULL then has a value in them.
std::string AddColumn(const Table& table, const Column& column) {
  std::string rest = column.rest;
  if (absl::StrContains(rest, "NOT NULL") && !absl::StrContains(rest, "DEFAULT")) {
    absl::StrAppend(&rest, absl::StartsWith(column.type, "timestamp") ? " DEFAULT now()" : " DEFAULT ''");
  }
  return absl::StrCat("ALTER TABLE public.", table.name, " ADD COLUMN IF NOT EXISTS ", column.name, " ",
                      column.type, " ", rest);
}

void AddTable(const Table& table, List* list) {
  const std::string full = absl::StrCat(kLogsDatabase, ".", table.name), is = "relation " + full;
  list->Add(ItemKind::kTable, kLogsDatabase, table.name, "", {is}, CreateTable(table));
  for (const Column& c : table.columns) {
    const std::string name = absl::StrCat(table.name, ".", c.name);
    const std::string column = absl::StrCat("column ", full, ".", c.name);
    list->Add(ItemKind::kColumn, kLogsDatabase, name, "", {column}, AddColumn(table, c), is);
    const absl::string_view rest = c.rest;
    const size_t at = rest.find("DEFAULT");
    if (at == absl::string_view::npos) continue;
    list->Add(
        ItemKind::kDefault, kLogsDatabase, name, "", {absl::StrCat("default ", full, ".", c.name)},
        absl::StrCat("ALTER TABLE public.", table.name, " ALTER COLUMN ", c.name, " SET ", rest.substr(at)),
        column);
  }
  if (*table.key != '\0') {
    list->Add(ItemKind::kPrimaryKey, kLogsDatabase, table.name, table.key,
              {absl::StrCat("key ", full, " ", table.key)},
              absl::StrCat("ALTER TABLE public.", table.name, " ADD PRIMARY KEY (", table.key, ")"), is);
  }
}

void AddSequence(List* list) {
  // One that comes late goes on after the ids that are there, in the same transaction.
  list->Add(ItemKind::kSequence, kLogsDatabase, "gha_logs_id_seq", "",
            {absl::StrCat("relation ", kLogsDatabase, ".gha_logs_id_seq")},
            "DO $$ BEGIN CREATE SEQUENCE IF NOT EXISTS public.gha_logs_id_seq; "
            "IF to_regclass('public.gha_logs') IS NOT NULL THEN "
            "PERFORM setval('public.gha_logs_id_seq', max(id)) FROM public.gha_logs HAVING max(id) > 0; "
            "END IF; END $$");
}

void AddOwnersAndIndexes(List* list) {
  const auto owned = [](const std::string& name) {
    return std::vector<std::string>{absl::StrCat("owner ", kLogsDatabase, ".", name, " ", kAdminRole)};
  };
  for (const Table& table : Tables()) {
    list->Add(ItemKind::kOwner, kLogsDatabase, table.name, kAdminRole, owned(table.name),
              absl::StrCat("ALTER TABLE public.", table.name, " OWNER TO ", kAdminRole));
  }
  const std::string sequence = "gha_logs_id_seq";
  const std::string link = absl::StrCat("link ", kLogsDatabase, ".", sequence);
  // A linked one has its table's owner and refuses another.
  list->Add(ItemKind::kOwner, kLogsDatabase, sequence, kAdminRole, owned(sequence),
            absl::StrCat("ALTER SEQUENCE public.", sequence, " OWNER TO ", kAdminRole));
  list->Add(ItemKind::kSequenceLink, kLogsDatabase, sequence, "gha_logs.id", {link},
            absl::StrCat("ALTER SEQUENCE public.", sequence, " OWNED BY public.gha_logs.id"));
  for (const std::string column : {"id", "dt", "prog", "proj", "run_dt"}) {
    const std::string index = absl::StrCat("logs_", column, "_idx");
    list->Add(ItemKind::kIndex, kLogsDatabase, index, "", {absl::StrCat("index ", kLogsDatabase, ".", index)},
              absl::StrCat("CREATE INDEX IF NOT EXISTS ", index, " ON public.gha_logs (", column, ")"));
  }
}

}  // namespace

std::vector<Wanted> WantedItems(bool affiliations) {
  List list;
  AddRoles(&list);
  AddDatabase(kLogsDatabase, &list);
  AddSequence(&list);
  for (const Table& table : Tables()) AddTable(table, &list);
  AddOwnersAndIndexes(&list);
  AddTableGrants(kLogsDatabase, /*of_logs=*/true, &list);
  if (affiliations) {
    AddDatabase(kAffiliationsDatabase, &list);
    AddTableGrants(kAffiliationsDatabase, /*of_logs=*/false, &list);
  }
  return list.Take();
}

std::vector<std::string> WrongTypes(const Facts& facts) {
  std::vector<std::string> wrong;
  for (const Table& table : Tables()) {
    for (const Column& c : table.columns) {
      const std::string name = absl::StrCat(kLogsDatabase, ".", table.name, ".", c.name);
      if (!facts.count("column " + name)) continue;
      // A longer text is as good.
      const std::string type = absl::StartsWith(c.type, "character") ? "character varying" : c.type;
      const auto at = facts.lower_bound(absl::StrCat("type ", name, " ", type));
      if (at != facts.end() && absl::StartsWith(*at, absl::StrCat("type ", name, " ", type))) continue;
      wrong.push_back(absl::StrCat("column ", name, " is not of type ", c.type));
    }
  }
  return wrong;
}

}  // namespace devstats::postgres
