// The gate before projects: what all Grafanas share is on the volume of backups, and knows the projects. The
// pages' own pods serve that volume below /backups/, so it is looked at through them and needs no pod of its
// own. It changes nothing, it waits. Only for images without the data in them (grafanaData in cluster.yaml).
#pragma once
#include <string>
#include <vector>

#include "coordinator/addons/waiting.h"
#include "coordinator/kube/client.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct GrafanaDataWanted {
  std::string id, name_space;
  std::vector<std::string>
      projects;  // with a Grafana: a folder of dashboards for each is what its version is known by
};

GrafanaDataWanted WantedGrafanaData(std::string id, const spec::EnvironmentSpec& environment,
                                    const std::vector<spec::ProjectSpec>& projects);
// What of it is not there, and why; or that no pod of the pages serves.
absl::StatusOr<std::vector<std::string>> MissingGrafanaData(kube::KubeClient& client,
                                                            const GrafanaDataWanted& wanted);

class GrafanaDataUnit : public addons::WaitingUnit {
 public:
  // `client` is not owned.
  GrafanaDataUnit(GrafanaDataWanted wanted, kube::KubeClient* client, coordinator::Patience patience)
      : WaitingUnit(wanted.id, patience), wanted_(std::move(wanted)), client_(client) {}
  Json Inputs() const override;

 private:
  absl::StatusOr<std::vector<std::string>> Missing() override {
    return MissingGrafanaData(*client_, wanted_);
  }
  std::string Until() const override { return "the data that Grafanas share are on the volume of backups"; }
  std::string Advice() const override;
  const GrafanaDataWanted wanted_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::domain
