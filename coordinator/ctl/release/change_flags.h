// The flags of what changes a release, named as Helm's, and the request that they make.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/ctl/chart/charts.h"
#include "coordinator/ctl/chart/value_flags.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

struct ChangeFlags {
  // What the request says.
  std::string name_space = "default", description, timeout = "5m0s", takeover_after = "15m",
              cascade = "background";
  bool wait = false, wait_for_jobs = false, atomic = false, no_hooks = false, skip_crds = false,
       create_namespace = false, keep_history = false, cleanup_on_fail = false, force_conflicts = false,
       take_ownership = false, takeover = false, skip_schema = false, sub_notes = false, replace = false,
       install = false, ignore_not_found = false, logs = false;
  bool reset_values = false, reuse_values = false, reset_then_reuse = false;
  int history_max = -1;  // not given: the coordinator's
  std::vector<std::string> labels, filters;
  ChartRequest chart;
  ValueFlags values;
  // What is done with it.
  std::string dry_run, save;
  bool yes = false, hide_notes = false, hide_secrets = false;
};

// Groups of flags; each verb takes those that it has in Helm, and ours.
void AddWaitFlags(CLI::App& verb, ChangeFlags& flags);      // --wait, --wait-for-jobs, --timeout, --no-hooks
void AddOwnerFlags(CLI::App& verb, ChangeFlags& flags);     // --force-conflicts, --take-ownership
void AddTakeoverFlags(CLI::App& verb, ChangeFlags& flags);  // --takeover, --takeover-after
void AddActFlags(CLI::App& verb, ChangeFlags& flags);       // these three
void AddChartFlags(CLI::App& verb, ChangeFlags& flags);     // the chart, its values, how it is rendered
void AddReuseFlags(CLI::App& verb, ChangeFlags& flags);     // --reuse-values and its relatives
void AddHistoryFlags(CLI::App& verb, ChangeFlags& flags);   // --history-max, --cleanup-on-fail
void AddDryRun(CLI::App& verb, ChangeFlags& flags);         // --dry-run[=client], --hide-secret
void AddPlanFlags(CLI::App& verb, ChangeFlags& flags);      // --save-plan, --yes
// Helm's flags that we have no counterpart for: refused with what to do instead, never ignored.
void RefuseFlags(CLI::App& verb);

// Errors are Helm's.
absl::StatusOr<coordinator::v1::ReleaseRequest> RequestOf(const ChangeFlags& flags,
                                                          coordinator::v1::ReleaseRequest::Action action,
                                                          const std::string& name);
// Whether a --dry-run is one: "client", "server", "true"; not "none", "false" or empty. Errors are Helm's.
absl::StatusOr<bool> IsDryRun(const std::string& dry_run);

}  // namespace devstats::ctl
