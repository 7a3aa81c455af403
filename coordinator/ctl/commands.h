// The command line of devstatsctl: one declared tree, from which help, completion and the man page are made
// too.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/ctl/shell.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

using Run = std::function<absl::StatusOr<int>(Shell&)>;  // the exit code

// What is being declared: the root, and what the user chose of it.
struct Tree {
  CLI::App& root;
  Shell& shell;
  Run chosen;
};

// A group of verbs; one of them must follow.
CLI::App* Noun(Tree& tree, const std::string& name, const std::string& description);
CLI::App* Verb(Tree& tree, CLI::App* parent, const std::string& name, const std::string& description,
               Run run);
// -o table|wide|json|yaml, for verbs that read.
void AddFormat(Tree& tree, CLI::App* verb);

// One of each noun's file.
void DeclareSpecCommands(Tree& tree);       // init, validate, explain
void DeclareNodeCommands(Tree& tree);       // node ...
void DeclarePlanCommands(Tree& tree);       // plan, apply
void DeclareOperationCommands(Tree& tree);  // operation ..., events
void DeclareStatusCommands(Tree& tree);     // status, health, wait
void DeclareAccessCommands(Tree& tree);     // access ...
void DeclareSecretCommands(Tree& tree);     // secret ...
void DeclareToolCommands(Tree& tree);       // version, completion, man

void DeclareAll(Tree& tree);

// Parses `args` (without the program's name) and runs what they say; the exit code of the process.
int RunCommandLine(std::vector<std::string> args, Io io);

}  // namespace devstats::ctl
