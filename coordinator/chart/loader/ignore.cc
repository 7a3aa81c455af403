#include "coordinator/chart/loader/ignore.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/letters.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kDefaultRule = "templates/.?*";
// Of a line, as Go's bufio.Scanner.
constexpr size_t kMaxLine = 64 << 10;

}  // namespace

IgnoreRules::IgnoreRules() { Add(kDefaultRule).IgnoreError(); }

absl::StatusOr<IgnoreRules> IgnoreRules::Parse(absl::string_view text) {
  IgnoreRules rules;
  rules.rules_.clear();
  text = absl::StripPrefix(text, "\xEF\xBB\xBF");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.size() >= kMaxLine) return absl::InvalidArgumentError("bufio.Scanner: token too long");
    RETURN_IF_ERROR(rules.Add(line));
  }
  RETURN_IF_ERROR(rules.Add(kDefaultRule));
  return rules;
}

absl::Status IgnoreRules::Add(absl::string_view line) {
  line = TrimSpace(line);
  if (line.empty() || line[0] == '#') return absl::OkStatus();
  if (absl::StrContains(line, "**"))
    return absl::InvalidArgumentError("double-star (**) syntax is not supported");
  RETURN_IF_ERROR(MatchPath(line, "abc"));
  Rule rule;
  rule.negated = absl::ConsumePrefix(&line, "!");
  rule.folders_only = absl::ConsumeSuffix(&line, "/");
  rule.whole_path = absl::StrContains(line, "/");
  absl::ConsumePrefix(&line, "/");
  rule.pattern = std::string(line);
  rules_.push_back(std::move(rule));
  return absl::OkStatus();
}

bool IgnoreRules::Rule::Matches(absl::string_view path) const {
  const auto matches = MatchPath(pattern, whole_path ? path : PathBase(path));
  return matches.ok() && *matches;
}

bool IgnoreRules::Ignores(absl::string_view path, bool is_folder) const {
  if (path.empty() || path == "." || path == "./") return false;
  for (const Rule& rule : rules_) {
    const bool right_kind = is_folder || !rule.folders_only;
    const bool matches = right_kind && rule.Matches(path);
    if (matches != rule.negated) return true;
  }
  return false;
}

}  // namespace devstats::chart
