#include "coordinator/chart/data/json.h"
#include "coordinator/release/record/record.h"
#include "tests/fuzz/fuzz.h"

namespace {

devstats::chart::Limits RecordLimits() {
  devstats::chart::Limits limits;
  limits.document_bytes = 1 << 18;
  limits.document_depth = 50;
  return limits;
}

}  // namespace

// What unpacks is within the limits, and as JSON it is packed and unpacked as the same.
FUZZ_TARGET(chart_record) {
  using namespace devstats;
  const chart::Limits limits = RecordLimits();
  const auto json = release::UnpackRecord(input, limits);
  if (!json.ok()) {
    REQUIRE(!json.status().message().empty());
    return;
  }
  REQUIRE(json->size() <= limits.document_bytes);
  if (!chart::ReadJson(*json, limits).ok()) return;
  const auto again = release::UnpackRecord(release::PackRecord(*json), limits);
  REQUIRE(again.ok());
  REQUIRE(*again == *json);
}
