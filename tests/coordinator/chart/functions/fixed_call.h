// What a function sees of the template that calls it, in a fixed environment.
#pragma once
#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/function.h"
#include "tests/coordinator/chart/fixed_environment.h"

namespace devstats::chart {

class FixedCall : public Call {
 public:
  const Environment& environment() const override { return world; }
  absl::Status Spend(size_t bytes) override {
    if (bytes > world.all_limits.output_bytes - spent) return absl::ResourceExhaustedError("too much text");
    spent += bytes;
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Include(absl::string_view name, const Value& data) override {
    return absl::StrCat("include ", name, " ", ToText(data));
  }
  absl::StatusOr<std::string> Expand(absl::string_view text, const Value& data) override {
    return absl::StrCat("tpl ", text, " ", ToText(data));
  }

  FixedEnvironment world;
  size_t spent = 0;
};

}  // namespace devstats::chart
