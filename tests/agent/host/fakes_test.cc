// The fakes keep the contracts of what they stand for.
#include "common/subprocess.h"
#include "tests/agent/fake_commands.h"
#include "tests/agent/fake_systemd.h"
#include "tests/agent/host/commands_contract.h"
#include "tests/agent/host/systemd_contract.h"

namespace devstats::agent {
namespace {

class FakeSystemdWorld : public SystemdWorld {
 public:
  FakeSystemdWorld() {
    fake_.Add(kGood);
    fake_.Add(kBad);
    fake_.FailStart(kBad, kWords);
  }
  Systemd& systemd() override { return fake_; }

 private:
  FakeSystemd fake_;
};

// Scripted to do what it is told: then it must behave as the real one.
class FakeCommandsWorld : public CommandsWorld {
 public:
  FakeCommandsWorld() {
    for (const char* program : {"/bin/sh", "/bin/cat"}) fake_.On({program}, RunIt);
  }
  Commands& commands() override { return fake_; }

 private:
  static absl::StatusOr<ProcessResult> RunIt(const Command& command) {
    auto result =
        RunProcess(command.argv,
                   {.timeout = command.timeout, .input = command.input, .environment = command.environment});
    if (result.ok()) result->out += std::exchange(result->err, "");
    return result;
  }
  FakeCommands fake_;
};

INSTANTIATE_TEST_SUITE_P(Fake, SystemdContract,
                         ::testing::Values([] { return std::make_unique<FakeSystemdWorld>(); }));
INSTANTIATE_TEST_SUITE_P(Fake, CommandsContract,
                         ::testing::Values([] { return std::make_unique<FakeCommandsWorld>(); }));

}  // namespace
}  // namespace devstats::agent
