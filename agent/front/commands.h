// The command line of devstats-agent.
#pragma once
namespace CLI {
class App;
}

namespace devstats::agent {

// Declares the commands on `app`, parses and runs; the exit code: 0 ok, 1 error, 2 wrong usage.
int RunCommand(CLI::App& app, int argc, char** argv);

}  // namespace devstats::agent
