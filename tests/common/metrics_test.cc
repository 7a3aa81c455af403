#include "common/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Rendered(const Metric& metric) {
  std::string out;
  metric.Render(&out);
  return out;
}

TEST(Metrics, ACounterCountsFromZero) {
  Counter counter("devstats_test_total", "What it counts.");
  EXPECT_EQ(Rendered(counter),
            "# HELP devstats_test_total What it counts.\n# TYPE devstats_test_total "
            "counter\ndevstats_test_total 0\n");
  counter.Add(1);
  counter.Add(2.5);
  counter.Add(-1);
  EXPECT_EQ(counter.Get(), 3.5);
  EXPECT_THAT(Rendered(counter), HasSubstr("\ndevstats_test_total 3.5\n"));
}

TEST(Metrics, AGaugeGoesUpAndDown) {
  Gauge gauge("devstats_test_open", "x");
  gauge.Set(5);
  gauge.Add(-7);
  EXPECT_EQ(gauge.Get(), -2);
  EXPECT_THAT(Rendered(gauge), HasSubstr("# TYPE devstats_test_open gauge\ndevstats_test_open -2\n"));
}

TEST(Metrics, LabelsAreSortedAndEscaped) {
  Gauge gauge("devstats_test", "back\\slash\nline", "disk");
  EXPECT_EQ(Rendered(gauge), "# HELP devstats_test back\\\\slash\\nline\n# TYPE devstats_test gauge\n");
  gauge.Set(2, "sdb");
  gauge.Set(1, "sda");
  gauge.Set(3, "a\"b\\c\nd");
  EXPECT_THAT(Rendered(gauge), HasSubstr("devstats_test{disk=\"a\\\"b\\\\c\\nd\"} 3\n"
                                         "devstats_test{disk=\"sda\"} 1\ndevstats_test{disk=\"sdb\"} 2\n"));
  EXPECT_EQ(gauge.Get("sda"), 1);
  EXPECT_EQ(gauge.Get("none"), 0);
}

TEST(Metrics, WithoutALabelALabelValueMeansNothing) {
  Counter counter("devstats_test_total", "x");
  counter.Add(1, "stray");
  EXPECT_EQ(counter.Get(), 1);
  EXPECT_THAT(Rendered(counter), HasSubstr("\ndevstats_test_total 1\n"));
}

TEST(Metrics, NumbersAreWhatPrometheusReads) {
  Gauge gauge("devstats_test", "x");
  const std::pair<double, std::string> cases[] = {{0.1, "0.1"},
                                                  {1e21, "1e+21"},
                                                  {1234567890123.0, "1234567890123"},
                                                  {std::nan(""), "NaN"},
                                                  {std::numeric_limits<double>::infinity(), "+Inf"},
                                                  {-std::numeric_limits<double>::infinity(), "-Inf"}};
  for (const auto& [value, text] : cases) {
    gauge.Set(value);
    EXPECT_THAT(Rendered(gauge), HasSubstr("\ndevstats_test " + text + "\n"));
  }
}

TEST(Metrics, LabelValuesAreBounded) {
  Counter counter("devstats_test_total", "x", "who");
  for (int i = 0; i < 5000; ++i) counter.Add(1, std::to_string(i));
  EXPECT_EQ(counter.Get("999"), 1);
  EXPECT_EQ(counter.Get("1000"), 0);
  EXPECT_EQ(counter.Get("other"), 4000);
  counter.Add(1, "999");  // those who are in go on
  EXPECT_EQ(counter.Get("999"), 2);
}

TEST(Metrics, ThreadsLoseNothing) {
  Counter counter("devstats_test_total", "x", "t");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) counter.Add(1, i % 2 == 0 ? "even" : "odd");
      (void)RenderMetrics();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.Get("even"), 2000);
  EXPECT_EQ(counter.Get("odd"), 2000);
}

TEST(Metrics, AllAreRenderedWhileTheyLive) {
  {
    const Counter b("devstats_test_b_total", "x"), a("devstats_test_a_total", "x");
    const std::string text = RenderMetrics();
    EXPECT_LT(text.find("devstats_test_a_total"), text.find("devstats_test_b_total"));
  }
  EXPECT_THAT(RenderMetrics(), Not(HasSubstr("devstats_test_a_total")));
}

double ValueOf(absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(RenderMetrics(), '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    double value = 0;
    if (words.size() == 2 && words[0] == name && absl::SimpleAtod(words[1], &value)) return value;
  }
  return -1;
}

TEST(Metrics, TheProcessTellsOfItself) {
  EXPECT_THAT(RenderMetrics(),
              HasSubstr(absl::StrCat("devstats_build_info{version=\"", DEVSTATS_VERSION, "\"} 1\n")));
  EXPECT_GT(ValueOf("process_resident_memory_bytes"), 100'000);
  const double now = static_cast<double>(absl::ToUnixSeconds(absl::Now()));
  EXPECT_LE(ValueOf("process_start_time_seconds"), now + 2);
  EXPECT_GT(ValueOf("process_start_time_seconds"), 0);
}

TEST(Metrics, EveryLineIsWellFormed) {
  const Counter counter("devstats_test_total", "x");
  const std::string text = RenderMetrics();
  EXPECT_EQ(text.back(), '\n');
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    double value = 0;
    EXPECT_TRUE(words[0] == "#" || (words.size() == 2 && absl::SimpleAtod(words[1], &value))) << line;
  }
}

}  // namespace
}  // namespace devstats
