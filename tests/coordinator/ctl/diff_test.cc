#include "coordinator/ctl/diff.h"

#include "absl/strings/str_cat.h"

namespace devstats::ctl {
namespace {

std::string DiffText(absl::string_view before, absl::string_view after) {
  std::string out;
  for (const DiffLine& line : DiffLines(before, after))
    absl::StrAppend(&out, std::string(1, line.mark), line.text, "\n");
  return out;
}

TEST(DiffTest, ShowsTheLinesThatDifferWithOneAround) {
  EXPECT_EQ(DiffText("a\nb\nc\nd\ne\n", "a\nb\nC\nd\ne\n"), " b\n-c\n+C\n d\n");
}

TEST(DiffTest, FindsTwoPlaces) {
  EXPECT_EQ(DiffText("1\na\nb\nc\nd\n2\n", "one\na\nb\nc\nd\ntwo\n"), "-1\n+one\n a\n d\n-2\n+two\n");
}

TEST(DiffTest, AnInsertionIsOnlyThat) { EXPECT_EQ(DiffText("a\nc\n", "a\nb\nc\n"), " a\n+b\n c\n"); }

TEST(DiffTest, FromAndToNothing) {
  EXPECT_EQ(DiffText("", "a\nb\n"), "+a\n+b\n");
  EXPECT_EQ(DiffText("a\nb", ""), "-a\n-b\n");
  EXPECT_EQ(DiffText("a\n", "a\n"), "");
}

TEST(DiffTest, TextsTooLongToCompareAreReplacedWhole) {
  std::string before = "same\n", after = "same\n";
  for (int i = 0; i < 1500; ++i) {
    absl::StrAppend(&before, "b", i, "\n");
    absl::StrAppend(&after, "a", i, "\n");
  }
  const auto lines = DiffLines(before, after);
  ASSERT_EQ(lines.size(), 3001u);
  EXPECT_EQ(lines[1].mark, '-');
  EXPECT_EQ(lines[3000].text, "a1499");
}

}  // namespace
}  // namespace devstats::ctl
