// The flags that say which chart is meant and how to reach it.
#pragma once
#include "coordinator/ctl/chart/charts.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

inline constexpr char kNoProvenance[] =
    "provenance files (signatures by OpenPGP) are not supported; digests are always checked";
void DeclareChartFlags(CLI::App& verb, chartsource::ChartRequest& request);
// --dependency-update.
void DeclareDependencyUpdate(CLI::App& verb, ChartRequest& request);
// --verify, --keyring.
void DeclareProvenanceFlags(CLI::App& verb);
// Only how to be let in.
void DeclareCredentialFlags(CLI::App& verb, chartsource::Repository& credentials);

}  // namespace devstats::ctl
