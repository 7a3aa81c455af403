// Runs a unit as the daemons do, on a journal of its own.
#pragma once
#include <string>
#include <vector>

#include "common/journal.h"
#include "common/unit/execute.h"

namespace devstats::coordinator {

class UnitRun {
 public:
  UnitRun() : db_(*Database::Open(":memory:", {Journal::Schema()})), journal_(db_.get(), &SystemClock()) {}
  // Plans and executes what was planned.
  absl::StatusOr<Execution> Run(Unit& unit) {
    ExecuteOptions options{.key = {absl::StrCat("op-", ++runs_), unit.id()},
                           .payload = DigestOf(unit.Inputs()),
                           .approved = PlanUnit(unit),
                           .boot_id = "boot-1"};
    options.progress = [this](absl::string_view text) { told.emplace_back(text); };
    return Execute(unit, journal_, options);
  }
  // "create PATH", "update PATH: BEFORE -> AFTER" of each change, or the error.
  static std::vector<std::string> Plan(Unit& unit) {
    const UnitPlan plan = PlanUnit(unit);
    if (!ErrorOf(plan).empty()) return {ErrorOf(plan)};
    std::vector<std::string> out;
    for (const Change& c : plan.changes()) {
      const std::string verb = c.action() == Change::CREATE   ? "create"
                               : c.action() == Change::UPDATE ? "update"
                               : c.action() == Change::DELETE ? "delete"
                                                              : "run";
      const std::string what =
          absl::StrCat(c.owner() == Change::FOREIGN ? "foreign " : "", verb, " ", c.path());
      out.push_back(verb == "create" ? what : absl::StrCat(what, ": ", c.before(), " -> ", c.after()));
    }
    return out;
  }
  std::vector<std::string> told;

 private:
  std::unique_ptr<Database> db_;
  Journal journal_;
  int runs_ = 0;
};

}  // namespace devstats::coordinator
