#include "absl/strings/match.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/specfile.h"
#include "coordinator/plan/plan.h"
#include "tests/fuzz/fuzz.h"

// A saved plan is read as it was written; and no plan shows anything but lines of printable characters.
FUZZ_TARGET(saved_plan) {
  namespace ctl = devstats::ctl;
  if (const auto saved = ctl::ParsePlan(input); saved.ok()) {
    const auto again = ctl::ParsePlan(ctl::PlanText(*saved));
    REQUIRE(again.ok() && again->spec == saved->spec && again->digest == saved->digest);
  }
  devstats::plan::v1::Plan plan;
  if (!plan.ParseFromArray(input.data(), static_cast<int>(input.size()))) {
    auto* change = plan.add_units()->add_changes();
    change->set_path(std::string(input.substr(0, 20)));
    change->set_before(std::string(input));
    change->set_after(std::string(input.substr(input.size() / 2)));
  }
  for (const char c : ctl::PlanView(plan, "digest", ctl::Paint(false)))
    REQUIRE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}
