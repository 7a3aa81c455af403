#include "coordinator/ctl/release/chart_name.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace devstats::ctl {
namespace {

bool TakeNumber(absl::string_view& text) {
  const size_t before = text.size();
  while (!text.empty() && absl::ascii_isdigit(text.front())) text.remove_prefix(1);
  return text.size() < before;
}

// X.Y.Z or vX.Y.Z, and what may follow it.
bool IsVersion(absl::string_view text) {
  absl::ConsumePrefix(&text, "v");
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && (text.empty() || text.front() != '.')) return false;
    if (part > 0) text.remove_prefix(1);
    if (!TakeNumber(text)) return false;
  }
  return text.empty() || text.front() == '-' || text.front() == '+';
}

}  // namespace

ChartName SplitChartName(absl::string_view text) {
  size_t loose = text.npos;
  for (size_t at = text.find('-'); at != text.npos; at = text.find('-', at + 1)) {
    const absl::string_view end = text.substr(at + 1);
    if (IsVersion(end)) return {std::string(text.substr(0, at)), std::string(end)};
    if (loose == text.npos && !end.empty() && (absl::ascii_isdigit(end.front()) || end.front() == 'v'))
      loose = at;
  }
  if (loose == text.npos) return {std::string(text), ""};
  return {std::string(text.substr(0, loose)), std::string(text.substr(loose + 1))};
}

}  // namespace devstats::ctl
