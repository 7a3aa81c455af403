#include "coordinator/spec/postgres_parameters.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/suggest.h"

namespace devstats::spec {
namespace {

using Kind = PostgresParameter::Kind;

constexpr double kKb = 1024, kMb = 1024 * kKb, kGb = 1024 * kMb, kTb = 1024 * kGb;
constexpr double kMostKb = 2147483647 * kKb;  // of what PostgreSQL counts in kB
constexpr double kMostInt = 2147483647;

// The least that Patroni takes.
constexpr double kConnections = 25, kSenders = 3, kSlots = 4, kWorkers = 2;

const std::vector<PostgresParameter>& Table() {
  static const auto* const table = new std::vector<PostgresParameter>{
      {"autovacuum_analyze_scale_factor", Kind::kReal, "0.2", 0, 100},
      {"autovacuum_analyze_threshold", Kind::kNumber, "100", 0, kMostInt},
      {"autovacuum_max_workers", Kind::kNumber, "1", 1, 262143},
      {"autovacuum_naptime", Kind::kTime, "120s", 1, 2147483},
      {"autovacuum_vacuum_cost_limit", Kind::kNumber, "100", 1, 10000},
      {"autovacuum_vacuum_scale_factor", Kind::kReal, "0.25", 0, 100},
      {"autovacuum_vacuum_threshold", Kind::kNumber, "150", 0, kMostInt},
      {"checkpoint_completion_target", Kind::kReal, "0.9", 0, 1},
      {"checkpoint_timeout", Kind::kTime, "15min", 30, 86400, false, "", true},
      {"default_statistics_target", Kind::kNumber, "1000", 1, 10000},
      {"effective_cache_size", Kind::kSize, "256GB", 8 * kKb, 16 * kTb},
      {"effective_io_concurrency", Kind::kNumber, "8", 0, 1000},
      {"hot_standby", Kind::kChoice, "on", 0, 0, false, "on"},  // Patroni knows no other
      {"hot_standby_feedback", Kind::kChoice, "on", 0, 0, false, "on|off"},
      {"idle_in_transaction_session_timeout", Kind::kTime, "30min", 1, 2147483, true},
      {"maintenance_work_mem", Kind::kSize, "2GB", kMb, kMostKb},
      {"max_connections", Kind::kNumber, "1024", kConnections, 262143},
      {"max_parallel_workers", Kind::kNumber, "32", 0, 1024},
      {"max_parallel_workers_per_gather", Kind::kNumber, "28", 0, 1024},
      {"max_replication_slots", Kind::kNumber, "10", kSlots, 262143},
      {"max_slot_wal_keep_size", Kind::kSize, "200GB", 16 * kMb, kMostInt * kMb, true, "", true},
      {"max_wal_senders", Kind::kNumber, "10", kSenders, 262143},
      {"max_wal_size", Kind::kSize, "128GB", 32 * kMb, kMostInt * kMb},
      {"max_worker_processes", Kind::kNumber, "32", kWorkers, 262143},
      {"min_wal_size", Kind::kSize, "4GB", 32 * kMb, kMostInt * kMb},
      {"password_encryption", Kind::kChoice, "scram-sha-256", 0, 0, false, "scram-sha-256|md5", true},
      {"random_page_cost", Kind::kReal, "1.1", 0, 1e10},
      {"shared_buffers", Kind::kSize, "500GB", 128 * kKb, 8 * kTb},
      {"temp_file_limit", Kind::kSize, "200GB", kKb, kMostKb, true},
      {"wal_buffers", Kind::kSize, "1GB", 32 * kKb, 2047 * kMb, true},
      {"wal_keep_size", Kind::kSize, "100GB", 16 * kMb, kMostInt * kMb},
      {"wal_level", Kind::kChoice, "replica", 0, 0, false, "replica|logical"},
      {"wal_log_hints", Kind::kChoice, "on", 0, 0, false, "on"},  // Patroni knows no other
      {"work_mem", Kind::kSize, "8GB", 64 * kKb, kMostKb},
  };
  return *table;
}

struct Unit {
  absl::string_view name;
  double factor;
};
constexpr Unit kSizes[] = {{"kB", kKb}, {"MB", kMb}, {"GB", kGb}, {"TB", kTb}, {"B", 1}, {"", 1}};
constexpr Unit kTimes[] = {{"us", 1e-6}, {"ms", 1e-3}, {"min", 60}, {"s", 1},
                           {"h", 3600},  {"d", 86400}, {"", 1}};

template <size_t size>
double Measured(absl::string_view text, const Unit (&units)[size]) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = std::find_if(std::begin(units), std::end(units),
                                 [&](const Unit& u) { return u.name == text.substr(end); });
  double number = 0;
  if (end == 0 || end > 12 || unit == std::end(units) || !absl::SimpleAtod(text.substr(0, end), &number))
    return -1;
  return number * unit->factor;
}

// A size in the largest unit in which it is whole.
std::string Size(double bytes) {
  for (const Unit& unit : {Unit{"TB", kTb}, Unit{"GB", kGb}, Unit{"MB", kMb}})
    if (bytes >= unit.factor) return absl::StrFormat("%.0f%s", bytes / unit.factor, unit.name);
  return absl::StrFormat("%.0fkB", bytes / kKb);
}

std::string Time(double seconds) { return absl::StrFormat("%.0fs", seconds); }
std::string Plain(double number) { return absl::StrFormat("%.15g", number); }

// "from 25 to 262143", "a size from 128kB to 8TB".
std::string Allowed(const PostgresParameter& parameter) {
  const double min = parameter.min, max = parameter.max;
  switch (parameter.kind) {
    case Kind::kSize:
      return absl::StrCat("a size from ", Size(min), " to ", Size(max), parameter.off ? ", or -1" : "");
    case Kind::kTime:
      return absl::StrCat("a time from ", Time(min), " to ", Time(max), parameter.off ? ", or 0" : "");
    case Kind::kChoice:
      return absl::StrReplaceAll(parameter.choices, {{"|", " or "}});
    case Kind::kReal:
      return absl::StrCat("a number from ", Plain(min), " to ", Plain(max));
    case Kind::kNumber:
      return absl::StrCat("from ", Plain(min), " to ", Plain(max));
  }
  return "";
}

bool Fits(const PostgresParameter& parameter, absl::string_view text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  double value = 0;
  switch (parameter.kind) {
    case Kind::kSize:
      if (parameter.off && text == "-1") return true;
      value = digits ? -1 : BytesOf(text);  // PostgreSQL counts in blocks, kB or MB where no unit stands
      break;
    case Kind::kTime:
      if (parameter.off && text == "0") return true;
      value = digits ? -1 : SecondsOf(text);
      break;
    case Kind::kChoice: {
      const std::vector<absl::string_view> choices = absl::StrSplit(parameter.choices, '|');
      return std::find(choices.begin(), choices.end(), text) != choices.end();
    }
    default:
      const char* const plain = parameter.kind == Kind::kReal ? "0123456789." : "0123456789";
      if (text.find_first_not_of(plain) != text.npos || !absl::SimpleAtod(text, &value)) return false;
  }
  return value >= parameter.min && value <= parameter.max;
}

struct Successor {
  absl::string_view name;
  const char* hint;
};
constexpr Successor kSuccessors[] = {
    {"wal_keep_segments", "PostgreSQL 13 has wal_keep_size in its place; a segment is 16MB"},
    {"checkpoint_segments", "PostgreSQL 9.5 has max_wal_size in its place"},
    {"master_start_timeout", "it is Patroni's: write startTimeout in the section patroni"},
    {"primary_start_timeout", "it is Patroni's: write startTimeout in the section patroni"},
    {"use_slots", "it is Patroni's and always on here: a replica that falls behind keeps its WAL"},
};

}  // namespace

const std::vector<PostgresParameter>& PostgresParameters() { return Table(); }

const PostgresParameter* FindParameter(absl::string_view name) {
  const auto it = std::find_if(Table().begin(), Table().end(),
                               [&](const PostgresParameter& p) { return name == p.name; });
  return it == Table().end() ? nullptr : &*it;
}

std::string ParameterHint(absl::string_view name) {
  for (const Successor& successor : kSuccessors)
    if (successor.name == name) return successor.hint;
  std::vector<absl::string_view> known;
  for (const PostgresParameter& parameter : Table()) known.push_back(parameter.name);
  const absl::string_view nearest = Nearest(name, known);
  return nearest.empty() ? "`devstatsctl explain environments.test.patroni.parameters` lists them"
                         : absl::StrCat("did you mean \"", nearest, "\"?");
}

std::string WrongValue(const PostgresParameter& parameter, absl::string_view text) {
  if (Fits(parameter, text)) return "";
  if (absl::string_view(parameter.name) == "wal_level" && text == "hot_standby")
    return "must be replica or logical; hot_standby is the old name of replica";
  return absl::StrCat("must be ", Allowed(parameter));
}

std::string ParameterTable() {
  std::string out = absl::StrFormat("%-36s%-15s%s\n", "parameter", "default", "allowed");
  for (const PostgresParameter& parameter : Table())
    absl::StrAppend(&out,
                    absl::StrFormat("%-36s%-15s%s\n", parameter.name,
                                    parameter.fallback ? parameter.fallback : "none", Allowed(parameter)));
  return out;
}

double BytesOf(absl::string_view size) { return Measured(size, kSizes); }
double SecondsOf(absl::string_view time) { return Measured(time, kTimes); }

}  // namespace devstats::spec
