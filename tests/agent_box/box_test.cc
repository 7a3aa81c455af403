// The doors to the real systemd, by the contracts that the fakes keep. Needs root on a box that systemd runs,
// for it makes units there: copy the binary into a sandbox box. Elsewhere all of it is skipped.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "agent/host/kernel.h"
#include "agent/host/transient_commands.h"
#include "tests/agent/host/commands_contract.h"
#include "tests/agent/host/systemd_contract.h"

namespace devstats::agent {
namespace {

class OnABox : public ::testing::Environment {
 public:
  void SetUp() override {
    if (::geteuid() != 0 || !Exists("/run/systemd/system"))
      GTEST_SKIP() << "needs root on a box with systemd";
  }
};
[[maybe_unused]] const auto* const kOnABox = ::testing::AddGlobalTestEnvironment(new OnABox);

class RealSystemdWorld : public SystemdWorld {
 public:
  RealSystemdWorld() {
    Reset();
    constexpr char kInstall[] = "\n[Install]\nWantedBy=multi-user.target\n";
    Unit(kGood) << "[Service]\nExecStart=/bin/sleep infinity\n" << kInstall;
    Unit(kBad) << "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo "
               << kWords << "; exit 7'\n"
               << kInstall;
    EXPECT_TRUE(systemd_->DaemonReload().ok());
  }
  ~RealSystemdWorld() override {
    Reset();
    EXPECT_TRUE(systemd_->DaemonReload().ok());
  }
  Systemd& systemd() override { return *systemd_; }

 private:
  static std::string PathOf(const std::string& unit) { return "/run/systemd/system/" + unit; }
  static std::ofstream Unit(const std::string& unit) { return std::ofstream(PathOf(unit)); }
  void Reset() {
    for (const std::string unit : {kGood, kBad, kAbsent}) {
      EXPECT_TRUE(systemd_->Stop(unit).ok());
      for (const std::string& file : {PathOf(unit), "/etc/systemd/system/" + unit,
                                      "/etc/systemd/system/multi-user.target.wants/" + unit})
        ::unlink(file.c_str());
    }
  }
  const std::unique_ptr<Systemd> systemd_ = ConnectSystemd();
};

class RealCommandsWorld : public CommandsWorld {
 public:
  Commands& commands() override { return commands_; }

 private:
  TempDir dir_;
  TransientCommands commands_{dir_.path() + "/output"};
};

INSTANTIATE_TEST_SUITE_P(Real, SystemdContract,
                         ::testing::Values([] { return std::make_unique<RealSystemdWorld>(); }));
INSTANTIATE_TEST_SUITE_P(Real, CommandsContract,
                         ::testing::Values([] { return std::make_unique<RealCommandsWorld>(); }));

// What only units that outlive us can show.
class TransientCommandsTest : public ::testing::Test {
 protected:
  ~TransientCommandsTest() override { EXPECT_TRUE(commands_.ForgetOperation("op").ok()); }
  // Runs until the file "go" is there.
  Command Waiting() const {
    return {.label = "wait",
            .argv = {"/bin/sh", "-c",
                     "echo begun; echo ran >> trace; while [ ! -e go ]; do sleep 0.02; done; cat; echo over"},
            .environment = {},
            .input = "the input\n",
            .timeout = absl::Minutes(2)};
  }
  Command InFolder(Command command) const {
    command.argv[2] = "cd " + dir_.path() + "; " + command.argv[2];
    return command;
  }
  std::string Trace() const { return ReadFile(dir_.path() + "/trace").value_or(""); }
  void Go() { std::ofstream(dir_.path() + "/go").flush(); }

  TempDir dir_;
  const std::string output_ = dir_.path() + "/output";
  const StepKey key_{"op", "host@n/x"};
  TransientCommands commands_{output_};
};

TEST_F(TransientCommandsTest, AnotherProcessOfOursAttachesToWhatRuns) {
  absl::StatusOr<ProcessResult> first, second;
  std::thread one([&] { first = commands_.Run(key_, InFolder(Waiting()), [](absl::string_view) {}); });
  const bool begun = Eventually([this] { return Trace() == "ran\n"; });
  std::vector<std::string> lines;
  TransientCommands restarted(output_);
  std::thread two([&] {
    second =
        restarted.Run(key_, InFolder(Waiting()), [&](absl::string_view line) { lines.emplace_back(line); });
  });
  Go();
  one.join();
  two.join();
  ASSERT_TRUE(begun);
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_EQ(second->out, "begun\nthe input\nover\n");
  EXPECT_EQ(first->out, second->out);
  EXPECT_THAT(lines, ::testing::ElementsAre("begun", "the input", "over"));
  EXPECT_EQ(Trace(), "ran\n");
}

TEST_F(TransientCommandsTest, SettleWaitsForTheEndAndForgetLeavesNothing) {
  std::thread one(
      [&] { EXPECT_TRUE(commands_.Run(key_, InFolder(Waiting()), [](absl::string_view) {}).ok()); });
  EXPECT_TRUE(Eventually([this] { return Trace() == "ran\n"; }));
  TransientCommands restarted(output_);
  std::atomic<bool> settled = false;
  std::thread two([&] {
    EXPECT_TRUE(restarted.Settle(key_).ok());
    settled = true;
  });
  EXPECT_FALSE(settled);
  Go();
  one.join();
  two.join();
  ASSERT_TRUE(commands_.Forget(key_).ok());
  EXPECT_TRUE(ListFolder(output_)->empty());
  EXPECT_EQ(ConnectSystemd()->Get(CommandUnit(key_, "wait") + ".service")->load, "not-found");
}

TEST_F(TransientCommandsTest, InputAndOutputAreRootsAloneAndInputGoesAsSoonAsItIsRead) {
  std::thread one(
      [&] { EXPECT_TRUE(commands_.Run(key_, InFolder(Waiting()), [](absl::string_view) {}).ok()); });
  const std::string unit = output_ + "/" + CommandUnit(key_, "wait");
  EXPECT_TRUE(Eventually([&] { return Trace() == "ran\n" && !Exists(unit + ".in"); }));
  struct stat st {};
  EXPECT_EQ(::stat((unit + ".out").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_EQ(::stat(output_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0700u);
  Go();
  one.join();
}

TEST_F(TransientCommandsTest, InputThatADeathRightAfterTheStartHasLeftGoesWithTheEnd) {
  const Command command = InFolder({.label = "cat", .argv = {"/bin/sh", "-c", "cat"}, .environment = {}, .input = "a token"});
  ASSERT_TRUE(commands_.Run(key_, command, [](absl::string_view) {}).ok());
  const std::string input = output_ + "/" + CommandUnit(key_, "cat") + ".in";
  ASSERT_TRUE(WriteFileAtomic(input, "a token").ok());
  auto attached = TransientCommands(output_).Run(key_, command, [](absl::string_view) {});
  ASSERT_TRUE(attached.ok()) << attached.status();
  EXPECT_EQ(attached->out, "a token");
  EXPECT_FALSE(Exists(input));
}

TEST_F(TransientCommandsTest, ForgettingWhatRunsStopsItWithItsChildren) {
  const Command command =
      InFolder({.label = "wait", .argv = {"/bin/sh", "-c", "sleep 1000 & echo $! > child; wait"}});
  absl::StatusOr<ProcessResult> result;
  std::thread one([&] { result = commands_.Run(key_, command, [](absl::string_view) {}); });
  std::string child;
  EXPECT_TRUE(Eventually([&] {
    child = ReadFile(dir_.path() + "/child").value_or("");
    return !child.empty() && child.back() == '\n';
  }));
  child.pop_back();
  EXPECT_TRUE(Exists("/proc/" + child));
  EXPECT_TRUE(commands_.ForgetOperation("op").ok());
  one.join();
  EXPECT_FALSE(result.ok() && result->exit_code == 0);
  EXPECT_TRUE(Eventually([&] { return !Exists("/proc/" + child); }));
}

TEST_F(TransientCommandsTest, LongOutputIsItsEnd) {
  auto result = commands_.Run(key_, {.label = "long", .argv = {"/bin/sh", "-c", "seq 100000; echo END"}},
                              [](absl::string_view) {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->truncated);
  EXPECT_THAT(result->out, ::testing::EndsWith("100000\nEND\n"));
}

TEST(ThisKernelTest, KnowsWhatIsNoSwapAndNoModule) {
  const auto kernel = ThisKernel();
  EXPECT_FALSE(kernel->SwapOff("/etc/passwd").ok());
  EXPECT_FALSE(kernel->LoadModule("devstats_no_such_module").ok());
  EXPECT_TRUE(kernel->ClockSynchronized().ok());
}

}  // namespace
}  // namespace devstats::agent
