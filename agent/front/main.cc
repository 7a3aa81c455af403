// devstats-agent: `serve` is the unprivileged half of the agent, which systemd starts; `enrol` joins the box
// to a cluster.
#include "CLI/CLI.hpp"
#include "agent/front/commands.h"

int main(int argc, char** argv) {
  CLI::App app("The agent of one box of a DevStats cluster.", "devstats-agent");
  return devstats::agent::RunCommand(app, argc, argv);
}
