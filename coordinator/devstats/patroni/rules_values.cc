#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/devstats/patroni/rule_book.h"

namespace devstats::patroni {
namespace {

// Patroni's own defaults, of what nobody has set.
constexpr int64_t kLoopWait = 10, kRetryTimeout = 10, kTtl = 30;

struct Least {
  const char* setting;
  int64_t least;
};
constexpr Least kSettings[] = {{"ttl", 20},
                               {"loop_wait", 1},
                               {"retry_timeout", 3},
                               {"maximum_lag_on_failover", 0},
                               {"primary_start_timeout", 0},
                               {"master_start_timeout", 0}};

// Patroni's minima (CMDLINE_OPTIONS), PostgreSQL's maxima.
struct Limits {
  const char* parameter;
  double least, most;
};
constexpr double kBackends = 262143, kInt = 2147483647;
constexpr Limits kNumbers[] = {{"max_connections", 25, kBackends},
                               {"max_wal_senders", 3, kBackends},
                               {"max_replication_slots", 4, kBackends},
                               {"max_worker_processes", 2, kBackends},
                               {"max_prepared_transactions", 0, kBackends},
                               {"max_locks_per_transaction", 32, kInt},
                               {"wal_keep_segments", 1, kInt},
                               {"superuser_reserved_connections", 0, kBackends}};

// Sizes and their unit when none is written.
struct Size {
  const char* parameter;
  const char* unit;
};
constexpr Size kSizes[] = {{"shared_buffers", "8kB"},
                           {"wal_buffers", "8kB"},
                           {"effective_cache_size", "8kB"},
                           {"temp_buffers", "8kB"},
                           {"work_mem", "kB"},
                           {"maintenance_work_mem", "kB"},
                           {"temp_file_limit", "kB"},
                           {"max_wal_size", "MB"},
                           {"min_wal_size", "MB"},
                           {"wal_keep_size", "MB"},
                           {"max_slot_wal_keep_size", "MB"}};

constexpr const char* kSwitches[] = {"track_commit_timestamp", "wal_log_hints", "hot_standby_feedback",
                                     "hot_standby"};

void CheckChoices(RuleBook& book) {
  const auto& parameters = book.wanted().parameters;
  if (const auto level = parameters.find("wal_level"); level != parameters.end()) {
    const std::string value = absl::AsciiStrToLower(level->second);
    if (value != "replica" && value != "logical" && value != "hot_standby") {
      book.Refuse("choice", "wal_level",
                  absl::StrCat("\"", level->second,
                               "\" is none of replica, logical: Patroni would take its default"));
    } else if (value == "hot_standby") {
      book.Warn("choice", "wal_level", "hot_standby is called replica since PostgreSQL 9.6");
    }
  }
  for (const char* name : kSwitches) {
    const auto found = parameters.find(name);
    if (found == parameters.end()) continue;
    const auto on = BoolOf(found->second);
    if (!on) {
      book.Refuse("choice", name, absl::StrCat("\"", found->second, "\" is neither on nor off"));
    } else if (!*on && std::string(name) == "hot_standby") {
      book.Refuse("choice", name, "Patroni keeps it on, whatever is asked for");
    }
  }
}

}  // namespace

void CheckTiming(RuleBook& book) {
  const int64_t loop_wait = book.Setting("loop_wait", kLoopWait), ttl = book.Setting("ttl", kTtl),
                retry = book.Setting("retry_timeout", kRetryTimeout);
  if (loop_wait + 2 * retry <= ttl) return;
  book.Refuse(
      "timing", "ttl",
      absl::StrCat("loop_wait + 2 * retry_timeout must not be more than ttl: ", loop_wait, " + 2 * ", retry,
                   " > ", ttl, "; Patroni would run with other values and say so only in its log"));
}

void CheckLimits(RuleBook& book) {
  for (const Least& l : kSettings) {
    const auto found = book.wanted().settings.find(l.setting);
    if (found == book.wanted().settings.end() || found->second >= l.least) continue;
    book.Refuse("minimum", l.setting, absl::StrCat(found->second, " is less than ", l.least));
  }
  for (const Limits& l : kNumbers) {
    const auto found = book.wanted().parameters.find(l.parameter);
    if (found == book.wanted().parameters.end()) continue;
    const auto number = IntegerOf(found->second);
    if (!number) {
      book.Refuse("value", l.parameter, absl::StrCat("\"", found->second, "\" is no whole number"));
    } else if (static_cast<double>(*number) < l.least) {
      book.Refuse("minimum", l.parameter,
                  absl::StrCat(*number, " is less than ", l.least, ": Patroni would take its default"));
    } else if (static_cast<double>(*number) > l.most) {
      book.Refuse("minimum", l.parameter, absl::StrCat(*number, " is more than PostgreSQL allows"));
    }
  }
  constexpr double kSegment = 16 << 20;
  if (book.wanted().parameters.count("wal_keep_size") &&
      book.Bytes("wal_keep_size", "MB", kSegment) < kSegment) {
    book.Refuse("minimum", "wal_keep_size", "less than 16MB, one segment: Patroni would take its default");
  }
  const double reserved = book.Number("superuser_reserved_connections", 3),
               most = book.Number("max_connections", 100);
  if (reserved >= most)
    book.Refuse("minimum", "superuser_reserved_connections",
                "as many as max_connections: PostgreSQL would not start");
}

void CheckValues(RuleBook& book) {
  CheckChoices(book);
  for (const Size& s : kSizes) {
    const auto found = book.wanted().parameters.find(s.parameter);
    if (found == book.wanted().parameters.end() || BytesOf(found->second, s.unit)) continue;
    book.Refuse("value", s.parameter,
                absl::StrCat("\"", found->second,
                             "\" is no size: PostgreSQL knows B, kB, MB, GB and TB, written so"));
  }
  const Settings* known = book.around().known;
  if (!known) return;
  for (const auto& [name, value] : book.wanted().parameters) {
    const auto setting = known->find(name);
    if (setting == known->end() || IntegerOf(setting->second.value) == std::nullopt) continue;
    const ValueType& type = setting->second.type;
    const bool told =
        absl::c_any_of(book.findings(), [&name = name](const Finding& f) { return f.what == name; });
    if (told || type.kind != ValueType::Kind::kInteger || IntegerOf(Canonical(value, type))) continue;
    book.Refuse(
        "value", name,
        absl::StrCat("\"", value, "\" is no number", type.unit.empty() ? "" : ", or not in its unit"));
  }
}

}  // namespace devstats::patroni
