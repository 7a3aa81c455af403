#include "coordinator/ctl/progress.h"

#include "absl/strings/str_cat.h"

namespace devstats::ctl {
namespace {

using events::v1::Event;

constexpr int64_t kBegin = 1'795'000'000'000;

Event EventAt(int64_t second, Event::Kind kind, const std::string& unit, const std::string& state,
              const std::string& message = "", int64_t elapsed_ms = 0) {
  Event event;
  event.set_time_ms(kBegin + 1000 * second);
  event.set_kind(kind);
  event.set_operation("op-1");
  event.set_unit(unit);
  event.set_state(state);
  event.set_message(message);
  event.set_elapsed_ms(elapsed_ms);
  return event;
}

absl::Time At(int64_t second) { return absl::FromUnixMillis(kBegin) + absl::Seconds(second); }

class ProgressTest : public testing::Test {
 protected:
  std::vector<std::string> Lines(int64_t second, size_t columns = 80, size_t rows = 20) {
    return progress_.Lines(At(second), columns, rows, Paint(false));
  }
  void Take(const Event& event) { progress_.Take(event, absl::FromUnixMillis(event.time_ms())); }
  Progress progress_{{"host@node-1", "host@node-2", "storage@node-1"}};
};

TEST_F(ProgressTest, OneLineAUnitByNode) {
  Take(EventAt(0, Event::OPERATION, "", "running"));
  Take(EventAt(1, Event::UNIT, "host@node-1", "running"));
  Take(EventAt(3, Event::PROGRESS, "host@node-1", "running", "writes /etc/hosts"));
  Take(EventAt(4, Event::UNIT, "host@node-2", "unchanged", "", 40));
  EXPECT_THAT(Lines(6),
              testing::ElementsAre("node-1         host           running           5.0s   writes /etc/hosts",
                                   "node-1         storage        waiting                  ",
                                   "node-2         host           unchanged         40ms   "));
}

TEST_F(ProgressTest, TheCoordinatorsClockMayBeWrong) {
  // Ours is ahead by an hour, and the second event is late by two seconds.
  progress_.Take(EventAt(1, Event::UNIT, "host@node-1", "running"), At(3601));
  progress_.Take(EventAt(2, Event::PROGRESS, "host@node-1", "running", "x"), At(3604));
  EXPECT_THAT(Lines(3605)[0], testing::HasSubstr(" 4.0s "));
}

TEST_F(ProgressTest, NoLineIsWiderThanTheTerminalAndNothingMovesTheCursor) {
  Take(EventAt(1, Event::UNIT, "host@node-1", "failed", absl::StrCat("\x1b[2J\r\n", std::string(200, 'x')),
               10));
  for (size_t columns : {20, 40, 60, 80})
    for (const std::string& line : Lines(2, columns)) {
      EXPECT_LE(Width(line), columns);
      EXPECT_EQ(line.find_first_of("\x1b\r\n"), std::string::npos) << line;
    }
}

TEST_F(ProgressTest, WithFewRowsTheOnesThatMatterStay) {
  Take(EventAt(1, Event::UNIT, "host@node-1", "done", "", 1000));
  Take(EventAt(1, Event::UNIT, "host@node-2", "failed", "no", 1000));
  const auto lines = Lines(2, 80, 2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], testing::HasSubstr("failed"));
  EXPECT_EQ(lines[1], "and 1 done, 1 waiting");
}

TEST_F(ProgressTest, UnitsThatThePlanDidNotKnowAreShownToo) {
  Take(EventAt(1, Event::UNIT, "release", "running"));
  EXPECT_THAT(Lines(2).back(), testing::StartsWith("cluster        release        running"));
}

TEST_F(ProgressTest, TheSameEventsTwiceAreTheSamePicture) {
  const std::vector<Event> events = {EventAt(0, Event::OPERATION, "", "running"),
                                     EventAt(1, Event::UNIT, "host@node-1", "running"),
                                     EventAt(4, Event::UNIT, "host@node-1", "done", "", 3000)};
  for (const Event& e : events) Take(e);
  const auto once = Lines(5);
  const std::string summary = progress_.Summary();
  for (const Event& e : events) Take(e);
  EXPECT_EQ(Lines(5), once);
  EXPECT_EQ(progress_.Summary(), summary);
}

TEST_F(ProgressTest, AResumedOperationRunsAgain) {
  Take(EventAt(0, Event::OPERATION, "", "running"));
  Take(EventAt(1, Event::OPERATION, "", "failed", "x", 1000));
  EXPECT_EQ(progress_.state(), "failed");
  Take(EventAt(2, Event::OPERATION, "", "running", "resumed"));
  EXPECT_EQ(progress_.state(), "running");
}

TEST(ProgressSummaryTest, CountsEndsAndNamesTheFiveSlowest) {
  std::vector<std::string> units;
  for (int i = 1; i <= 8; ++i) units.push_back(absl::StrCat("host@node-", i));
  Progress progress(units);
  progress.Take(EventAt(0, Event::OPERATION, "", "running"), At(0));
  for (int i = 1; i <= 6; ++i)
    progress.Take(EventAt(i, Event::UNIT, units[i - 1], "done", "", 1000 * i), At(i));
  progress.Take(EventAt(7, Event::UNIT, units[6], "failed", "no", 500), At(7));
  progress.Take(EventAt(8, Event::UNIT, units[7], "blocked"), At(8));
  progress.Take(EventAt(9, Event::OPERATION, "", "failed", "", 63'000), At(9));
  EXPECT_EQ(progress.Summary(),
            "8 units: 1 failed, 6 done, 1 blocked; took 1m03s\n"
            "slowest:\n"
            "  6.0s   host@node-6\n"
            "  5.0s   host@node-5\n"
            "  4.0s   host@node-4\n"
            "  3.0s   host@node-3\n"
            "  2.0s   host@node-2\n");
}

TEST(PlainLineTest, IsALogLine) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(PlainLine(EventAt(3, Event::UNIT, "host@node-1", "done", "", 3200), utc),
            "11:06:43 host@node-1 done (3.2s)");
  EXPECT_EQ(PlainLine(EventAt(3, Event::PROGRESS, "host@node-1", "running", "writes\n"), utc),
            "11:06:43 host@node-1 running: writes\\x0a");
  EXPECT_EQ(PlainLine(EventAt(3, Event::OPERATION, "", "running", "begun by ann"), utc),
            "11:06:43 op-1 running: begun by ann");
  EXPECT_EQ(PlainLine(EventAt(3, Event::UNIT, "host@node-1", "waiting"), utc), "");
}

}  // namespace
}  // namespace devstats::ctl
