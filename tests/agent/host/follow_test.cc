#include "agent/host/follow.h"

#include <fstream>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;

class FollowTest : public ::testing::Test {
 protected:
  void Append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  TempDir dir_;
  const std::string path_ = dir_.path() + "/out";
  std::vector<std::string> lines_;
  FollowedFile file_{path_, [this](absl::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(FollowTest, TellsEachLineOnceWhenItIsComplete) {
  file_.Poll();  // before there is a file
  Append("one\ntw");
  file_.Poll();
  EXPECT_THAT(lines_, ElementsAre("one"));
  Append("o\n\nthree");
  file_.Poll();
  file_.Poll();
  EXPECT_THAT(lines_, ElementsAre("one", "two"));
  file_.Finish();
  EXPECT_THAT(lines_, ElementsAre("one", "two", "three"));
  EXPECT_EQ(file_.tail(), "one\ntwo\n\nthree");
  EXPECT_FALSE(file_.truncated());
}

TEST_F(FollowTest, ProgressDrawnOverItselfIsLines) {
  Append("10%\r20%\rdone\n");
  file_.Poll();
  EXPECT_THAT(lines_, ElementsAre("10%", "20%", "done"));
}

TEST_F(FollowTest, NeitherALongLineNorALongFileGrowsWithoutEnd) {
  Append(std::string(100'000, 'x') + "END");
  file_.Finish();
  for (const std::string& line : lines_) EXPECT_LE(line.size(), 4096u);
  EXPECT_EQ(file_.tail().size(), size_t{64} << 10);
  EXPECT_EQ(file_.tail().substr(file_.tail().size() - 3), "END");
  EXPECT_TRUE(file_.truncated());
}

TEST_F(FollowTest, NoFileNoLines) {
  file_.Finish();
  EXPECT_THAT(lines_, ::testing::IsEmpty());
}

}  // namespace
}  // namespace devstats::agent
