// A unit carried out on a test box as the executor does it.
#pragma once
#include <optional>
#include <string>

#include "common/unit/execute.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {

struct RunOptions {
  std::string operation = "op";
  std::string boot = "boot-1";
  std::optional<UnitPlan> approved;  // as planned now, unless given
};

inline absl::StatusOr<Execution> RunUnit(Box& box, Unit& unit, const RunOptions& options = {}) {
  return Execute(unit, *box.journal,
                 {.key = {options.operation, "kubernetes@n/" + unit.id()},
                  .payload = DigestOf(unit.Inputs()),
                  .approved = options.approved ? *options.approved : PlanUnit(unit),
                  .boot_id = options.boot});
}

inline const Change* ChangeOf(const UnitPlan& plan, const std::string& path) {
  for (const Change& c : plan.changes())
    if (c.path() == path) return &c;
  return nullptr;
}

}  // namespace devstats::agent
