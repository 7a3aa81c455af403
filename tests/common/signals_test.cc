#include "common/signals.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "tests/common/child.h"
#include "tests/common/eventually.h"

namespace devstats {
namespace {

// Sent to this process and taken by the thread that waits.
bool SendTerm() {
  kill(getpid(), SIGTERM);
  return Eventually([] {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 0;
  });
}

TEST(StopSignalTest, TheActionIsCalledOnceHoweverManySignalsCome) {
  const int status = Child([] {
                       std::atomic<int> calls{0};
                       {
                         StopSignal stop;
                         stop.OnStop([&] { ++calls; });
                         if (!SendTerm() || !SendTerm()) _exit(90);
                       }
                       _exit(calls);
                     }).Wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST(StopSignalTest, ADaemonThatEndsByItselfHasNoAction) {
  const int status = Child([] {
                       std::atomic<int> calls{0};
                       {
                         StopSignal stop;
                         stop.OnStop([&] { ++calls; });
                       }
                       _exit(calls);
                     }).Wait();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace devstats
