#include "coordinator/ctl/attend.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/display.h"
#include "coordinator/ctl/plan_view.h"

namespace devstats::ctl {
namespace {

void Detach(const Shell& shell, const std::string& id) {
  *shell.io.err << "detached; operation " << id << " goes on\n"
                << "  watch it: devstatsctl events --follow --operation " << id << "\n"
                << "  abort it: devstatsctl operation abort " << id << "\n";
}

absl::StatusOr<int> Ended(const Shell& shell, const v1::Operation& operation) {
  if (operation.state() == "done") return kOk;
  if (operation.state() == "awaiting-approval") {
    *shell.io.out << ApprovalsView(operation, shell.PaintFor(shell.io.out_terminal));
    return kPending;
  }
  const std::string what = absl::StrCat("operation ", operation.id(), " ", operation.state());
  absl::Status status =
      absl::AbortedError(operation.error().empty() ? what : absl::StrCat(what, ": ", operation.error()));
  if (operation.state() == "failed")
    status =
        Hint(std::move(status),
             operation.hint().empty()
                 ? absl::StrCat("when the cause is mended: devstatsctl operation resume ", operation.id())
                 : operation.hint());
  return status;
}

// As a shell takes it for one word: names of units may have blanks.
std::string Word(const std::string& name) {
  const std::string printable = log::Printable(name);
  return absl::StrContains(printable, ' ') ? absl::StrCat("'", printable, "'") : printable;
}

}  // namespace

std::string ApprovalsView(const v1::Operation& operation, const Paint& paint) {
  std::string out;
  for (const v1::UnitState& unit : operation.units()) {
    if (!unit.has_amended()) continue;
    absl::StrAppend(&out, UnitView(unit.amended(), paint),
                    "goes beyond what was approved; approve exactly this:\n",
                    "  devstatsctl operation approve ", log::Printable(operation.id()), " ",
                    Word(unit.unit()), " --confirm ", DigestOf(unit.amended()), "\n");
  }
  return out;
}

absl::StatusOr<Attended> AttendQuietly(Shell& shell, Client& client, const v1::Operation& operation,
                                       uint64_t since, const Patience& patience) {
  std::vector<std::string> units;
  for (const v1::UnitState& unit : operation.units()) units.push_back(unit.unit());
  std::string totals;
  absl::StatusOr<v1::Operation> ended;
  {
    Display display(shell, units);
    Interrupt interrupt([&client] { client.CancelStreams(); });
    const Listener listener{[&](const events::v1::Event& event) { display.OnEvent(event); },
                            [&](const absl::Status& status) { display.OnOutage(status); }};
    ended = FollowOperation(client, operation.id(), since, listener, interrupt, patience);
    totals = display.Summary();
  }
  if (absl::IsCancelled(ended.status())) {
    Detach(shell, operation.id());
    return ended.status();
  }
  if (!ended.ok())
    return Hint(
        ended.status(),
        absl::StrCat("the operation does not need us; later: devstatsctl operation show ", operation.id()));
  return Attended{*std::move(ended), std::move(totals)};
}

absl::StatusOr<int> Attend(Shell& shell, Client& client, const v1::Operation& operation, uint64_t since,
                           const Patience& patience) {
  const absl::StatusOr<Attended> attended = AttendQuietly(shell, client, operation, since, patience);
  if (absl::IsCancelled(attended.status())) return kInterrupted;
  RETURN_IF_ERROR(attended.status());
  *shell.io.out << attended->totals;
  return Ended(shell, attended->operation);
}

}  // namespace devstats::ctl
