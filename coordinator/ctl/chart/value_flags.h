// -f, --set and its relatives, as Helm has them (pkg/cli/values).
#pragma once
#include "coordinator/chart/values/sources.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

struct ValueFlags : chart::ValueSources {
  void Declare(CLI::App& verb);
};

}  // namespace devstats::ctl
