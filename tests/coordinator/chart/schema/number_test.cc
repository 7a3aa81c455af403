#include "coordinator/chart/schema/number.h"

#include <cmath>

#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

TEST(Decimal, IsReadExactly) {
  const auto number = Decimal::Parse("-0012.3400e3");
  ASSERT_TRUE(number.has_value());
  EXPECT_TRUE(number->negative);
  EXPECT_EQ(number->digits, "1234");
  EXPECT_EQ(number->exponent, 1);
  EXPECT_EQ(number->ToDouble(), -12340);
  for (const char* zero : {"0", "-0", "0.000", "0e5", "0e99999999"}) {
    ASSERT_TRUE(Decimal::Parse(zero).has_value()) << zero;
    EXPECT_EQ(Decimal::Parse(zero)->digits, "") << zero;
  }
}

TEST(Decimal, RefusesWhatIsTooLarge) {
  EXPECT_TRUE(Decimal::Parse("1e1000000").has_value());
  EXPECT_FALSE(Decimal::Parse("1e1000001").has_value());
  EXPECT_FALSE(Decimal::Parse("1.5e-1000000").has_value());
  EXPECT_FALSE(Decimal::Parse("1e99999999999999999999").has_value());
  EXPECT_FALSE(Decimal::Parse(std::string(3000, '1')).has_value());
  EXPECT_FALSE(Decimal::Parse("NaN").has_value());
  EXPECT_FALSE(Decimal::Parse("").has_value());
}

TEST(Decimal, KnowsIntegers) {
  for (const char* integer : {"1", "1.0", "100e-2", "1.5e1", "-3", "1e300"})
    EXPECT_TRUE(Decimal::Parse(integer)->IsInteger()) << integer;
  for (const char* fraction : {"1.5", "1e-1", "-0.1", "123456789012345678901234567890.1"})
    EXPECT_FALSE(Decimal::Parse(fraction)->IsInteger()) << fraction;
}

TEST(Decimal, ConvertsToIntegersAsGoDoes) {
  EXPECT_EQ(Decimal::Parse("120e1")->ToInt64(), 1200);
  EXPECT_EQ(Decimal::Parse("18446744073709551617")->ToInt64(), 1);
  EXPECT_EQ(Decimal::Parse("9223372036854775808")->ToInt64(), INT64_MIN);
  EXPECT_EQ(Decimal::Parse("1e500")->ToInt64(), 0);
}

TEST(Decimal, ConvertsToTheNearestDouble) {
  EXPECT_EQ(Decimal::Parse("0.1")->ToDouble(), 0.1);
  EXPECT_TRUE(std::isinf(Decimal::Parse("1e400")->ToDouble()));
  EXPECT_LT(Decimal::Parse("-1e400")->ToDouble(), 0);
  EXPECT_EQ(Decimal::Parse("1e-400")->ToDouble(), 0);
}

TEST(Decimal, Compares) {
  const char* ascending[] = {
      "-1e400", "-10", "-9.5", "-0.001", "0",  "1e-300", "0.1",  "0.10000000000000000001",
      "9",      "9.5", "10",   "10.01",  "99", "100",    "1e400"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t k = 0; k < std::size(ascending); ++k) {
      const int got = Compare(*Decimal::Parse(ascending[i]), *Decimal::Parse(ascending[k]));
      EXPECT_EQ(got < 0, i < k) << ascending[i] << " " << ascending[k];
      EXPECT_EQ(got == 0, i == k) << ascending[i] << " " << ascending[k];
    }
  }
}

TEST(Decimal, KnowsMultiples) {
  struct Case {
    const char *number, *of;
    bool multiple;
  };
  const Case cases[] = {
      {"4", "2", true},
      {"5", "2", false},
      {"0", "7", true},
      {"-9", "3", true},
      {"0.3", "0.1", true},
      {"1.1", "0.1", true},
      {"0.0075", "0.0001", true},
      {"0.00751", "0.0001", false},
      {"1e308", "0.123456789", false},
      {"1e308", "1024", true},
      {"1e3", "1024", false},
      {"1", "0.0001220703125", true},
      {"1", "0.3", false},
      {"123456789012345678901234567890", "12345678901234567890123456789", true},
      {"123456789012345678901234567891", "12345678901234567890123456789", false},
      {"121932631137021795226185032733622923332237463801111263526900", "987654321098765432109876543210",
       true},
      {"121932631137021795226185032733622923332237463801111263526901", "987654321098765432109876543210",
       false},
      {"7", "14", false},
      {"1e-5", "1e-6", true},
      {"1e-6", "1e-5", false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(IsMultiple(*Decimal::Parse(c.number), *Decimal::Parse(c.of)), c.multiple)
        << c.number << " " << c.of;
  EXPECT_FALSE(IsMultiple(*Decimal::Parse("1"), *Decimal::Parse("0")));
}

}  // namespace
}  // namespace devstats::chart::schema
