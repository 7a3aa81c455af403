#include "coordinator/release/objects/quantity.h"

#include "gtest/gtest.h"

namespace devstats::release {
namespace {

TEST(IsSameAmount, KnowsTheWaysOfWriting) {
  const struct {
    const char *a, *b;
    bool same;
  } cases[] = {
      {"1000m", "1", true},
      {"1500m", "1.5", true},
      {"0.5", "500m", true},
      {"1024Mi", "1Gi", true},
      {"1024Ki", "1Mi", true},
      {"1e3", "1k", true},
      {"1E3", "1k", true},
      {"1E", "1000P", true},
      {"+5", "5", true},
      {"-1000m", "-1", true},
      {"0.000000001", "1n", true},
      {"1.50", "1.5", true},
      {"8Ei", "8192Pi", true},
      {"1e-3", "1m", true},
      {"1000m", "2", false},
      {"1G", "1Gi", false},
      {"1", "-1", false},
      {"", "", false},
      {"1", "", false},
      {"web", "web", false},
      {"1.2.3", "1.2.3", false},
      {"1x", "1x", false},
      {".", ".", false},
      {"1.5n", "1.5n", false},
      {"m", "m", false},
      {"1e99", "1e99", false},
      {"1e", "1e", false},
      {"0", "0Gi", true},
      {"999999999999999999999", "999999999999999999999", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsSameAmount(c.a, c.b), c.same) << c.a << " and " << c.b;
    EXPECT_EQ(IsSameAmount(c.b, c.a), c.same) << c.b << " and " << c.a;
  }
}

}  // namespace
}  // namespace devstats::release
