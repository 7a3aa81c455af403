#include "coordinator/devstats/patroni/settings.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace devstats::patroni {

// postgresql.base.conf, which initdb made, is left out: Patroni's file goes over it.
const char kSettingsQuery[] = R"(
WITH written AS (
  SELECT DISTINCT ON (lower(name), substring(sourcefile from '[^/]*$'))
         lower(name) AS name, substring(sourcefile from '[^/]*$') AS file, setting
    FROM pg_catalog.pg_file_settings
   ORDER BY lower(name), substring(sourcefile from '[^/]*$'), seqno DESC)
SELECT s.name, s.setting, pg_catalog.current_setting(s.name, true) AS show, s.unit, s.vartype,
       s.context = 'postmaster' AS postmaster, s.pending_restart, c.setting AS conf, a.setting AS altered
  FROM pg_catalog.pg_settings s
  LEFT JOIN written c ON c.name = lower(s.name) AND c.file = 'postgresql.conf'
  LEFT JOIN written a ON a.name = lower(s.name) AND a.file = 'postgresql.auto.conf'
 ORDER BY s.name)";

absl::StatusOr<Settings> SettingsOf(const postgres::Rows& rows) {
  constexpr size_t kColumns = 9;
  Settings settings;
  for (const postgres::Row& row : rows.rows) {
    if (row.size() != kColumns || !row[0]) return absl::DataLossError("settings: a row of another query");
    Setting s;
    s.value = row[1].value_or("");
    s.show = row[2].value_or(s.value);
    s.type = {KindOf(row[4].value_or("")), row[3].value_or("")};
    s.postmaster = BoolOf(row[5].value_or("f")).value_or(false);
    s.pending_restart = BoolOf(row[6].value_or("f")).value_or(false);
    s.conf = row[7];
    s.altered = row[8];
    settings[absl::AsciiStrToLower(*row[0])] = std::move(s);
  }
  return settings;
}

}  // namespace devstats::patroni
