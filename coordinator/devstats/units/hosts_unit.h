// The gate before the ingress: hosts lead to the environment before a certificate is asked for them,
// because an authority counts failures. It changes nothing; its plan says which certificates will be issued
// again, and how that stands to the authority's limits.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/devstats/certificates.h"
#include "coordinator/devstats/host_gate.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::domain {

struct HostsWanted {
  std::string id;
  std::vector<std::string> addresses;  // that the hosts may have; none: any will do
  // The certificates in force, and those that are wanted in their place.
  std::function<absl::StatusOr<std::pair<Certificates, Certificates>>()> certificates;
  Json inputs;  // what `certificates` is made from
};

class HostsUnit : public Unit {
 public:
  // `prober` is not owned.
  HostsUnit(HostsWanted wanted, HostProber* prober, coordinator::Patience patience)
      : wanted_(std::move(wanted)), prober_(prober), patience_(patience) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override { return wanted_.inputs; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  struct Seen {
    Issuance issuance;
    std::vector<std::string> beyond, missing;
  };
  absl::StatusOr<Seen> Look();
  const HostsWanted wanted_;
  HostProber* const prober_;
  const coordinator::Patience patience_;
};

}  // namespace devstats::domain
