// A plan as a person reads it. Pure.
//
//   preflight@node-1
//     warning: root may log in by ssh; ...
//   host@node-1
//     sysctl
//       ~ net.ipv4.ip_forward: 0 -> 1
//     storage
//       + /dev/sdb: ext4 (destroys data)
//   kubeadm@node-1: deferred until host@node-1 is done
//   digest: 3f0c...
//   1 to add, 1 to change, 0 to remove, 0 to run; 1 destructive; 1 deferred
#pragma once
#include <string>

#include "coordinator/ctl/text.h"
#include "devstats/plan/v1/plan.pb.h"

namespace devstats::ctl {

struct PlanCounts {
  size_t add = 0, change = 0, remove = 0, run = 0;
  size_t destructive = 0;            // of the above
  size_t deferred = 0, unknown = 0;  // units
  size_t changes() const { return add + change + remove + run; }
};
PlanCounts CountPlan(const plan::v1::Plan& plan);

// "Nothing to change" instead when the plan is empty, below its warnings.
std::string PlanView(const plan::v1::Plan& plan, const std::string& digest, const Paint& paint);
// One unit with its parts, as in the plan.
std::string UnitView(const plan::v1::UnitPlan& unit, const Paint& paint);

}  // namespace devstats::ctl
