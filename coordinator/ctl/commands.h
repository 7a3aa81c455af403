// The whole command line of devstatsctl.
#pragma once
#include <string>
#include <vector>

#include "coordinator/ctl/tree.h"

namespace devstats::ctl {

// One of each noun's file.
void DeclareSpecCommands(Tree& tree);       // init, validate, explain
void DeclareNodeCommands(Tree& tree);       // node ...
void DeclarePlanCommands(Tree& tree);       // plan, apply
void DeclareOperationCommands(Tree& tree);  // operation ..., events
void DeclareJobCommands(Tree& tree);        // job ...
void DeclareStatusCommands(Tree& tree);     // status, health, wait
void DeclareAccessCommands(Tree& tree);     // access ...
void DeclareSecretCommands(Tree& tree);     // secret ...
void DeclareChartCommands(Tree& tree);      // chart ...
void DeclareRepoCommands(Tree& tree);       // repo ...
void DeclareReleaseCommands(Tree& tree);    // release ...
void DeclareToolCommands(Tree& tree);       // version, completion, man

void DeclareAll(Tree& tree);

// Parses `args` (without the program's name) and runs what they say; the exit code of the process.
int RunCommandLine(std::vector<std::string> args, Io io);

}  // namespace devstats::ctl
