#include "coordinator/devstats/release_set.h"

#include "absl/strings/str_cat.h"

namespace devstats::domain {
namespace {

using Kind = SetStep::Kind;
using Names = std::vector<std::string>;

SetStep Release(std::string name, Names needs, std::vector<Part> parts, bool wait = true) {
  return {.kind = Kind::kRelease,
          .name = std::move(name),
          .needs = std::move(needs),
          .parts = std::move(parts),
          .wait = wait};
}

SetStep Gate(Kind kind, std::string name, Names needs) {
  return {.kind = kind, .name = std::move(name), .needs = std::move(needs)};
}

bool SharesGrafanaData(const spec::EnvironmentSpec& environment) {
  return environment.grafana_data == spec::GrafanaData::kOnVolume;
}

void AddDatabase(std::vector<SetStep>* set) {
  set->push_back(Gate(Kind::kSecrets, "secrets", {"namespace"}));
  // What becomes of its pods, the next step tells better than a release could.
  set->push_back(Release("patroni", {"secrets"}, {Part::kPostgres}, false));
  set->push_back(Gate(Kind::kPatroniReady, "patroni-ready", {"patroni"}));
  set->push_back(Gate(Kind::kParameters, "parameters", {"patroni-ready"}));
  set->push_back(Gate(Kind::kBootstrap, "bootstrap", {"parameters"}));
}

void AddPages(const spec::EnvironmentSpec& environment, std::vector<SetStep>* set) {
  set->push_back(Release("statics", {"backups-pv", "secrets"}, {Part::kStatic}));
  if (SharesGrafanaData(environment)) set->push_back(Gate(Kind::kGrafanaData, "grafana-data", {"statics"}));
  Names before_ingress{"statics"};
  if (!environment.issuer.empty()) {
    set->push_back(Gate(Kind::kHosts, "hosts", {"namespace"}));
    before_ingress.push_back("hosts");
  }
  // Its certificates may take their time, and pages are served without them.
  set->push_back(Release("ingress", before_ingress, {Part::kIngress}, false));
}

void AddProjects(const spec::EnvironmentSpec& environment, std::vector<SetStep>* set) {
  Names before{"bootstrap", "pvcs"};
  if (SharesGrafanaData(environment)) before.push_back("grafana-data");
  set->push_back(Gate(Kind::kProjects, "projects", before));
  set->push_back(Release("crons", {"projects"}, {Part::kCrons}));
  set->push_back(Release("affiliations", {"crons"}, {Part::kAffiliations}));
  set->push_back(Release("grafanas", {"statics", "projects"}, {Part::kGrafanas, Part::kServices}));
  if (environment.api) set->push_back(Release("api", {"bootstrap"}, {Part::kApi}));
  set->push_back(Release("backups", {"backups-pv", "projects"}, {Part::kBackups}));
  if (environment.reports) set->push_back(Release("reports", {"backups-pv", "bootstrap"}, {Part::kReports}));
}

}  // namespace

std::vector<SetStep> ReleaseSetOf(const spec::EnvironmentSpec& environment) {
  std::vector<SetStep> set{Gate(Kind::kCapacity, "capacity", {}),
                           Gate(Kind::kNamespace, "namespace", {"capacity"})};
  // A claim is bound when its first pod comes: there is nothing to wait for.
  set.push_back(Release("backups-pv", {"namespace"}, {Part::kBackupsPv}, false));
  set.push_back(Release("pvcs", {"namespace"}, {Part::kPvs}, false));
  AddDatabase(&set);
  AddPages(environment, &set);
  AddProjects(environment, &set);
  return set;
}

std::string UnitOf(const spec::EnvironmentSpec& environment, const std::string& step) {
  return absl::StrCat("environments/", environment.name, "/", step);
}

std::string ReleaseOf(const spec::EnvironmentSpec& environment, const std::string& step) {
  return absl::StrCat("devstats-", environment.name, "-", step);
}

}  // namespace devstats::domain
