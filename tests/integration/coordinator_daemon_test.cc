#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "coordinator/server/server.h"
#include "tests/common/eventually.h"
#include "tests/common/loopback_port.h"
#include "tests/common/http_client.h"
#include "tests/common/temp_dir.h"

namespace devstats::coordinator {
namespace {

Options DaemonIn(const TempDir& folder) {
  Options options;
  options.paths = {.state = folder / "state", .run = folder / "run"};
  options.faults = folder / "faults";
  options.listen = "127.0.0.1";
  options.port = FreePort();
  options.enrolment_port = FreePort();
  options.advertise = "coordinator.example.org";
  options.health_port = FreePort();
  std::filesystem::create_directories(options.paths.run);
  return options;
}

bool IsUp(const Options& options) {
  const std::string answer = Exchange(options.health_port, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  return absl::StrContains(answer, "200 OK") && ConnectLoopback(options.port) &&
         ConnectLoopback(options.enrolment_port) && std::filesystem::exists(options.paths.Socket());
}

// Until a signal comes, as systemd sends it.
absl::Status RunAndStop(const Options& options) {
  std::thread systemd([&] {
    if (!Eventually([&] { return IsUp(options); }, absl::Minutes(2))) _exit(90);
    kill(getpid(), SIGTERM);
  });
  const absl::Status status = RunCoordinator(options);
  systemd.join();
  return status;
}

// In a process of its own, as signals are the process's; the exit status says what was wrong.
int TwoLives() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  log::Init("coordinator", log::Level::kInfo);
  const TempDir folder;
  const Options options = DaemonIn(folder);
  for (int life = 0; life < 2; ++life) {
    if (const absl::Status status = RunAndStop(options); !status.ok()) {
      std::cerr << status << "\n";
      return 1;
    }
    if (std::filesystem::exists(options.paths.Socket())) return 2;
  }
  return 0;
}

class CoordinatorDaemonTest : public ::testing::Test {
 protected:
  CoordinatorDaemonTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(CoordinatorDaemonTest, ServesUntilItIsStoppedAndThenAgainFromWhatItKept) {
  EXPECT_EXIT(exit(TwoLives()), ::testing::ExitedWithCode(0), "epoch 1(.|\n)*epoch 2");
}

TEST_F(CoordinatorDaemonTest, APortThatIsTakenKeepsItFromStarting) {
  const TempDir folder;
  Options options = DaemonIn(folder);
  options.enrolment_port = options.port;
  absl::Status status;
  std::thread([&] { status = RunCoordinator(options); }).join();  // which has its own mask of signals
  EXPECT_THAT(status.message(),
              ::testing::HasSubstr(absl::StrCat("cannot listen on 127.0.0.1:", options.port)));
  EXPECT_FALSE(std::filesystem::exists(options.paths.Socket()));
}

}  // namespace
}  // namespace devstats::coordinator
