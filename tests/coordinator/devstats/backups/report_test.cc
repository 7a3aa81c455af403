#include "coordinator/devstats/backups/report.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace devstats::backups {
namespace {

using ::testing::HasSubstr;

// Lines of a report, among words of others.
std::string Log(const std::vector<std::string>& lines) {
  std::string log = "2026-11-28 going on\ndevstats-backup-2 of another kind\n";
  for (const std::string& line : lines) absl::StrAppend(&log, "devstats-backup-1 ", line, "\nsome words\n");
  return log;
}

TEST(ReportTest, ReadsAWholeOne) {
  const auto report = ParseReport(Log({"begin 1795000000", "began 1795000001",
                                       "file gha.dump 225485783040 1794900000 good 2026-11-17T07:20:00",
                                       "file gha.tar.xz 0 1794900000 bad - xz: File format not recognized",
                                       "file a.dump 1 1794900000 - - it is being written",
                                       "removed b.dump 77", "left c.dump it has changed", "end 5 2"}));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->begin, absl::FromUnixSeconds(1795000000));
  EXPECT_EQ(report->began, absl::FromUnixSeconds(1795000001));
  ASSERT_EQ(report->files.size(), 3u);
  EXPECT_EQ(report->files[0].bytes, 225485783040);
  EXPECT_EQ(report->files[0].state, State::kGood);
  EXPECT_EQ(report->files[0].created,
            absl::FromCivil(absl::CivilSecond(2026, 11, 17, 7, 20), absl::UTCTimeZone()));
  EXPECT_EQ(report->files[1].state, State::kBad);
  EXPECT_EQ(report->files[1].reason, "xz: File format not recognized");
  EXPECT_EQ(report->files[1].created, absl::InfinitePast());
  EXPECT_EQ(report->files[2].state, State::kUnread);
  ASSERT_EQ(report->outcomes.size(), 2u);
  EXPECT_TRUE(report->outcomes[0].removed);
  EXPECT_EQ(report->outcomes[0].bytes, 77);
  EXPECT_EQ(report->outcomes[1].reason, "it has changed");
  EXPECT_EQ(report->strange, 2);
}

TEST(ReportTest, OneThatIsNotWholeIsNone) {
  const std::string file = "file a.dump 1 1794900000 - -";
  for (const std::vector<std::string>& lines :
       std::vector<std::vector<std::string>>{{},
                                             {"begin 1795000000"},
                                             {file, "end 1 0"},
                                             {"begin 1795000000", file},
                                             {"begin 1795000000", "end 1 0"},
                                             {"begin 1795000000", file, "end 2 0"},
                                             {"begin 1", "begin 1", "end 0 0"},
                                             {"begin 1", "end 0 0", file}})
    EXPECT_TRUE(absl::IsDataLoss(ParseReport(Log(lines)).status())) << Log(lines);
  EXPECT_TRUE(ParseReport(Log({"begin 1795000000", "end 0 0"})).ok());
}

TEST(ReportTest, WhatNoScriptOfOursTellsIsRefused) {
  for (const std::string line : {
           "file ../a.dump 1 1 - -",
           "file -rf.dump 1 1 - -",
           "file .a.dump 1 1 - -",
           "file a\x1b.dump 1 1 - -",
           "file a.dump -1 1 - -",
           "file a.dump 1 -1 - -",
           "file a.dump +1 1 - -",
           "file a.dump 1.5 1 - -",
           "file a.dump 9999999999999999999 1 - -",
           "file a.dump 1 999999999999 - -",
           "file a.dump 1 1 fine -",
           "file a.dump 1 1 good yesterday",
           "file a.dump 1 1 good infinite-future",
           "file a.dump 1 1 good 29261-11-28T16:30:00",
           "file a.dump 1 1 good",
           "removed a.dump",
           "removed a.dump x",
           "removed a.dump 1 2",
           "left a.dump",
           "began",
           "begun 1",
           "end 1",
           "end x 0",
           "end 0 -1",
           "",
       })
    EXPECT_TRUE(absl::IsInvalidArgument(ParseReport(Log({"begin 1", line, "end 1 0"})).status())) << line;
  const std::string file = "file a.dump 1 1 - -";
  EXPECT_FALSE(ParseReport(Log({"begin 1", file, file, "end 2 0"})).ok());
  EXPECT_FALSE(ParseReport(Log({"begin 1", file + " " + std::string(kMaxReason + 1, 'x'), "end 1 0"})).ok());
  EXPECT_THAT(ParseReport(Log({"begin 1", "file a\x1b[2J"})).status().message(), HasSubstr("\\x1b"));
}

TEST(ReportTest, ItsSizeIsBounded) {
  std::vector<std::string> lines = {"begin 1"};
  for (size_t i = 0; i <= kMaxFiles; ++i) lines.push_back(absl::StrCat("file f", i, ".dump 1 1 - -"));
  EXPECT_TRUE(absl::IsResourceExhausted(ParseReport(Log(lines)).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(ParseReport(std::string(kMaxReport + 1, 'x')).status()));
}

TEST(ReportTest, WhatAFileIsStandsInItsName) {
  using What = Kind::What;
  const auto is = [](const char* name, What what, const std::string& database) {
    EXPECT_EQ(KindOf(name).what, what) << name;
    EXPECT_EQ(KindOf(name).database, database) << name;
  };
  is("gha.dump", What::kDump, "gha");
  is("open-telemetry.20261128T163000Z.dump", What::kDump, "open-telemetry");
  is("gha.tar.xz", What::kEvents, "gha");
  for (const char* other :
       {"gha.20261128T163000Z.tar.xz", "gha.old.dump", "Gha.dump", "gha.dump.new", "x.dump.dump"})
    is(other, What::kOther, "");
}

}  // namespace
}  // namespace devstats::backups
