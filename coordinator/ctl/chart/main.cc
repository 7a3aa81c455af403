// devstatsctl: what operators type. Does the chart verbs itself; the rest is the whole program's, whose gRPC
// takes longer to load than a chart to render.
#include "common/status.h"
#include "coordinator/ctl/chart/local.h"

int main(int argc, char** argv) {
  using namespace devstats::ctl;
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto hand_over = [&args] { return ExecWhole(args); };
  if (IsLocal(args)) return RunLocal(args, SystemIo(), hand_over);
  PrintError(hand_over(), *SystemIo().err);
  return kError;
}
