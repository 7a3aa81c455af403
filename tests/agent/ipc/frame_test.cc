#include "agent/ipc/frame.h"

#include <sys/socket.h>
#include <unistd.h>

#include "devstats/executor/v1/executor.pb.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

class FrameTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0); }
  void TearDown() override {
    for (int fd : fds_)
      if (fd >= 0) ::close(fd);
  }
  void Raw(const std::string& bytes) { ASSERT_EQ(::write(fds_[0], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size())); }
  void Hangup() {
    ::close(fds_[0]);
    fds_[0] = -1;
  }
  int fds_[2] = {-1, -1};
};

TEST_F(FrameTest, CarriesAMessageAndEndsCleanly) {
  executor::v1::Reply sent, got;
  sent.mutable_error()->set_message("x");
  ASSERT_TRUE(WriteFrame(fds_[0], sent).ok());
  Hangup();
  ASSERT_TRUE(ReadFrame(fds_[1], &got).ok());
  EXPECT_EQ(got.error().message(), "x");
  EXPECT_EQ(ReadFrame(fds_[1], &got).code(), absl::StatusCode::kOutOfRange);
}

TEST_F(FrameTest, RefusesDamageAndSizes) {
  executor::v1::Reply got;
  Raw(std::string("\xff\xff\xff\xff", 4));
  EXPECT_EQ(ReadFrame(fds_[1], &got).code(), absl::StatusCode::kInvalidArgument);
  Raw(std::string("\0\0\0\2\xff\xff", 6));
  EXPECT_EQ(ReadFrame(fds_[1], &got).code(), absl::StatusCode::kInvalidArgument);
  Raw(std::string("\0\0\0\5ab", 6));
  Hangup();
  EXPECT_EQ(ReadFrame(fds_[1], &got).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(FrameTest, GivesUpOnSilence) {
  executor::v1::Reply got;
  EXPECT_EQ(ReadFrame(fds_[1], &got, absl::Milliseconds(1)).code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(FrameTest, AWriterWhoseReaderIsGoneIsToldSo) {
  ::close(fds_[1]);
  fds_[1] = -1;
  EXPECT_EQ(WriteFrame(fds_[0], executor::v1::Reply()).code(), absl::StatusCode::kUnavailable);
  executor::v1::Reply big;
  big.mutable_error()->set_message(std::string(kMaxFrame + 1, 'x'));
  EXPECT_EQ(WriteFrame(fds_[0], big).code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace devstats::agent
