// The table of kinds.h.
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
      // What its pod may use. "*": Provisions or Bootstrap, whichever pod it is.
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
  };
}

Names With(std::initializer_list<Names> lists) {
  Names all;
  for (const Names& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
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
                       Names needs = {}) {
    return KindSpec{.name = name,
                    .command = script,
                    .meaning = meaning,
                    .options = std::move(options),
                    .needs = std::move(needs)};
  };
  std::vector<KindSpec> kinds = {
      kind("provision", "./devstats-helm/deploy_all.sh", "creates and fills its database",
           With({compute, fill, api, {"tsdb-drop", "drop-database", "skip-ecf-reset"}})),
      kind("restore", "./devstats-helm/restore.sh", "replaces its database by a dump",
           With({compute, api, {"from", "skip-add-all", "skip-get-repos"}})),
      kind("reinit", "./devstats-helm/reinit.sh", "computes its series anew",
           With({compute,
                 api,
                 {"tsdb-drop", "drop-database", "skip-ecf-reset", "skip-get-repos", "delete-annotations"}})),
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
      kind("grants", "./devstats-helm/grants.sh", "gives readers their rights on its tables", pod),
      kind("github", "./devstats-helm/ghapi.sh", "fetches from GitHub's API what the events lack",
           With({beside, api})),
      kind("repositories", "./devstats-helm/repos.sh", "fetches its repositories and their commits",
           With({beside, api, {"use-repos"}})),
      kind("merge", "merge_dbs", "merges databases of projects into its own", With({beside, merge}),
           {"input-databases", "output-database"}),
      kind("bootstrap", "./devstats-helm/deploy_all.sh",
           "creates users, their rights and the database of logs", With({pod, {"get-affiliations"}})),
  };
  for (KindSpec& one : kinds) {
    one.destroys = one.name == "restore";
    one.whole_environment = one.name == "bootstrap";
  }
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
