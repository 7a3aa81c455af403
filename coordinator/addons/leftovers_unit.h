// What cluster.yaml no longer names: releases that it once asked for, of an add-on, of `releases`, or of an
// environment. Ours are known by a label of their record (wanted.h); a release of anybody else is never
// touched. Uninstalling what holds data is destructive, as in any plan, and needs its confirmation.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/release/engine/release_unit.h"

namespace devstats::addons {

struct LeftoversWanted {
  std::string id;
  std::set<release::ReleaseName> named;  // those that cluster.yaml names
  std::string coordinator;               // cluster id
  uint64_t epoch = 0;
};

class LeftoversUnit : public Unit {
 public:
  LeftoversUnit(LeftoversWanted wanted, release::EngineParts parts)
      : wanted_(std::move(wanted)), parts_(std::move(parts)), acts_(release::ActsOf(parts_)) {}
  std::string id() const override { return wanted_.id; }
  Json Inputs() const override;
  absl::StatusOr<Json> Observe() override;
  // Those of each uninstallation, the release installed last first.
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  absl::StatusOr<std::vector<release::ReleaseName>> Find();
  absl::StatusOr<release::Transition> Prepare(const release::ReleaseName& name,
                                              const std::string& operation) const;

  const LeftoversWanted wanted_;
  const release::EngineParts parts_;
  const release::ReleaseActs acts_;
};

}  // namespace devstats::addons
