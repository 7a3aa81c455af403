// The table of kinds.h.
#include "absl/strings/str_cat.h"
#include "coordinator/devstats/jobs/kind_scripts.h"
#include "coordinator/devstats/jobs/kinds.h"

namespace devstats::jobs {
namespace {

using Type = OptionType;
using Names = std::vector<std::string>;

OptionSpec Flag(const char* name, const char* key, const char* meaning) {
  return {.name = name, .type = Type::kFlag, .key = key, .meaning = meaning};
}
OptionSpec Of(Type type, const char* name, const char* key, const char* meaning) {
  return {.name = name, .type = type, .key = key, .meaning = meaning};
}
OptionSpec Number(const char* name, const char* key, const char* meaning, int least, int most) {
  return {.name = name, .type = Type::kNumber, .key = key, .meaning = meaning, .least = least, .most = most};
}
OptionSpec Choice(const char* name, const char* key, const char* meaning, Names choices) {
  return {.name = name, .type = Type::kChoice, .key = key, .meaning = meaning, .choices = std::move(choices)};
}
OptionSpec Destroying(OptionSpec option) {
  option.destroys = true;
  return option;
}

std::vector<OptionSpec> MakeOptions() {
  return {
      // What its pod may use. "*": Provisions, Bootstrap ..., whichever pod it is.
      Number("cpus", "nCPUs", "threads of its programs", 1, 1024),
      Of(Type::kQuantity, "request-cpu", "requests*CPU", "processor time that its node must have free"),
      Of(Type::kQuantity, "request-memory", "requests*Memory", "memory that its node must have free"),
      Of(Type::kQuantity, "limit-cpu", "limits*CPU", "processor time it may use"),
      Of(Type::kQuantity, "limit-memory", "limits*Memory", "memory it may use; beyond, it is killed"),
      Of(Type::kDurations, "max-run", "maxRunDuration",
         "how long its programs may take: PROGRAM:TIME:EXIT,..."),
      Number("debug", "debug", "how much it tells", 0, 3),
      // How it treats others.
      Choice("giant", "giantProv", "whether it waits for giant_lock, or takes it", {"none", "wait", "lock"}),
      Flag("use-flags", "useFlagsProv", "take 'provisioned' away meanwhile, so that no sync runs beside it"),
      // What is computed.
      Flag("allow-metric-fail", "allowMetricFail", "go on when a metric fails"),
      Flag("compute-all", "forceComputeAll", "compute all periods, also those not yet due"),
      Of(Type::kPeriods, "periods", "periods", "compute these periods: d7:t,m:f"),
      Of(Type::kNames, "only-metrics", "onlyMetrics", "these metrics alone"),
      Of(Type::kNames, "skip-metrics", "skipMetrics", "all metrics but these"),
      Of(Type::kNames, "exclude-vars", "excludeVars", "all variables but these"),
      Of(Type::kPath, "metrics-yaml", "metricsYAML", "file of metrics, in the image"),
      Of(Type::kPath, "tags-yaml", "tagsYAML", "file of tags, in the image"),
      Of(Type::kPath, "columns-yaml", "columnsYAML", "file of columns, in the image"),
      Flag("delete-annotations", "deleteAnnotations", "delete all annotations before"),
      Flag("skip-ecf-reset", "skipECFRGReset", "leave out the slow reset of the files' repository groups"),
      Destroying(Flag("tsdb-drop", "tsdbDrop", "drops its series before they are computed anew")),
      Destroying(Flag("drop-database", "reinitDropDB", "drops its whole database before")),
      // Where data comes from.
      Of(Type::kUrl, "from", "restoreFrom", "URL of the folder with its dump"),
      Number("max-age", "restoreMaxAge", "a dump that is older than so many days is refused; without: 45", 1,
             3650),
      Flag("own-host", "", "the URL may be of this environment's own hosts: they do not lead here yet"),
      Flag("skip-add-all", "skipAddAll", "do not merge it into All"),
      Choice("force-add-all", "forceAddAll", "merge it into All, though that has it; tsdb: its series, too",
             {"none", "1", "tsdb"}),
      Flag("merge-mode", "mergeMode", "fill the database of All by merging"),
      Flag("only-gha", "onlyGHA", "stop after the raw events"),
      Flag("skip-gha", "skipGHA", "do without new raw events"),
      Flag("skip-get-repos", "skipGetRepos", "do not clone or fetch repositories"),
      Flag("use-repos", "useRepos", "fetch repositories, too"),
      Flag("skip-temp", "skipTemp", "do not build it in a temporary database first"),
      Flag("get-affiliations", "getAffsFiles", "download the files of affiliations before"),
      Number("skip-import", "skipImpAffs", "chance, in percent, that the import is left out", 0, 100),
      Number("skip-update", "skipUpdAffs", "chance, in percent, that the update of series is left out", 0,
             100),
      // GitHub's API.
      Flag("skip-api", "ghaAPISkip", "do without GitHub's API"),
      Flag("skip-api-comments", "ghapiSkipComments", "without comments"),
      Flag("skip-api-reviews", "ghapiSkipReviews", "without reviews"),
      Flag("skip-api-forks", "ghapiSkipForks", "without forks"),
      Flag("skip-api-releases", "ghapiSkipReleases", "without releases"),
      Flag("skip-api-stars", "ghapiSkipStars", "without stars"),
      Flag("skip-api-issues", "ghapiSkipIssues", "without issues"),
      Flag("skip-api-prs", "ghapiSkipPRs", "without pull requests"),
      Of(Type::kDate, "api-from", "ghapiDtFrom", "what happened since"),
      Of(Type::kDate, "api-to", "ghapiDtTo", "what happened until"),
      Of(Type::kRange, "recent-range", "ghapiRecentRange", "how far back to look: 2 weeks"),
      Of(Type::kRange, "recent-repos-range", "ghapiRecentReposRange", "repositories active within"),
      Of(Type::kRange, "orphan-commits-range", "ghapiOrphanCommitsRange",
         "how far back to look for lost commits"),
      Flag("restore-orphan-commits", "ghapiRestoreOrphanCommits", "bring lost commits back"),
      // merge_dbs.
      Of(Type::kNames, "input-databases", "inputDBs", "databases to merge"),
      Of(Type::kNames, "output-database", "outputDB", "database to merge them into"),
      Of(Type::kNames, "only-tables", "onlyTables", "these tables alone"),
      Of(Type::kNames, "skip-tables", "skipTables", "all tables but these"),
      Of(Type::kNames, "skip-databases", "skipDBs", "all databases but these"),
      Flag("ignore-missing", "ignoreNoDB", "pass over databases that are not there"),
      Of(Type::kDate, "merge-from", "mergeDtFrom", "rows since"),
      Flag("batch", "useBatch", "insert many rows at a time"),
      Number("batch-size", "batchSize", "how many", 1, 100000),
      Flag("parallel", "parallel", "several tables at a time"),
      // Of pods to work in.
      Of(Type::kLife, kLifeOption, "", "when its pod ends by itself: 90m, 4h; at most 72h"),
      Flag("backups", "bootstrapMountBackups", "with the volume of backups at /root"),
      // Backups. Which databases and files is for their verbs to say.
      Of(Type::kNames, "database", "env:BACKUP_DATABASE", "the database to dump"),
      Of(Type::kNames, "databases", "env:BACKUP_DATABASES", "files of these databases alone"),
      Of(Type::kFiles, "files", "env:BACKUP_FILES", "files to remove"),
      Flag("keep-previous", "env:BACKUP_KEEP", "keep the dump that it replaces, as DATABASE.TIME.dump"),
      Flag("skip-events", "env:NOBACKUP", "without the archive of artificial events"),
      Flag("whole", "env:BACKUP_WHOLE", "read each dump to its end, not only its list"),
  };
}

Names With(std::initializer_list<Names> lists) {
  Names all;
  for (const Names& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

// What is not of a project's data: pods for somebody to work in, reports, vacuum, tests.
std::vector<KindSpec> MakeOtherKinds(const Names& pod) {
  const Names resources = {"request-cpu", "request-memory", "limit-cpu", "limit-memory", "debug"};
  std::vector<KindSpec> kinds = {
      {.name = "debug",
       .command = "sleep",
       .meaning = "a pod with its volume, to work in: devstatsctl debug",
       .options = With({pod, {kLifeOption}}),
       .sleeps = true},
      {.name = "debug-bootstrap",
       .command = "sleep",
       .meaning = "a pod of no project, to work in: devstatsctl debug",
       .whole_environment = true,
       .options = With({pod, {kLifeOption, "backups"}}),
       .pod = PodKind::kBootstrap,
       .sleeps = true},
      {.name = "report-pod",
       .command = "/bin/sleep",
       .meaning = "the pod of reports, to work in: devstatsctl report",
       .whole_environment = true,
       .options = With({resources, {kLifeOption}}),
       .pod = PodKind::kReports,
       .sleeps = true},
      {.name = "report",
       .command = "./affs/all_tasks.sh",
       .meaning = "writes all reports; what it moves to /data appears under /backups",
       .whole_environment = true,
       .options = resources,
       .pod = PodKind::kReports},
      {.name = "vacuum",
       .command = "./devel/vacuum_all.sh",
       .meaning = "vacuums all databases",
       .whole_environment = true,
       .options = resources,
       .pod = PodKind::kVacuum},
      {.name = "tests",
       .meaning = "runs DevStats' own tests",
       .whole_environment = true,
       .pod = PodKind::kTests},
  };
  for (KindSpec& kind : kinds) {
    if (kind.sleeps) kind.needs = {kLifeOption};
  }
  return kinds;
}

// In the pod of the bootstrap, which has no volume of a project.
std::vector<KindSpec> ScriptKinds() {
  return {{.name = kDropKind,
           .command = "/bin/sh",
           .meaning = "drops its database, once its environment shows it no more",
           .destroys = true,
           .script = kDropScript,
           .pod = PodKind::kBootstrap,
           .proof = Proof::kDropped},
          {.name = kImageProjectsKind,
           .command = "/bin/sh",
           .meaning = "tells which projects the image knows",
           .whole_environment = true,
           .script = kImageProjectsScript,
           .without_secrets = true,
           .pod = PodKind::kBootstrap}};
}

std::vector<KindSpec> BackupKinds() {
  const auto kind = [](const char* name, const char* verb, const char* script, const char* meaning,
                       const Names& options, Names needs = {}) {
    return KindSpec{
        .name = name,
        .command = "/bin/sh",
        .meaning = meaning,
        .whole_environment = true,
        .script = absl::StrCat(kBackupFunctions, script),
        .verb = verb,
        .options = With({{"request-cpu", "request-memory", "limit-cpu", "limit-memory"}, options}),
        .needs = std::move(needs),
        .pod = PodKind::kBackups,
        .proof = Proof::kReport};
  };
  std::vector<KindSpec> kinds = {
      kind("backup", "backup run", kBackupScript, "dumps its database",
           {"database", "keep-previous", "skip-events"}, {"database"}),
      kind("backup-list", "backup list", kBackupListScript, "lists the files of backups", {}),
      kind("backup-verify", "backup verify", kBackupVerifyScript, "reads the files of backups",
           {"databases", "whole"}),
      kind("backup-prune", "backup prune", kBackupPruneScript, "removes files of backups", {"files"},
           {"files"}),
  };
  kinds.front().whole_environment = false;
  kinds.back().destroys = true;
  return kinds;
}

std::vector<KindSpec> MakeKinds() {
  const Names pod = {"cpus",         "request-cpu", "request-memory", "limit-cpu",
                     "limit-memory", "max-run",     "debug"};
  const Names beside = With({pod, {"giant", "use-flags"}});
  const Names compute = With({beside,
                              {"allow-metric-fail", "compute-all", "periods", "only-metrics", "skip-metrics",
                               "exclude-vars", "metrics-yaml", "tags-yaml", "columns-yaml"}});
  const Names api = {"skip-api",
                     "skip-api-comments",
                     "skip-api-reviews",
                     "skip-api-forks",
                     "skip-api-releases",
                     "skip-api-stars",
                     "skip-api-issues",
                     "skip-api-prs",
                     "api-from",
                     "api-to",
                     "recent-range",
                     "recent-repos-range",
                     "orphan-commits-range",
                     "restore-orphan-commits"};
  const Names fill = {"skip-add-all",   "force-add-all", "merge-mode",       "only-gha",    "skip-gha",
                      "skip-get-repos", "skip-temp",     "get-affiliations", "skip-import", "skip-update"};
  const Names merge = {"input-databases", "output-database", "only-tables", "skip-tables", "skip-databases",
                       "ignore-missing",  "merge-from",      "batch",       "batch-size",  "parallel"};
  const auto kind = [](const char* name, const char* script, const char* meaning, Names options,
                       Names needs = {}, Proof proof = Proof::kRows) {
    return KindSpec{.name = name,
                    .command = script,
                    .meaning = meaning,
                    .options = std::move(options),
                    .needs = std::move(needs),
                    .proof = proof};
  };
  std::vector<KindSpec> kinds = {
      kind("provision", "./devstats-helm/deploy_all.sh", "creates and fills its database",
           With({compute, fill, api, {"tsdb-drop", "drop-database", "skip-ecf-reset"}}), {},
           Proof::kProvisioned),
      kind("restore", "./devstats-helm/restore.sh", "replaces its database by a dump",
           With({compute, api, {"from", "max-age", "own-host", "skip-add-all", "skip-get-repos"}}), {},
           Proof::kProvisioned),
      kind("reinit", "./devstats-helm/reinit.sh", "computes its series anew",
           With({compute,
                 api,
                 {"tsdb-drop", "drop-database", "skip-ecf-reset", "skip-get-repos", "delete-annotations"}}),
           {}, Proof::kProvisioned),
      kind("sync", "devstats", "brings its data up to date, as its cron does each hour",
           With({pod,
                 {"giant", "allow-metric-fail", "compute-all", "periods", "only-metrics", "skip-metrics",
                  "exclude-vars"}}),
           {}, Proof::kSync),
      kind("affiliations", "./devstats-helm/affs.sh", "imports affiliations and updates what depends on them",
           With({compute, {"skip-temp", "get-affiliations", "skip-import", "skip-update"}})),
      kind("vars", "./devstats-helm/vars.sh", "computes its variables", compute),
      kind("tags", "./devstats-helm/tags.sh", "computes its tags", compute),
      kind("columns", "./devstats-helm/columns.sh", "brings the columns of its series up to date", compute),
      kind("annotations", "./devstats-helm/annotations.sh", "computes its annotations",
           With({compute, {"delete-annotations"}})),
      kind("health", "./devstats-helm/health.sh", "computes its health", compute),
      kind("licenses", "./devstats-helm/licenses_langs.sh", "reads its repositories' licenses and languages",
           With({compute, api})),
      kind("periods", "./devstats-helm/periods.sh", "computes some periods of its metrics", compute,
           {"periods"}),
      kind("add-metric", "./devstats-helm/add_metric.sh", "computes metrics that are new", compute,
           {"only-metrics"}),
      kind("repo-groups", "./devstats-helm/repo_groups.sh", "sets its repository groups anew",
           With({compute, {"use-repos", "skip-ecf-reset"}})),
      kind("grants", "./devstats-helm/grants.sh", "gives readers their rights on its tables", pod, {},
           Proof::kPod),
      kind("github", "./devstats-helm/ghapi.sh", "fetches from GitHub's API what the events lack",
           With({beside, api})),
      kind("repositories", "./devstats-helm/repos.sh", "fetches its repositories and their commits",
           With({beside, api, {"use-repos"}})),
      kind("merge", "merge_dbs", "merges databases of projects into its own", With({beside, merge}),
           {"input-databases", "output-database"}, Proof::kPod),
      kind("bootstrap", "./devstats-helm/deploy_all.sh",
           "creates users, their rights and the database of logs", With({pod, {"get-affiliations"}}), {},
           Proof::kBootstrap),
  };
  for (KindSpec& one : kinds) {
    one.destroys = one.name == "restore";
    one.whole_environment = one.name == "bootstrap";
    one.alone = one.name == "bootstrap";
    if (one.alone) one.pod = PodKind::kBootstrap;
    if (one.name == "sync") one.pod = PodKind::kSync;
    // Our chart fetches and checks the dump before the script drops anything.
    if (one.name == "restore") one.values = {{"restoreChecked", "1"}};
  }
  for (KindSpec& one : ScriptKinds()) kinds.push_back(std::move(one));
  for (KindSpec& one : MakeOtherKinds(pod)) kinds.push_back(std::move(one));
  for (KindSpec& one : BackupKinds()) kinds.push_back(std::move(one));
  return kinds;
}

}  // namespace

const std::vector<OptionSpec>& AllOptions() {
  static const auto& options = *new std::vector<OptionSpec>(MakeOptions());
  return options;
}

const std::vector<KindSpec>& AllKinds() {
  static const auto& kinds = *new std::vector<KindSpec>(MakeKinds());
  return kinds;
}

}  // namespace devstats::jobs
