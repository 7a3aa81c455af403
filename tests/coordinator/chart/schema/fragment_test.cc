#include "coordinator/chart/schema/fragment.h"

#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

TEST(Fragment, IsWhatFollowsTheFirstHash) {
  EXPECT_EQ(SplitFragment("a#b#c"), std::make_pair(absl::string_view("a"), absl::string_view("b#c")));
  EXPECT_EQ(SplitFragment("a"), std::make_pair(absl::string_view("a"), absl::string_view()));
}

TEST(Fragment, KeepsTheSlashesOfAPointer) {
  EXPECT_EQ(EscapeFragment("/a b/ä/c~1d/e?f;g,h:i@j"), "/a%20b/%C3%A4/c~1d/e%3Ff%3Bg%2Ch:i@j");
  EXPECT_EQ(EscapeFragment(""), "");
}

}  // namespace
}  // namespace devstats::chart::schema
