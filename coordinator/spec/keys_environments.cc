// environments: DevStats itself, once for test and once for production.
#include "coordinator/spec/keys_environments.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/spec/presets.h"

namespace devstats::spec {
namespace {

Names EnvironmentNames() { return {"test", "prod"}; }
Names GrafanaDataPlaces() { return {"volume", "image"}; }

std::string SecretTable() { return absl::StrCat("secrets\n  ", absl::StrJoin(SecretKeys(), "\n  "), "\n"); }

void AddIdentity(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add(
      {.path = keys->Path(name, "preset"),
       .choices = PresetNames,
       .meaning =
           "Many values under one name: demo has the small sizes for trying DevStats out. What stands in "
           "this file goes before.",
       .example = "demo",
       .more = PresetTable,
       .set = [](Draft&, Value&&) {}});  // applied before anything is read (presets.h)
  keys->Add({.path = keys->Path(name, "namespace"),
             .fallback = keys->Text(absl::StrCat("devstats-", name)),
             .grammar = &kDnsLabel,
             .meaning = "Where all of it is, and nothing else.",
             .example = keys->Text(absl::StrCat("devstats-", name)),
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).namespace_ = v.text; }});
  keys->Add({.path = keys->Path(name, "ingressClass"),
             .fallback = keys->Text(absl::StrCat("nginx-", name)),
             .grammar = &kDnsLabel,
             .meaning = "The class of its Ingresses.",
             .example = keys->Text(absl::StrCat("nginx-", name)),
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).ingress_class = v.text; }});
  keys->Add(
      {.path = keys->Path(name, "schedules"),
       .fallback = name,
       .choices = EnvironmentNames,
       .meaning =
           "Whose schedules its jobs follow: its own, always. The key says so to whoever reads the file.",
       .example = name,
       .set = [](Draft& d, Value&& v) { d.schedules[EnvironmentOf(d).name] = v.text; }});
}

void AddProjects(KeyList* keys, const char* name) {
  keys->Add(
      {.path = keys->Path(name, "projects"),
       .type = Type::kTextList,
       .grammar = &kProjectPattern,
       .meaning =
           "Its projects, by name; '*' stands for any text, '?' for any character. Without it: those that "
           "are shown on one of its domains.",
       .example = "[kubernetes, prometheus, \"kube*\"]",
       .set = [](Draft& d, Value&& v) { EnvironmentOf(d).projects = std::move(v.list); }});
}

void AddGrafana(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add({.path = keys->Path(name, "grafanaReplicas"),
             .type = Type::kNumber,
             .fallback = environment.grafana_replicas,
             .min = 1,
             .max = 10,
             .meaning = "Grafanas of each project.",
             .example = "2",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).grafana_replicas = v.number; }});
  keys->Add(
      {.path = keys->Path(name, "grafanaData"),
       .fallback = "volume",
       .choices = GrafanaDataPlaces,
       .meaning =
           "Where its Grafanas have their scripts and dashboards. volume: in the folder grafana of the "
           "volume of backups, as upstream's image wants it; before projects are provisioned, apply waits "
           "until they are there and know all projects. image: in the image (images.grafana), whatever it "
           "is called; nothing is looked for on the volume.",
       .example = "volume",
       .set = [](Draft& d, Value&& v) {
         EnvironmentOf(d).grafana_data = v.text == "image" ? GrafanaData::kInImage : GrafanaData::kOnVolume;
       }});
}

void AddWhatRuns(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  AddGrafana(keys, environment);
  keys->Add({.path = keys->Path(name, "api"),
             .type = Type::kFlag,
             .fallback = "true",
             .meaning = "Whether there is the API, below /api/ of each domain.",
             .example = "true",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).api = v.flag; }});
  keys->Add({.path = keys->Path(name, "reports"),
             .type = Type::kFlag,
             .fallback = "false",
             .meaning =
                 "Whether the pod for reports is there all the time; `devstatsctl report start` has it for a "
                 "while.",
             .example = "false",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).reports = v.flag; }});
  keys->Add({.path = keys->Path(name, "secrets"),
             .type = Type::kTextMap,
             .grammar = &kSecretName,
             .key_grammar = &kSecretKey,
             .meaning =
                 "The names under which `devstatsctl secret set` keeps its secrets; ENVIRONMENT-pg-pass for "
                 "PG_PASS unless it is given, and so on. Users, hosts and the port have values of their own.",
             .example = "{PG_PASS: test-pg-pass}",
             .more = SecretTable,
             .set = [](Draft& d, Value&& v) {
               EnvironmentOf(d).secrets = {v.map.begin(), v.map.end()};
             }});
  keys->Add(
      {.path = keys->Path(name, "values"),
       .type = Type::kTree,
       .meaning =
           "Values of our chart, over all others. What is bound to the environment cannot be changed here.",
       .example = "{skipGA: 1}",
       .set = [](Draft& d, Value&& v) { EnvironmentOf(d).values = std::move(v.tree); }});
}

void AddEnvironment(KeyList* keys, const EnvironmentDefaults& environment, void (*begin)(Draft&, Value&&)) {
  keys->Add({.path = keys->Path(environment.name),
             .type = Type::kSection,
             .optional = true,
             .meaning = keys->Text(absl::StrCat("The environment ", environment.name, ".")),
             .set = begin});
  AddIdentity(keys, environment);
  AddDomainKeys(keys, environment);
  AddProjects(keys, environment.name);
  AddImageKeys(keys, environment);
  AddPatroniKeys(keys, environment);
  AddBackupKeys(keys, environment);
  AddWhatRuns(keys, environment);
}

}  // namespace

absl::Span<const Key> EnvironmentKeys() {
  static const KeyList* const keys = [] {
    auto* made = new KeyList("environments");
    made->Add(
        {.path = "environments",
         .type = Type::kSection,
         .meaning =
             "DevStats itself, each environment with a database, projects and sites of its own. Each is "
             "off unless it is named; test: {} is enough."});
    AddEnvironment(made, kTestDefaults,
                   [](Draft& d, Value&&) { d.spec.environments.emplace_back().name = kTestDefaults.name; });
    AddEnvironment(made, kProdDefaults,
                   [](Draft& d, Value&&) { d.spec.environments.emplace_back().name = kProdDefaults.name; });
    return made;
  }();
  return keys->keys();
}

}  // namespace devstats::spec
