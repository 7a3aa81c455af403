#include "common/fault_rules.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"

namespace devstats {
namespace {

// A '#' within a word belongs to it: keys are chosen by others.
absl::string_view WithoutComment(absl::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || absl::ascii_isspace(line[i - 1]))) return line.substr(0, i);
  }
  return line;
}

absl::string_view NextWord(absl::string_view* rest) {
  size_t end = 0;
  while (end < rest->size() && !absl::ascii_isspace((*rest)[end])) ++end;
  const absl::string_view word = rest->substr(0, end);
  *rest = absl::StripAsciiWhitespace(rest->substr(end));
  return word;
}

absl::StatusOr<FaultRule> ParseRule(absl::string_view line) {
  FaultRule rule;
  const absl::string_view verb = NextWord(&line);
  if (verb == "kill") {
    rule.kind = FaultRule::Kind::kKill;
  } else if (verb == "kill-each") {
    rule.kind = FaultRule::Kind::kKillEach;
  } else if (verb == "hold") {
    rule.kind = FaultRule::Kind::kHold;
  } else {
    return absl::InvalidArgumentError(absl::StrCat("\"", verb, "\" is not one of kill, kill-each, hold"));
  }
  rule.point = std::string(NextWord(&line));
  rule.key = std::string(line);
  const size_t star = rule.point.find('*');
  const bool each = rule.kind == FaultRule::Kind::kKillEach;
  if (rule.point.empty()) return absl::InvalidArgumentError(absl::StrCat(verb, " needs a point"));
  if (each && !rule.key.empty()) return absl::InvalidArgumentError("kill-each takes no key");
  if (star != std::string::npos && (!each || star + 1 != rule.point.size())) {
    return absl::InvalidArgumentError("'*' may only end the point of kill-each");
  }
  return rule;
}

}  // namespace

bool FaultRule::Matches(absl::string_view at_point, absl::string_view at_key) const {
  if (!key.empty() && key != at_key) return false;
  absl::string_view prefix = point;
  if (kind == Kind::kKillEach && absl::ConsumeSuffix(&prefix, "*")) {
    return absl::StartsWith(at_point, prefix);
  }
  return at_point == prefix;
}

absl::StatusOr<std::vector<FaultRule>> ParseFaultRules(absl::string_view text) {
  std::vector<FaultRule> rules;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(WithoutComment(line));
    if (line.empty()) continue;
    ASSIGN_OR_RETURN(FaultRule rule, ParseRule(line), absl::StrCat("line ", number));
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace devstats
