// differences.tsv itself: what is no object, part, variable or default names the test that shows it.
#include "tests/coordinator/charts/fixture.h"

namespace devstats::charts {
namespace {

bool HasTest(const std::string& name) {
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const auto& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      if (absl::StrCat(suite.name(), ".", suite.GetTestInfo(j)->name()) == name) return true;
    }
  }
  return false;
}

TEST(ChartDifferences, AreEachChecked) {
  for (const Row& row : ReadTable("differences.tsv")) {
    const bool by_table =
        row[0] == "object" || row[0] == "detail" || row[0] == "environment" || row[0] == "value";
    EXPECT_TRUE(by_table || (row[0] == "behaviour" && HasTest(row[1]))) << row[0] << " " << row[1];
    EXPECT_FALSE(row[2].empty() || row[3].empty()) << row[1];
  }
}

}  // namespace
}  // namespace devstats::charts
