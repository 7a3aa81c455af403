// devstats-agent-executor: the root half of the agent. Listens on a Unix socket only; all it can do is what
// the typed requests of executor.proto name.

#include <iostream>

#include "agent/executor/daemon.h"
#include "common/log.h"

int main(int argc, char** argv) {
  using namespace devstats;
  if (argc > 1) {
    const std::string arg = argv[1];
    if (arg == "--version")
      std::cout << "devstats-agent-executor " DEVSTATS_VERSION "\n";
    else
      std::cerr << "devstats-agent-executor takes no arguments; systemd starts it "
                   "(devstats-agent-executor.service)\n";
    return arg == "--version" ? 0 : 2;
  }
  log::Init("devstats-agent-executor", log::Level::kInfo);
  if (absl::Status status = agent::RunExecutor(agent::Paths{}); !status.ok()) {
    log::Error(status.message());
    return 1;
  }
  return 0;
}
