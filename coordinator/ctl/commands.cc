#include "coordinator/ctl/commands.h"

namespace devstats::ctl {

void DeclareAll(Tree& tree) {
  DeclareGlobals(tree);
  DeclareSpecCommands(tree);
  DeclarePlanCommands(tree);
  DeclareStatusCommands(tree);
  DeclareNodeCommands(tree);
  DeclareOperationCommands(tree);
  DeclareJobCommands(tree);
  DeclareEnvCommands(tree);
  DeclarePatroniCommands(tree);
  DeclareProjectCommands(tree);
  DeclareBackupCommands(tree);
  DeclareAccessCommands(tree);
  DeclareSecretCommands(tree);
  DeclareGrafanaCommands(tree);
  DeclareReleaseCommands(tree);
  DeclareChartCommands(tree);
  DeclareRepoCommands(tree);
  DeclareDebugCommands(tree);
  DeclarePsqlCommand(tree);
  DeclareToolCommands(tree);
}

int RunCommandLine(std::vector<std::string> args, Io io) {
  return RunTree(std::move(args), std::move(io), DeclareAll);
}

}  // namespace devstats::ctl
