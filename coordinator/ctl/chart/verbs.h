// The chart verbs, one in a file; and what they share.
#pragma once
#include "coordinator/ctl/chart/commands_chart.h"

namespace devstats::ctl {

void DeclareTemplate(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);
void DeclareShow(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);
void DeclareLint(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);
void DeclarePackage(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);
void DeclareDependency(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);

// "WARNING: ..." on standard error, control characters escaped.
chart::Warn WarnTo(Shell& shell);
// A line each, the same way.
chartsource::Tell TellTo(std::ostream& out);

}  // namespace devstats::ctl
