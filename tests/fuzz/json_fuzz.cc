#include "common/digest.h"
#include "devstats/plan/v1/plan.pb.h"
#include "tests/fuzz/fuzz.h"

// Canonical text is canonical; a message that JSON tells is told as the same JSON again.
FUZZ_TARGET(json) {
  const auto json = devstats::ParseJson(input, 16);
  if (!json.ok()) return;
  const std::string text = devstats::CanonicalJson(*json);
  const auto again = devstats::ParseJson(text, 16);
  REQUIRE(again.ok() && devstats::CanonicalJson(*again) == text);
  devstats::plan::v1::UnitPlan plan, copy;
  if (!devstats::FromJson(*json, &plan).ok()) return;
  REQUIRE(devstats::FromJson(devstats::ToJson(plan), &copy).ok());
  REQUIRE(devstats::DigestOf(plan) == devstats::DigestOf(copy));
}
