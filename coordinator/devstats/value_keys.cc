#include "coordinator/devstats/value_keys.h"

namespace devstats::domain {

const std::vector<GateKey>& GateKeys() {
  static const auto* const keys = new std::vector<GateKey>{
      {Part::kBackupsPv, "skipBackupsPV"},
      {Part::kPvs, "skipPVs"},
      {Part::kPostgres, "skipPostgres"},
      {Part::kStatic, "skipStatic"},
      {Part::kIngress, "skipIngress"},
      {Part::kBootstrap, "skipBootstrap"},
      {Part::kProvisions, "skipProvisions"},
      {Part::kCrons, "skipCrons"},
      {Part::kAffiliations, "skipAffiliations"},
      {Part::kAffiliationsImport, "skipAffiliationsImport"},
      {Part::kGrafanas, "skipGrafanas"},
      {Part::kServices, "skipServices"},
      {Part::kApi, "skipAPI"},
      {Part::kBackups, "skipBackups"},
      {Part::kVacuum, "skipVacuum"},
      {Part::kTests, "runTests", true},
      {Part::kReports, "reportsPod", true},
  };
  return *keys;
}

const std::vector<KindKeys>& Kinds() {
  static const auto* const kinds = new std::vector<KindKeys>{
      {"affiliations", "affiliationsImage", "Affiliations", {Part::kAffiliations, Part::kAffiliationsImport}},
      {"api", "apiImage", "API", {Part::kApi}},
      {"backups", "backupsImage", "Backups", {Part::kBackups}},
      {"bootstrap", nullptr, "Bootstrap", {Part::kBootstrap}},
      {"grafana", "grafanaImage", "Grafanas", {Part::kGrafanas}},
      {"patroni", "postgresImageName", "Postgres", {Part::kPostgres}},
      {"provision", "provisionImage", "Provisions", {Part::kProvisions, Part::kBootstrap}},
      {"reports", "reportsImage", "Reports", {Part::kReports}},
      {"static", "staticImage", "Statics", {Part::kStatic}},
      {"sync", "syncImage", "Crons", {Part::kCrons}},
      {"tests", "testsImage", nullptr, {Part::kTests}},
      {"vacuum", "vacuumImage", "Vacuum", {Part::kVacuum}},
  };
  return *kinds;
}

const std::vector<ParameterKey>& ParameterKeys() {
  static const auto* const keys = new std::vector<ParameterKey>{
      {"autovacuum_analyze_scale_factor", "postgresAutovacuumAnalyzeScaleFactor"},
      {"autovacuum_analyze_threshold", "postgresAutovacuumAnalyzeThreshold"},
      {"autovacuum_max_workers", "postgresAutovacuumMaxWorkers"},
      {"autovacuum_naptime", "postgresAutovacuumNaptime"},
      {"autovacuum_vacuum_cost_limit", "postgresAutovacuumVacuumCostLimit"},
      {"autovacuum_vacuum_scale_factor", "postgresAutovacuumVacuumScaleFactor"},
      {"autovacuum_vacuum_threshold", "postgresAutovacuumVacuumThreshold"},
      {"checkpoint_completion_target", "postgresCheckpointCompletionTarget"},
      {"default_statistics_target", "postgresDefaultStatisticsTarget"},
      {"effective_cache_size", "postgresCacheSize"},
      {"effective_io_concurrency", "postgresIOConcurrency"},
      {"hot_standby", "postgresHotStandby"},
      {"hot_standby_feedback", "postgresHotStandbyFeedback"},
      {"idle_in_transaction_session_timeout", "postgresIdleTransactionTimeout"},
      {"maintenance_work_mem", "postgresMaintenanceWorkMem"},
      {"max_connections", "postgresMaxConn"},
      {"max_parallel_workers", "postgresMaxParallelWorkers"},
      {"max_parallel_workers_per_gather", "postgresMaxParallelWorkersPerGather"},
      {"max_replication_slots", "postgresMaxReplicationSlots"},
      {"max_wal_senders", "postgresMaxWalSenders"},
      {"max_wal_size", "postgresMaxWalSize"},
      {"max_worker_processes", "postgresMaxWorkerProcesses"},
      {"min_wal_size", "postgresMinWalSize"},
      {"random_page_cost", "postgresRandomPageCost"},
      {"shared_buffers", "postgresSharedBuffers"},
      {"temp_file_limit", "postgresMaxTempFile"},
      {"wal_buffers", "postgresWalBuffers"},
      {"wal_keep_segments", "postgresWalKeepSegments"},
      {"wal_keep_size", "postgresWalKeepSize"},
      {"wal_level", "postgresWalLevel"},
      {"wal_log_hints", "postgresWalLogHints"},
      {"work_mem", "postgresWorkMem"},
  };
  return *keys;
}

}  // namespace devstats::domain
