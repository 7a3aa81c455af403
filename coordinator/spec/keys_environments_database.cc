// environments: Patroni, PostgreSQL, volumes, backups.
#include "coordinator/spec/keys_environments.h"
#include "coordinator/spec/postgres_parameters.h"

namespace devstats::spec {
namespace {

PatroniSpec& Patroni(Draft& d) { return EnvironmentOf(d).patroni; }
BackupsSpec& Backups(Draft& d) { return EnvironmentOf(d).backups; }

// A time of Patroni's in seconds.
void AddSeconds(KeyList* keys, const char* path, const char* fallback, int min, const char* meaning,
                void (*set)(Draft&, Value&&)) {
  keys->Add({.path = path,
             .type = Type::kNumber,
             .fallback = fallback,
             .min = min,
             .max = 86400,
             .meaning = meaning,
             .example = fallback,
             .set = set});
}

void AddTimes(KeyList* keys, const char* name) {
  auto path = [&](const char* key) { return keys->Path(name, std::string("patroni.") + key); };
  AddSeconds(
      keys, path("loopWait"), "15", 1,
      "Seconds between two looks of Patroni at its world (loop_wait); loopWait + 2 * retryTimeout <= ttl.",
      [](Draft& d, Value&& v) { Patroni(d).loop_wait = v.number; });
  AddSeconds(keys, path("ttl"), "60", 20,
             "Seconds after which a leader that is not heard of is none any more (ttl).",
             [](Draft& d, Value&& v) { Patroni(d).ttl = v.number; });
  AddSeconds(
      keys, path("retryTimeout"), "20", 3,
      "Seconds for which Patroni tries again what fails at the API server or PostgreSQL (retry_timeout).",
      [](Draft& d, Value&& v) { Patroni(d).retry_timeout = v.number; });
  AddSeconds(keys, path("startTimeout"), "600", 0,
             "Seconds that a leader may need to start before another takes over (primary_start_timeout).",
             [](Draft& d, Value&& v) { Patroni(d).start_timeout = v.number; });
}

}  // namespace

void AddPatroniKeys(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add({.path = keys->Path(name, "patroni"),
             .type = Type::kSection,
             .meaning = "Its database: PostgreSQL with a leader and replicas, kept by Patroni."});
  keys->Add({.path = keys->Path(name, "patroni.members"),
             .type = Type::kNumber,
             .fallback = "3",
             .min = 1,
             .max = 50,
             .meaning = "Its members, each on a node of its own with the label node2=devstats-db.",
             .example = "3",
             .set = [](Draft& d, Value&& v) { Patroni(d).members = v.number; }});
  keys->Add({.path = keys->Path(name, "patroni.storageSize"),
             .grammar = &kStorageSize,
             .meaning = "The volume of each member; as our chart has it unless it is given.",
             .example = "500Gi",
             .set = [](Draft& d, Value&& v) { Patroni(d).storage_size = v.text; }});
  AddTimes(keys, name);
  keys->Add({.path = keys->Path(name, "patroni.maximumLagOnFailover"),
             .fallback = "50GB",
             .grammar = &kByteSize,
             .meaning = "What a replica may lag behind and still become leader (maximum_lag_on_failover).",
             .example = "50GB",
             .set = [](Draft& d, Value&& v) {
               Patroni(d).maximum_lag_on_failover = static_cast<int64_t>(BytesOf(v.text));
             }});
  keys->Add({.path = keys->Path(name, "patroni.parameters"),
             .type = Type::kTextMap,
             .grammar = &kParameterValue,
             .key_grammar = &kParameterName,
             .meaning = "PostgreSQL's parameters, by its own names. Write \"on\" and \"off\" in quotes.",
             .example = "{shared_buffers: 80GB, max_connections: 1024}",
             .more = ParameterTable,
             .set = [](Draft& d, Value&& v) {
               Patroni(d).parameters = {v.map.begin(), v.map.end()};
             }});
}

void AddBackupKeys(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add({.path = keys->Path(name, "storageClass"),
             .fallback = "openebs-hostpath",
             .grammar = &kDnsName,
             .meaning = "The class of the volumes of databases and git repositories.",
             .example = "openebs-hostpath",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).storage_class = v.text; }});
  keys->Add(
      {.path = keys->Path(name, "backups"),
       .type = Type::kSection,
       .meaning = "Backups of its databases, and the volume that they share with Grafana and the pages."});
  keys->Add({.path = keys->Path(name, "backups.size"),
             .fallback = "2Ti",
             .grammar = &kStorageSize,
             .meaning = "The size of that volume.",
             .example = "2Ti",
             .set = [](Draft& d, Value&& v) { Backups(d).size = v.text; }});
  keys->Add({.path = keys->Path(name, "backups.storageClass"),
             .fallback = "nfs-openebs-localstorage",
             .grammar = &kDnsName,
             .meaning = "Its class, one whose volumes several pods may write to.",
             .example = "nfs-openebs-localstorage",
             .set = [](Draft& d, Value&& v) { Backups(d).storage_class = v.text; }});
  keys->Add({.path = keys->Path(name, "backups.schedule"),
             .fallback = environment.backup_schedule,
             .grammar = &kCron,
             .meaning = "When they are made: minute, hour, day of the month, month, day of the week.",
             .example = "\"45 3 29 * *\"",
             .set = [](Draft& d, Value&& v) { Backups(d).schedule = v.text; }});
  keys->Add({.path = keys->Path(name, "restoreFrom"),
             .fallback = "https://devstats.cncf.io/backups/",
             .grammar = &kMirror,
             .meaning =
                 "The URL of a folder with dumps DATABASE.dump, from which projects are restored unless told "
                 "otherwise.",
             .example = "\"https://devstats.cncf.io/backups/\"",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).restore_from = v.text; }});
}

}  // namespace devstats::spec
