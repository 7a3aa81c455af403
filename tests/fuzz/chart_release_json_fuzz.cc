#include "coordinator/release/record/release.h"
#include "tests/fuzz/fuzz.h"

namespace {

devstats::chart::Limits ReleaseLimits() {
  devstats::chart::Limits limits;
  limits.document_bytes = 1 << 18;
  limits.document_depth = 50;
  return limits;
}

}  // namespace

// What is read as a release is written as one that reads the same, and what it says of its chart and values
// can be looked into, whatever it is.
FUZZ_TARGET(chart_release_json) {
  using namespace devstats;
  using namespace devstats::release;
  const chart::Limits limits = ReleaseLimits();
  const auto release = FromRecordJson(input, limits);
  if (!release.ok()) {
    REQUIRE(!release.status().message().empty());
    return;
  }
  const std::string written = ToRecordJson(*release);
  chart::Limits again_limits = limits;
  again_limits.document_bytes *= 8;  // escapes
  const auto again = FromRecordJson(written, again_limits);
  REQUIRE(again.ok());
  REQUIRE(ToRecordJson(*again) == written);
  REQUIRE(again->chart == release->chart && again->config == release->config);
  REQUIRE(again->key() == release->key() && again->hooks.size() == release->hooks.size());

  const std::string small = WithoutTexts(release->chart);
  REQUIRE(small.size() <= release->chart.size());
  Release smaller = *release;
  smaller.chart = small;
  REQUIRE(FromRecordJson(ToRecordJson(smaller), again_limits).ok());
  REQUIRE(ChartHeadOf(smaller).Text() == ChartHeadOf(*release).Text());
  if (const auto chart = ChartOf(*release, again_limits); chart.ok())
    REQUIRE(!ChartToJson(**chart, /*without_texts=*/true).empty());
  if (const auto values = ConfigOf(*release, again_limits); values.ok() && !values->map().empty())
    REQUIRE(ConfigToJson(*values) != "null");
}
