#include "coordinator/devstats/patroni/parameters.h"

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace devstats::patroni {
namespace {

constexpr absl::string_view kDcsOnly[] = {"hot_standby",
                                          "max_connections",
                                          "max_locks_per_transaction",
                                          "max_prepared_transactions",
                                          "max_replication_slots",
                                          "max_wal_senders",
                                          "max_worker_processes",
                                          "track_commit_timestamp",
                                          "wal_keep_segments",
                                          "wal_keep_size",
                                          "wal_level",
                                          "wal_log_hints"};

// listen_addresses and port come from postgresql.listen, cluster_name from the scope; replication is
// Patroni's.
constexpr absl::string_view kLocalOnly[] = {"cluster_name",      "config_file",       "data_directory",
                                            "external_pid_file", "listen_addresses",  "port",
                                            "primary_conninfo",  "primary_slot_name", "promote_trigger_file",
                                            "standby_mode",      "trigger_file"};

constexpr absl::string_view kNotSmaller[] = {"max_connections", "max_locks_per_transaction",
                                             "max_prepared_transactions", "max_wal_senders",
                                             "max_worker_processes"};

// Major versions: since the first one, gone from the second.
struct Lifetime {
  const char* name;
  int since, gone;
  const char* instead;  // of a name that is gone, or not there yet
};
constexpr Lifetime kLifetimes[] = {
    {"wal_keep_segments", 0, 13, "wal_keep_size (a segment has 16MB)"},
    {"wal_keep_size", 13, 0, "wal_keep_segments (a segment has 16MB)"},
    {"max_slot_wal_keep_size", 13, 0, ""},
    {"hash_mem_multiplier", 13, 0, ""},
    {"maintenance_io_concurrency", 13, 0, ""},
    {"autovacuum_vacuum_insert_threshold", 13, 0, ""},
    {"autovacuum_vacuum_insert_scale_factor", 13, 0, ""},
    {"logical_decoding_work_mem", 13, 0, ""},
    {"vacuum_cleanup_index_scale_factor", 11, 14, ""},
    {"operator_precedence_warning", 0, 14, ""},
    {"idle_session_timeout", 14, 0, "idle_in_transaction_session_timeout"},
    {"client_connection_check_interval", 14, 0, ""},
    {"stats_temp_directory", 0, 15, ""},
    {"wal_decode_buffer_size", 15, 0, ""},
    {"recovery_prefetch", 15, 0, ""},
    {"vacuum_defer_cleanup_age", 0, 16, "hot_standby_feedback and replication slots"},
    {"force_parallel_mode", 0, 16, "debug_parallel_query"},
    {"debug_parallel_query", 16, 0, "force_parallel_mode"},
    {"vacuum_buffer_usage_limit", 16, 0, ""},
    {"old_snapshot_threshold", 0, 17, ""},
    {"db_user_namespace", 0, 17, ""},
    {"trace_recovery_messages", 0, 17, ""},
    {"transaction_timeout", 17, 0, "statement_timeout"},
    {"summarize_wal", 17, 0, ""},
    {"io_method", 18, 0, ""},
    {"io_workers", 18, 0, ""},
    {"autovacuum_worker_slots", 18, 0, ""},
    {"checkpoint_segments", 0, 9, "max_wal_size"}};

}  // namespace

Scope ScopeOf(absl::string_view parameter) {
  if (absl::c_linear_search(kDcsOnly, parameter)) return Scope::kDcs;
  if (absl::c_linear_search(kLocalOnly, parameter) || absl::StartsWith(parameter, "recovery_target"))
    return Scope::kLocal;
  return Scope::kAnywhere;
}

bool MustNotShrinkOnReplicas(absl::string_view parameter) {
  return absl::c_linear_search(kNotSmaller, parameter);
}

std::string WrongForVersion(absl::string_view parameter, int server_version) {
  const int major = server_version / 10000;
  if (major == 0) return "";
  for (const Lifetime& l : kLifetimes) {
    if (parameter != l.name) continue;
    const bool gone = l.gone != 0 && major >= l.gone, early = major < l.since;
    if (!gone && !early) return "";
    const std::string why =
        gone ? absl::StrCat("PostgreSQL ", major, " has it no more (gone in ", l.gone, ")")
             : absl::StrCat("PostgreSQL ", major, " does not have it (it came with ", l.since, ")");
    return l.instead[0] ? absl::StrCat(why, "; use ", l.instead) : why;
  }
  return "";
}

std::string SettingName(absl::string_view setting, absl::string_view patroni_version) {
  int major = 0;
  const std::vector<absl::string_view> parts = absl::StrSplit(patroni_version, '.');
  const bool old = absl::SimpleAtoi(parts[0], &major) && major < 3;
  return old ? absl::StrReplaceAll(setting, {{"primary_", "master_"}}) : std::string(setting);
}

}  // namespace devstats::patroni
