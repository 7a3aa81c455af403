#include "coordinator/chart/value/value.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

TEST(NaturalLess, OrdersAsPeopleDo) {
  const std::vector<absl::string_view> order = {"",   "-d", "_x",  "1",   "2",  "10", "B", "a",   "a-b", "a0",
                                                "a1", "a2", "a02", "a10", "aB", "ab", "b", "b01", "b2",  "é"};
  for (size_t i = 0; i + 1 < order.size(); ++i) {
    EXPECT_TRUE(NaturalLess(order[i], order[i + 1])) << order[i] << " < " << order[i + 1];
    EXPECT_FALSE(NaturalLess(order[i + 1], order[i])) << order[i + 1] << " < " << order[i];
  }
}

TEST(NaturalLess, ZerosWithinANumberCount) {
  EXPECT_TRUE(NaturalLess("a10b", "a1b"));  // a letter comes after what is none
  EXPECT_TRUE(NaturalLess("a100", "a101"));
  EXPECT_TRUE(NaturalLess("v1.9", "v1.10"));
  EXPECT_FALSE(NaturalLess("same", "same"));
  EXPECT_TRUE(NaturalLess("\xff", "a"));
}

}  // namespace
}  // namespace devstats::chart
