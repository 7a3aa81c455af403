#include "agent/resources/apt.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

// A process that holds a lock as apt does. Ends when it is let go.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    int ready[2], end[2];
    EXPECT_EQ(::pipe(ready), 0);
    EXPECT_EQ(::pipe(end), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(end[1]);
      const int fd = ::open(path.c_str(), O_RDWR);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      char byte = ::fcntl(fd, F_SETLK, &lock) == 0 ? 'y' : 'n';
      if (::write(ready[1], &byte, 1) == 1) byte = static_cast<char>(::read(end[0], &byte, 1));
      ::_exit(0);
    }
    ::close(ready[1]);
    ::close(end[0]);
    end_ = end[1];
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    ::close(ready[0]);
  }
  ~Holder() { LetGo(); }
  void LetGo() {
    if (end_ < 0) return;
    ::close(end_);
    end_ = -1;
    ::waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  int end_ = -1;
};

class AptTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.Write("/var/lib/dpkg/lock-frontend", "");
    box_.commands.On({"/usr/bin/dpkg"}, "done\n");
  }
  absl::Status Run(absl::Duration patience) {
    return RunApt(box_.host.get(), context_, "x", {"/usr/bin/dpkg", "-l"}, patience);
  }
  std::string Lock() const { return box_.dir.path() + "/var/lib/dpkg/lock-frontend"; }
  Box box_;
  std::vector<std::string> progress_;
  std::function<void()> on_progress_ = [] {};
  StepContext context_{.key = {"op", "s"}, .progress = [this](absl::string_view line) {
                         progress_.emplace_back(line);
                         on_progress_();
                       }};
};

TEST_F(AptTest, AFreeLockIsNoReasonToWait) {
  EXPECT_TRUE(Run(absl::ZeroDuration()).ok());
  EXPECT_EQ(progress_, std::vector<std::string>{"done"});
}

TEST_F(AptTest, WhoHoldsTheLockIsNamedAndNothingRuns) {
  const Holder holder(Lock());
  const absl::Status status = Run(absl::ZeroDuration());
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("(process ", holder.pid(), ") holds /var/lib/dpkg/lock-frontend")));
  EXPECT_TRUE(box_.commands.runs().empty());
}

TEST_F(AptTest, ItRunsWhenTheLockIsLetGo) {
  Holder holder(Lock());
  on_progress_ = [&holder] { holder.LetGo(); };  // told that it waits
  EXPECT_TRUE(Run(absl::Seconds(30)).ok());
  EXPECT_THAT(progress_[0], HasSubstr("waiting: "));
}

}  // namespace
}  // namespace devstats::agent
