#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/fault_rules.h"

// What parses is written as a file again and must parse to the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using devstats::FaultRule;
  const auto rules = devstats::ParseFaultRules({reinterpret_cast<const char*>(data), size});
  if (!rules.ok()) return 0;
  std::string text;
  for (const FaultRule& rule : *rules) {
    const char* verb = rule.kind == FaultRule::Kind::kKill       ? "kill"
                       : rule.kind == FaultRule::Kind::kKillEach ? "kill-each"
                                                                 : "hold";
    absl::StrAppend(&text, verb, " ", rule.point, " ", rule.key, "\n");
    if (rule.point.back() != '*' && !rule.Matches(rule.point, rule.key)) __builtin_trap();
  }
  const auto again = devstats::ParseFaultRules(text);
  if (!again.ok() || *again != *rules) __builtin_trap();
  return 0;
}
