#include "coordinator/devstats/patroni/rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/devstats/patroni/parameters.h"
#include "coordinator/devstats/patroni/rule_book.h"

namespace devstats::patroni {

int64_t RuleBook::Setting(const std::string& name, int64_t fallback) const {
  const auto found = wanted_.settings.find(name);
  if (found != wanted_.settings.end()) return found->second;
  return IntegerOf(around_.config.Setting(name).value_or("")).value_or(fallback);
}

std::string RuleBook::Parameter(const std::string& name, const std::string& fallback) const {
  const auto found = wanted_.parameters.find(name);
  if (found != wanted_.parameters.end()) return found->second;
  return around_.config.Parameter(name).value_or(fallback);
}

double RuleBook::Number(const std::string& name, double fallback) const {
  const auto number = IntegerOf(Parameter(name, ""));
  return number ? static_cast<double>(*number) : fallback;
}

double RuleBook::Bytes(const std::string& name, const std::string& unit, double fallback) const {
  return BytesOf(Parameter(name, ""), unit).value_or(fallback);
}

void CheckNames(RuleBook& book) {
  const Settings* known = book.around().known;
  std::vector<absl::string_view> names;
  if (known) {
    for (const auto& [name, setting] : *known) names.push_back(name);
  }
  for (const auto& [name, value] : book.wanted().parameters) {
    if (ScopeOf(name) == Scope::kLocal) {
      book.Refuse("scope", name, "each member has its own, which Patroni makes: the DCS cannot set it");
      continue;
    }
    const std::string wrong = WrongForVersion(name, book.around().server_version);
    if (!wrong.empty()) {
      book.Refuse("version", name, wrong);
    } else if (known && !known->count(name) && name.find('.') == std::string::npos) {
      const std::string meant = Suggestion(name, names);
      book.Refuse("version", name,
                  absl::StrCat("this PostgreSQL has no such parameter",
                               meant.rfind("did you mean", 0) == 0 ? absl::StrCat(": ", meant) : ""));
    }
  }
}

std::vector<Finding> CheckRules(const Wanted& wanted, const Surroundings& around) {
  RuleBook book(wanted, around);
  CheckTiming(book);
  CheckLimits(book);
  CheckValues(book);
  CheckNames(book);
  CheckMembers(book);
  CheckMemory(book);
  CheckWorkers(book);
  CheckWal(book);
  std::stable_sort(book.findings().begin(), book.findings().end(),
                   [](const Finding& a, const Finding& b) { return a.refused > b.refused; });
  return std::move(book.findings());
}

absl::Status RefusalOf(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& f : findings) {
    if (f.refused) lines.push_back(absl::StrCat("rule ", f.rule, ": ", f.what, ": ", f.message));
  }
  if (lines.empty()) return absl::OkStatus();
  return Hint(absl::InvalidArgumentError(absl::StrJoin(lines, "\n")),
              "correct patroni in cluster.yaml; nothing was sent");
}

std::vector<std::string> WarningsOf(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& f : findings) {
    if (!f.refused) lines.push_back(absl::StrCat(f.what, ": ", f.message));
  }
  return lines;
}

}  // namespace devstats::patroni
