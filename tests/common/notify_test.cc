#include "common/notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/unique_fd.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

// Stands in for systemd: the socket to which a service tells its state.
class NotifyTest : public ::testing::Test {
 protected:
  NotifyTest() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = UniqueFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~NotifyTest() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
  }
  // The next message; empty when none comes within `deadline`.
  std::string Next(absl::Duration deadline = absl::Seconds(30)) {
    pollfd p{socket_.get(), POLLIN, 0};
    if (poll(&p, 1, static_cast<int>(absl::ToInt64Milliseconds(deadline))) <= 0) return "";
    char buffer[4096];
    const ssize_t n = recv(socket_.get(), buffer, sizeof buffer, 0);
    return n <= 0 ? "" : std::string(buffer, static_cast<size_t>(n));
  }
  bool Comes(const std::string& message) {
    return Eventually([&] { return Next(absl::ZeroDuration()) == message; });
  }

  TempDir dir_;
  const std::string path_ = dir_ / "notify";
  UniqueFd socket_;
};

TEST_F(NotifyTest, ReadyAndStopping) {
  NotifyReady("2 nodes");
  EXPECT_EQ(Next(), "READY=1\nSTATUS=2 nodes");
  NotifyReady("");
  EXPECT_EQ(Next(), "READY=1");
  NotifyStopping();
  EXPECT_EQ(Next(), "STOPPING=1");
}

TEST_F(NotifyTest, AStatusCannotSayAnythingElse) {
  NotifyReady("x\nMAINPID=1");
  EXPECT_EQ(Next(), "READY=1\nSTATUS=x\\x0aMAINPID=1");
}

TEST_F(NotifyTest, WithoutSystemdNothingHappens) {
  unsetenv("NOTIFY_SOCKET");
  NotifyReady("x");
  Watchdog watchdog(absl::Seconds(1));
  watchdog.Start();
  EXPECT_EQ(Next(absl::ZeroDuration()), "");
}

TEST_F(NotifyTest, ALoopIsStaleWhenItDoesNotBeat) {
  Watchdog patient(absl::Minutes(10)), strict(absl::Milliseconds(1));
  patient.Register("loop");
  EXPECT_EQ(patient.Stale(), "");
  EXPECT_EQ(strict.Stale(), "");  // nobody to wait for
  Watchdog::Loop* loop = strict.Register("loop");
  EXPECT_TRUE(Eventually([&] { return strict.Stale() == "loop"; }));
  EXPECT_TRUE(Eventually([&] {
    loop->Beat();
    return strict.Stale().empty();
  }));
}

TEST_F(NotifyTest, TheWatchdogIsFedWhileAllLoopsBeat) {
  setenv("WATCHDOG_USEC", "2000", 1);
  Watchdog watchdog(absl::Minutes(10));
  watchdog.Register("loop");
  watchdog.Start();
  watchdog.Start();  // once is enough
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Next(), "WATCHDOG=1");
}

TEST_F(NotifyTest, AStaleLoopEndsTheFeedingIsNamedOnceAndIsFedAgainWhenItMoves) {
  setenv("WATCHDOG_USEC", "2000", 1);
  Watchdog watchdog(absl::Milliseconds(300));
  Watchdog::Loop* loop = watchdog.Register("scheduler");
  watchdog.Start();
  EXPECT_EQ(Next(), "WATCHDOG=1");
  ASSERT_TRUE(Comes("STATUS=loop scheduler does not move"));
  loop->Beat();
  EXPECT_EQ(Next(), "WATCHDOG=1\nSTATUS=running");  // and nothing in between
}

TEST_F(NotifyTest, AnIdleWatchdogEndsAtOnce) {
  setenv("WATCHDOG_USEC", "3600000000", 1);
  const absl::Time before = absl::Now();
  {
    Watchdog watchdog(absl::Minutes(10));
    watchdog.Start();
    EXPECT_EQ(Next(), "WATCHDOG=1");
  }
  EXPECT_LT(absl::Now() - before, absl::Minutes(1));
}

}  // namespace
}  // namespace devstats
