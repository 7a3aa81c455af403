// devstatsctl chart ...: the verbs that need neither a daemon nor, for charts of this machine, the network.
#pragma once
#include <functional>
#include <memory>

#include "coordinator/ctl/chart/charts.h"
#include "coordinator/ctl/tree.h"

namespace devstats::ctl {

using MakeCharts = std::function<std::unique_ptr<Charts>(Shell&)>;

// Whether `word` is the name of one of them.
bool IsLocalChartVerb(absl::string_view word);
// template, show, lint, package, dependency: below the noun `chart`, which is returned.
CLI::App* DeclareLocalChartCommands(Tree& tree, const MakeCharts& make_charts);

}  // namespace devstats::ctl
