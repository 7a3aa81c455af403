#include "coordinator/ctl/text.h"

#include "absl/strings/str_cat.h"

namespace devstats::ctl {
namespace {

const Paint kPlain(false), kColoured(true);

TEST(PaintTest, ColoursOnlyWhenOn) {
  EXPECT_EQ(kColoured(Color::kRed, "x"), "\033[31mx\033[0m");
  EXPECT_EQ(kPlain(Color::kRed, "x"), "x");
  EXPECT_EQ(kColoured(Color::kNone, "x"), "x");
  EXPECT_EQ(kColoured(Color::kRed, ""), "");
}

TEST(TableTest, AlignsByCharactersNotBytes) {
  Table table({"NAME", "STATE"});
  table.Row({"zürich", "up"});
  table.Row({"", {"down", Color::kRed}});
  EXPECT_EQ(table.Text(kPlain),
            "NAME    STATE\n"
            "zürich  up\n"
            "-       down\n");
}

TEST(TableTest, ColourTakesNoRoom) {
  Table table({"STATE", "WHY"});
  table.Row({{"down", Color::kRed}, "x"});
  EXPECT_THAT(table.Text(kColoured), testing::HasSubstr("\033[31mdown\033[0m   x\n"));
}

TEST(TableTest, EscapesWhatWouldMoveTheCursor) {
  Table table({"NAME"});
  table.Row({"a\033[2Jb\nc"});
  EXPECT_EQ(table.Text(kPlain), "NAME\na\\x1b[2Jb\\x0ac\n");
}

TEST(FieldsTest, LeavesOutWhatHasNoValueAndEscapes) {
  EXPECT_EQ(Fields({{"name", "a"}, {"reason", ""}, {"os", "debian\t12"}}),
            "name:  a\nos:    debian\\x0912\n");
}

TEST(CutTest, CutsAtACharacter) {
  EXPECT_EQ(Cut("abcdef", 6), "abcdef");
  EXPECT_EQ(Cut("abcdefg", 6), "abc...");
  EXPECT_EQ(Cut("ääääää", 5), "ää...");
  EXPECT_EQ(Pad("ä", 3), "ä  ");
  EXPECT_EQ(Pad("abcdef", 5), "ab...");
}

TEST(ElapsedTest, GetsCoarserWithTime) {
  EXPECT_EQ(Elapsed(absl::Milliseconds(850)), "850ms");
  EXPECT_EQ(Elapsed(absl::Milliseconds(3250)), "3.2s");
  EXPECT_EQ(Elapsed(absl::Seconds(123)), "2m03s");
  EXPECT_EQ(Elapsed(absl::Minutes(65)), "1h05m");
  EXPECT_EQ(Elapsed(-absl::Seconds(1)), "0ms");
}

TEST(MomentTest, NothingIsADash) {
  EXPECT_EQ(Moment(0, absl::UTCTimeZone()), "-");
  EXPECT_EQ(Moment(1'795'000'000'000, absl::UTCTimeZone()), "2026-11-18 11:06:40");
}

TEST(BytesTest, UsesTheUnitsOfDiskVendors) {
  EXPECT_EQ(Bytes(999), "999 B");
  EXPECT_EQ(Bytes(1'920'383'410'176), "1.9 TB");
}

TEST(CountTest, KnowsOneFromMany) {
  EXPECT_EQ(Count(1, "node"), "1 node");
  EXPECT_EQ(Count(0, "node"), "0 nodes");
}

TEST(PeriodTest, ReadsDurationsAndDays) {
  int64_t seconds = 0;
  EXPECT_TRUE(ParsePeriod("90s", &seconds));
  EXPECT_EQ(seconds, 90);
  EXPECT_TRUE(ParsePeriod("1h30m", &seconds));
  EXPECT_EQ(seconds, 5400);
  EXPECT_TRUE(ParsePeriod("30d", &seconds));
  EXPECT_EQ(seconds, 30 * 86400);
  for (const char* bad : {"", "5", "-1h", "0s", "d", "1w", "999999999d", "inf", "0.1s"})
    EXPECT_FALSE(ParsePeriod(bad, &seconds)) << bad;
}

}  // namespace
}  // namespace devstats::ctl
