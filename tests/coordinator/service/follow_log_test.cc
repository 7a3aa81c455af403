#include "coordinator/service/follow_log.h"

#include "gmock/gmock.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;

TEST(NewLinesTest, FindsWhatCameSince) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(NewLines({}, {"a"}), Lines{"a"});
  EXPECT_EQ(NewLines({"a"}, {"a"}), Lines{});
  EXPECT_EQ(NewLines({"a", "b"}, {"a", "b", "c"}), Lines{"c"});
  EXPECT_EQ(NewLines({"a", "b", "c"}, {"b", "c", "d"}), Lines{"d"});
  EXPECT_EQ(NewLines({"a", "b", "c"}, {"b", "c"}), Lines{}) << "fewer are kept";
  EXPECT_EQ(NewLines({"a"}, {"x", "y"}), (Lines{"x", "y"}));
  EXPECT_EQ(NewLines({"a", "a"}, {"a", "a", "a"}), Lines{"a"});
}

TEST(FollowLogTest, EndsWithItsReaderAndItsErrors) {
  std::vector<std::string> told;
  int left = 2;
  const LogFollowing how{
      .lines = 10, .follow = true, .gone = [] { return false; }, .sleep = [](absl::Duration) {}};
  const auto read = [&](int lines) -> absl::StatusOr<LogWindow> {
    EXPECT_GT(lines, 10) << "more may come in a second";
    if (left-- == 0) return absl::UnavailableError("no kubelet");
    return LogWindow{"a\nb\x1b\n"};
  };
  EXPECT_TRUE(absl::IsUnavailable(FollowLog(how, read, [&](const std::string& line) {
    told.push_back(line);
    return true;
  })));
  EXPECT_THAT(told, ElementsAre("a", "b\\x1b"));
  left = 100;
  EXPECT_TRUE(FollowLog(how, read, [](const std::string&) { return false; }).ok());
  EXPECT_EQ(left, 99);
}

}  // namespace
}  // namespace devstats::coordinator
