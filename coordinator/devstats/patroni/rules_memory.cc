#include <algorithm>

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/patroni/rule_book.h"

namespace devstats::patroni {
namespace {

constexpr double kMega = 1 << 20;

// Of the shared memory beside the buffers, per backend and per lock it may take (PostgreSQL, "Shared memory
// and semaphores"), and what a backend has for itself when it does nothing.
constexpr double kPerBackend = 1800, kPerLock = 270, kIdleBackend = 5 * kMega;
// PostgreSQL's defaults.
constexpr double kSharedBuffers = 128 * kMega, kWorkMem = 4 * kMega, kMaxWalBuffers = 16 * kMega;

struct Memory {
  double buffers, wal, backends, slots;
  double shared() const { return buffers + wal + backends; }
};

Memory MemoryOf(const RuleBook& book) {
  Memory m;
  m.buffers = book.Bytes("shared_buffers", "8kB", kSharedBuffers);
  const double wal = book.Bytes("wal_buffers", "8kB", -1);
  m.wal = wal >= 0 ? wal : std::min(m.buffers / 32, kMaxWalBuffers);  // -1: PostgreSQL's own choice
  m.slots = book.Number("max_connections", 100) + book.Number("max_worker_processes", 8) +
            book.Number("max_wal_senders", 10) + book.Number("autovacuum_max_workers", 3) +
            book.Number("max_prepared_transactions", 0);
  m.backends = m.slots * (kPerBackend + kPerLock * book.Number("max_locks_per_transaction", 64));
  return m;
}

}  // namespace

void CheckMembers(RuleBook& book) {
  const int members = book.wanted().members;
  if (const auto nodes = book.around().nodes; nodes && members > *nodes) {
    book.Refuse("members", "members",
                absl::StrCat(members, " members need as many nodes for databases, there are ", *nodes,
                             ": no two members run on one node"));
  }
  const double senders = book.Number("max_wal_senders", 10), slots = book.Number("max_replication_slots", 10);
  const int replicas = members - 1;
  if (senders < replicas) {
    book.Refuse("members", "max_wal_senders", absl::StrCat(senders, " cannot feed ", replicas, " replicas"));
  } else if (members > 1 && senders < replicas + 2) {
    book.Warn("members", "max_wal_senders",
              absl::StrCat("a rebuild takes 2 beside the ", replicas, " replicas, there are ", senders));
  }
  if (slots < replicas)
    book.Refuse("members", "max_replication_slots",
                absl::StrCat(slots, " are too few for ", replicas, " replicas"));
}

void CheckMemory(RuleBook& book) {
  const double limit = static_cast<double>(book.around().memory_limit);
  if (limit <= 0) return;
  const Memory m = MemoryOf(book);
  if (m.shared() > limit) {
    book.Refuse(
        "memory", "shared_buffers",
        absl::StrCat("PostgreSQL would need ", TextOfBytes(m.shared()), " of shared memory (shared_buffers ",
                     TextOfBytes(m.buffers), ", wal_buffers ", TextOfBytes(m.wal), ", max_connections ",
                     TextOfBytes(m.backends), "), the pod may have ", TextOfBytes(limit)));
    return;
  }
  const double left = limit - m.shared(), connections = book.Number("max_connections", 100);
  if (connections * kIdleBackend > left) {
    book.Warn("memory", "max_connections",
              absl::StrCat(connections, " idle connections may need more than the ", TextOfBytes(left),
                           " beside the shared memory"));
  }
  const double work = book.Bytes("work_mem", "kB", kWorkMem);
  const double at_once =
      book.Number("max_parallel_workers_per_gather", 2) + 1;  // one query, one sort in each process
  if (work * at_once > left) {
    book.Warn("memory", "work_mem",
              absl::StrCat("one parallel query may take ", TextOfBytes(work * at_once), ", ",
                           TextOfBytes(left), " are left beside the shared memory"));
  }
  if (book.Bytes("effective_cache_size", "8kB", 0) > limit)
    book.Warn("memory", "effective_cache_size",
              "more than the pod may have: the planner expects a cache that is not there");
}

void CheckWorkers(RuleBook& book) {
  const double processes = book.Number("max_worker_processes", 8),
               parallel = book.Number("max_parallel_workers", 8),
               gather = book.Number("max_parallel_workers_per_gather", 2);
  if (parallel > processes)
    book.Warn("workers", "max_parallel_workers", "more than max_worker_processes, which are never exceeded");
  if (gather > parallel)
    book.Warn("workers", "max_parallel_workers_per_gather",
              "more than max_parallel_workers, which are never exceeded");
}

void CheckWal(RuleBook& book) {
  const double least = book.Bytes("min_wal_size", "MB", 80 * kMega),
               most = book.Bytes("max_wal_size", "MB", 1024 * kMega);
  if (least > most) book.Refuse("wal", "min_wal_size", "more than max_wal_size");
  const auto rewind = book.wanted().postgresql.find("use_pg_rewind");
  const bool hints = BoolOf(book.Parameter("wal_log_hints", "on")).value_or(true);
  if (rewind != book.wanted().postgresql.end() && rewind->second && !hints)
    book.Warn("wal", "wal_log_hints",
              "off: without data checksums pg_rewind cannot bring an old leader back");
  const double keep = book.Bytes("wal_keep_size", "MB", 0),
               slot = book.Bytes("max_slot_wal_keep_size", "MB", -kMega);
  if (slot >= 0 && slot < keep)
    book.Warn("wal", "max_slot_wal_keep_size",
              "less than wal_keep_size: a slot is lost before its WAL would go");
}

}  // namespace devstats::patroni
