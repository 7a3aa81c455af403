#include "absl/strings/str_cat.h"
#include "common/fault_rules.h"
#include "tests/fuzz/fuzz.h"

// What parses is written as a file again and must parse to the same.
FUZZ_TARGET(fault_rules) {
  using devstats::FaultRule;
  const auto rules = devstats::ParseFaultRules(input);
  if (!rules.ok()) return;
  std::string text;
  for (const FaultRule& rule : *rules) {
    const char* verb = rule.kind == FaultRule::Kind::kKill       ? "kill"
                       : rule.kind == FaultRule::Kind::kKillEach ? "kill-each"
                                                                 : "hold";
    absl::StrAppend(&text, verb, " ", rule.point, " ", rule.key, "\n");
    REQUIRE(rule.point.back() == '*' || rule.Matches(rule.point, rule.key));
  }
  const auto again = devstats::ParseFaultRules(text);
  REQUIRE(again.ok() && *again == *rules);
}
