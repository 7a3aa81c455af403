// The command line as a declared tree, from which parsing, help, completion and the man page are made. Knows
// no concrete command and no gRPC.
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
  std::vector<const CLI::App*> helms = {};  // nouns whose errors read as Helm's
};

// A group of verbs; one of them must follow.
CLI::App* Noun(Tree& tree, const std::string& name, const std::string& description);
// One whose verbs stand in for Helm's: scripts read "Error: " from them.
CLI::App* HelmNoun(Tree& tree, const std::string& name, const std::string& description);
CLI::App* Verb(Tree& tree, CLI::App* parent, const std::string& name, const std::string& description,
               Run run);
// -o table|wide|json|yaml, for verbs that read.
void AddFormat(Tree& tree, CLI::App* verb);
// --socket, --context, --no-color and what every program says of itself.
void DeclareGlobals(Tree& tree);

// Parses `args` (without the program's name) by what `declare` declares, and runs what they say; the exit code
// of the process.
int RunTree(std::vector<std::string> args, Io io, const std::function<void(Tree&)>& declare);

}  // namespace devstats::ctl
