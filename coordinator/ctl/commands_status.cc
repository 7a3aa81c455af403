// status, health, wait
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/operation_view.h"

namespace devstats::ctl {
namespace {

constexpr absl::Duration kLookAgain = absl::Seconds(2);

absl::StatusOr<int> DoStatus(Shell& shell) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Status status, client->GetStatus());
  shell.Print(status, [&] {
    return StatusView(status, shell.wide(), shell.io.zone, shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

// What is not well yet; empty when all is.
std::string Failing(const v1::Health& health) {
  std::vector<std::string> failing;
  for (const agent::v1::Check& check : health.checks())
    if (!check.ok()) failing.push_back(absl::StrCat(check.name(), ": ", check.reason()));
  return absl::StrJoin(failing, "; ");
}

absl::StatusOr<int> DoHealth(Shell& shell) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Health health, client->GetHealth());
  shell.Print(health, [&] { return HealthTable(health).Text(shell.PaintFor(shell.io.out_terminal)); });
  return Failing(health).empty() ? kOk : kError;
}

absl::StatusOr<int> DoWait(Shell& shell, const std::string& timeout) {
  int64_t seconds = 0;
  if (!ParsePeriod(timeout, &seconds))
    return Hint(absl::InvalidArgumentError(absl::StrCat("--timeout: not a time: ", timeout)),
                "such as 90s, 10m");
  const absl::Time end = absl::Now() + absl::Seconds(seconds);
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  Interrupt interrupt([] {});
  std::string told;
  while (true) {
    const absl::StatusOr<v1::Health> health = client->GetHealth();
    if (!health.ok() && !absl::IsUnavailable(health.status())) return health.status();
    const std::string why = health.ok() ? Failing(*health) : std::string(health.status().message());
    if (why.empty()) return kOk;
    if (why != told) *shell.io.err << "waiting: " << log::Printable(why) << std::endl;
    told = why;
    if (absl::Now() >= end)
      return Hint(absl::DeadlineExceededError(absl::StrCat("not well after ", timeout, ": ", why)),
                  "devstatsctl health");
    if (interrupt.WaitFor(kLookAgain)) return kInterrupted;
  }
}

}  // namespace

void DeclareStatusCommands(Tree& tree) {
  AddFormat(tree, Verb(tree, &tree.root, "status", "Show the cluster: versions, boxes, the last operation.",
                       DoStatus));
  AddFormat(tree,
            Verb(tree, &tree.root, "health", "Show each check. Exit status 1 when one fails.", DoHealth));
  auto timeout = std::make_shared<std::string>("10m");
  Verb(tree, &tree.root, "wait", "Wait until every check of health passes.",
       [timeout](Shell& shell) { return DoWait(shell, *timeout); })
      ->add_option("--timeout", *timeout, "how long at most")
      ->type_name("TIME")
      ->capture_default_str();
}

}  // namespace devstats::ctl
