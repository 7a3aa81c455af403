// The configuration of a PostgreSQL cluster as a unit: Patroni's settings and PostgreSQL's parameters go into
// the DCS, members take them, and those that need a restart get one, one after another, the leader last.
// Nothing is remembered: after a cut the next step follows from what is there. The witness of a restart is
// Patroni's own: it is asked for only where one is pending, and Patroni refuses it where none is.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/clock.h"
#include "common/unit/unit.h"
#include "coordinator/devstats/patroni/roll.h"
#include "coordinator/devstats/patroni/rules.h"

namespace devstats::patroni {

struct TuningOptions {
  Wanted wanted;
  int64_t memory_limit = 0;                    // of a pod, in bytes; 0: none
  std::function<absl::StatusOr<int>()> nodes;  // that may carry a member; empty: not checked
  SettingsReader settings;
  RollLimits limits;
  absl::Duration patience = absl::Minutes(30);  // without any progress: a large cache takes long to write
  absl::Duration poll = absl::Seconds(2);
  const Clock* clock = &SystemClock();
  std::function<void(absl::Duration)> sleep;  // empty: really
};

// All that a step is decided from.
struct Tuning {
  ClusterState state;
  Config config;
  MemberSettings settings;
  Wanted wanted;  // by the names of this Patroni
  std::vector<SettingDifference> differences;
  std::vector<ParameterRow> rows;
};

class TuningUnit : public Unit {
 public:
  // `api` is not owned.
  TuningUnit(std::string id, TuningOptions options, PatroniApi* api);
  std::string id() const override { return id_; }
  Json Inputs() const override { return options_.wanted.ToJson(); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

  // The four columns. Unavailable when a member does not answer.
  absl::StatusOr<Tuning> Look();
  // Of the rules, against what was seen.
  absl::StatusOr<std::vector<Finding>> Check(const Tuning& tuning);

 private:
  absl::StatusOr<Tuning> AwaitTaken(Tuning tuning);
  void Sleep() const;

  const std::string id_;
  const TuningOptions options_;
  PatroniApi* const api_;
};

}  // namespace devstats::patroni
