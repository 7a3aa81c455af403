// devstatsctl: what operators type. Talks to devstats-coordinator; does nothing by itself.
#include "coordinator/ctl/commands.h"

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  return devstats::ctl::RunCommandLine(std::move(args), devstats::ctl::SystemIo());
}
