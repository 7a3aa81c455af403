// Patroni and PostgreSQL, and what pods ask for: rules within one environment.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/spec/checks.h"
#include "coordinator/spec/postgres_parameters.h"

namespace devstats::spec {
namespace {

// Patroni runs on with a loop_wait of one second when its times break this rule, and says so in its log
// alone.
void CheckTimes(const CheckContext& check, const PatroniSpec& patroni, const std::string& at) {
  for (const char* key : {".loopWait", ".ttl", ".retryTimeout"})
    if (!check.Good(at + key)) return;
  const int64_t need = patroni.loop_wait + 2 * patroni.retry_timeout;
  if (need <= patroni.ttl) return;
  check.Add(at + ".ttl", absl::StrCat("is ", patroni.ttl, ", but loopWait + 2 * retryTimeout is ",
                                      patroni.loop_wait, " + 2 * ", patroni.retry_timeout, " = ", need,
                                      ", and Patroni wants no more than ttl; raise ttl or lower the others"));
}

// A number among the parameters; -1 when it is none.
int NumberOf(const PatroniSpec& patroni, const char* name) {
  const auto parameter = patroni.parameters.find(name);
  int number = -1;
  return parameter != patroni.parameters.end() && absl::SimpleAtoi(parameter->second, &number) ? number : -1;
}

void CheckParameters(const CheckContext& check, const PatroniSpec& patroni, const std::string& at) {
  auto path = [&](absl::string_view name) { return absl::StrCat(at, ".parameters.", name); };
  for (const auto& [name, value] : patroni.parameters) {
    const PostgresParameter* const parameter = FindParameter(name);
    if (!parameter || check.Bad(path(name))) continue;
    const std::string wrong = WrongValue(*parameter, value);
    if (!wrong.empty()) check.Add(path(name), absl::StrCat(wrong, ", not ", Quoted(value)));
  }
  if (!check.Good(at + ".members")) return;
  for (const char* name : {"max_wal_senders", "max_replication_slots"}) {
    const int number = NumberOf(patroni, name);
    if (number >= 0 && number < patroni.members - 1)
      check.Add(path(name), absl::StrCat("is ", number, ", but ", patroni.members, " members have ",
                                         patroni.members - 1, " replicas, each of which needs one"));
  }
  const double most = BytesOf(patroni.parameters.at("max_wal_size")),
               least = BytesOf(patroni.parameters.at("min_wal_size"));
  if (most >= 0 && least > most)
    check.Add(path("min_wal_size"),
              absl::StrCat("is ", patroni.parameters.at("min_wal_size"), ", more than max_wal_size ",
                           patroni.parameters.at("max_wal_size"), "; write less than that"));
}

// In thousandths of a core, in bytes; -1 when nothing is said.
double Cpu(absl::string_view text) {
  const bool thousandths = absl::ConsumeSuffix(&text, "m");
  double number = 0;
  return absl::SimpleAtod(text, &number) ? number * (thousandths ? 1 : 1000) : -1;
}

double Memory(absl::string_view text) {
  return absl::ConsumeSuffix(&text, "i") ? BytesOf(absl::StrCat(text, "B")) : -1;
}

// The whole of the shared memory is part of what the pod may use.
void CheckSharedMemory(const CheckContext& check, const EnvironmentSpec& environment, const std::string& at) {
  const auto resources = environment.resources.find("patroni");
  if (resources == environment.resources.end() || check.Bad(at + ".patroni.parameters.shared_buffers"))
    return;
  const double limit = Memory(resources->second.limit_memory);
  const std::string& shared = environment.patroni.parameters.at("shared_buffers");
  if (limit < 0 || BytesOf(shared) < limit) return;
  check.Add(at + ".resources.patroni.limits.memory",
            absl::StrCat("is ", resources->second.limit_memory, ", but shared_buffers alone is ", shared,
                         "; raise the limit, or lower patroni.parameters.shared_buffers"));
}

void CheckResources(const CheckContext& check, const EnvironmentSpec& environment, const std::string& at) {
  for (const auto& pods : environment.resources) {
    const ResourcesSpec& resources = pods.second;
    auto order = [&](const char* key, const std::string& request, const std::string& limit,
                     double (*amount)(absl::string_view)) {
      if (request.empty() || limit.empty() || amount(request) <= amount(limit)) return;
      check.Add(absl::StrCat(at, ".resources.", pods.first, ".requests.", key),
                absl::StrCat("is ", request, ", more than the limit ", limit, "; raise that, or lower this"));
    };
    order("cpu", resources.request_cpu, resources.limit_cpu, Cpu);
    order("memory", resources.request_memory, resources.limit_memory, Memory);
  }
  CheckSharedMemory(check, environment, at);
}

}  // namespace

void CheckDatabases(const CheckContext& check) {
  for (const EnvironmentSpec& environment : check.spec().environments) {
    const std::string at = absl::StrCat("environments.", environment.name);
    CheckTimes(check, environment.patroni, at + ".patroni");
    CheckParameters(check, environment.patroni, at + ".patroni");
    CheckResources(check, environment, at);
  }
}

}  // namespace devstats::spec
