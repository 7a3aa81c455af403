#include "agent/resources/services.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/host/systemd.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr int kLastWords = 10;

std::string UnitOf(const std::string& name) {
  return absl::StrContains(name, '.') ? name : absl::StrCat(name, ".service");
}

// Started at boot by its own install section, or by whoever wants it.
bool StartsAtBoot(const std::string& file) {
  static const std::set<std::string> kStates = {"enabled", "static", "alias", "indirect", "generated"};
  return kStates.contains(file);
}

}  // namespace

absl::StatusOr<Json> ServicesResource::Observe() {
  Json units = Json::object();
  for (const std::string& name : desired_.names()) {
    const std::string unit = UnitOf(name);
    ASSIGN_OR_RETURN(const UnitState state, host_->systemd().Get(unit), unit);
    units[unit] = {{"there", state.load != "not-found"},
                   {"masked", state.load == "masked"},
                   {"boots", StartsAtBoot(state.file)},
                   {"runs", state.active == "active" || state.active == "reloading"}};
  }
  return units;
}

absl::StatusOr<UnitPlan> ServicesResource::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const auto& [unit, state] : observed.items()) {
    if (!state["there"])
      return Hint(absl::FailedPreconditionError(absl::StrCat("there is no unit ", unit, " on this box")),
                  "add the package that brings it to os.packages, or check its spelling");
    // Somebody has forbidden it on purpose.
    if (state["masked"]) AddRun(&plan, absl::StrCat("unmask ", unit), Change::FOREIGN);
    if (!state["boots"]) AddRun(&plan, absl::StrCat("enable ", unit));
    if (!state["runs"]) AddRun(&plan, absl::StrCat("start ", unit));
  }
  return plan;
}

absl::Status ServicesResource::BringUp(const std::string& unit) {
  RETURN_IF_ERROR(host_->systemd().Start(unit));
  ASSIGN_OR_RETURN(const UnitState state, host_->systemd().Get(unit));
  if (state.active != "failed") return absl::OkStatus();
  std::string words;
  if (auto lines = host_->systemd().Journal(unit, kLastWords); lines.ok())
    for (const JournalLine& line : *lines) absl::StrAppend(&words, "\n", log::Printable(line.text));
  return absl::InternalError(absl::StrCat(unit, " started and failed; its last words:", words));
}

absl::Status ServicesResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(c.path());
    absl::string_view unit = c.path();
    if (absl::ConsumePrefix(&unit, "unmask "))
      RETURN_IF_ERROR(host_->systemd().Unmask(std::string(unit)));
    else if (absl::ConsumePrefix(&unit, "enable "))
      RETURN_IF_ERROR(host_->systemd().Enable(std::string(unit)));
    else if (absl::ConsumePrefix(&unit, "start "))
      RETURN_IF_ERROR(BringUp(std::string(unit)));
    FaultPoint("services.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
