// The gate before the ingress: hosts lead to the environment before a certificate is asked for them,
// because an authority counts failures. It changes nothing; its plan says which certificates will be issued
// again, and how that stands to the authority's limits.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "coordinator/addons/waiting.h"
#include "coordinator/devstats/certificates.h"
#include "coordinator/devstats/host_gate.h"

namespace devstats::domain {

struct HostsWanted {
  std::string id;
  std::vector<std::string> addresses;  // that the hosts may have; none: any will do
  // The certificates in force, and those that are wanted in their place.
  std::function<absl::StatusOr<std::pair<Certificates, Certificates>>()> certificates;
  Json inputs;  // what `certificates` is made from
};

class HostsUnit : public addons::WaitingUnit {
 public:
  // `prober` is not owned.
  HostsUnit(HostsWanted wanted, HostProber* prober, coordinator::Patience patience)
      : WaitingUnit(wanted.id, patience), wanted_(std::move(wanted)), prober_(prober) {}
  Json Inputs() const override { return wanted_.inputs; }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;

 private:
  struct Seen {
    Issuance issuance;
    std::vector<std::string> beyond, missing;
  };
  absl::StatusOr<Seen> Look();
  absl::StatusOr<std::vector<std::string>> Missing() override;
  std::string Until() const override {
    return "all their hosts lead to the environment and answer on port 80";
  }
  std::string Advice() const override {
    return "set these names in DNS (a wildcard is fine) to the environment's address, then go on with the "
           "operation";
  }
  const HostsWanted wanted_;
  HostProber* const prober_;
};

}  // namespace devstats::domain
