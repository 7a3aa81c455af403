#include "coordinator/chart/schema/english.h"

#include <limits>

#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

TEST(English, CountsAreGrouped) {
  EXPECT_EQ(EnglishCount(0), "0");
  EXPECT_EQ(EnglishCount(999), "999");
  EXPECT_EQ(EnglishCount(70000), "70,000");
  EXPECT_EQ(EnglishCount(-1234567), "-1,234,567");
  EXPECT_EQ(EnglishCount(std::numeric_limits<int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(English, LargeAndSmallFloatsAreScientific) {
  const std::pair<double, const char*> cases[] = {
      {0, "0"},
      {-0.0, "0"},
      {5, "5"},
      {65535, "65,535"},
      {100000, "100,000"},
      {999999, "999,999"},
      {123456.789, "123,456.789"},
      {1e6, "1×10⁰⁶"},
      {-1234567.5, "-1.2345675×10⁰⁶"},
      {0.1, "0.1"},
      {-0.00012345, "-0.00012345"},
      {0.00001, "1×10⁻⁰⁵"},
      {1.5e-300, "1.5×10⁻³⁰⁰"},
      {1e300, "1×10³⁰⁰"},
      {std::numeric_limits<double>::infinity(), "∞"},
      {-std::numeric_limits<double>::infinity(), "-∞"},
  };
  for (const auto& [number, text] : cases) EXPECT_EQ(EnglishFloat(number), text);
}

}  // namespace
}  // namespace devstats::chart::schema
