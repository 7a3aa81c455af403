// chart ... with the network: what the small program hands over, and repo.
#include "coordinator/ctl/chart/commands_chart.h"
#include "coordinator/ctl/commands.h"

namespace devstats::ctl {

void DeclareChartCommands(Tree& tree) { (void)tree; }

}  // namespace devstats::ctl
