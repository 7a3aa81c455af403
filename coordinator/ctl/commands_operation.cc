// operation list, show, resume, approve, abort; events
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/attend.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/operation_view.h"
#include "coordinator/ctl/output.h"
#include "coordinator/ctl/progress.h"

namespace devstats::ctl {
namespace {

v1::OperationRequest Which(const std::string& id) {
  v1::OperationRequest request;
  request.set_id(id);
  return request;
}

absl::StatusOr<int> DoListOperations(Shell& shell, uint32_t limit) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::ListOperationsRequest request;
  request.set_limit(limit);
  ASSIGN_OR_RETURN(const v1::OperationList list, client->ListOperations(request));
  shell.Print(
      list, [&] { return OperationTable(list, shell.io.zone).Text(shell.PaintFor(shell.io.out_terminal)); });
  return kOk;
}

absl::StatusOr<int> DoShowOperation(Shell& shell, const std::string& id) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Operation operation, client->GetOperation(Which(id)));
  shell.Print(operation, [&] {
    const Paint paint = shell.PaintFor(shell.io.out_terminal);
    return absl::StrCat(OperationView(operation, shell.io.zone, paint), ApprovalsView(operation, paint));
  });
  return kOk;
}

struct OperationChange {
  std::string id, unit, confirm;
  bool detach = false;
};

// The last event so far, so that what is watched after a change begins with that change.
absl::StatusOr<uint64_t> LastEvent(Client& client, const std::string& id) {
  v1::WatchRequest request;
  request.set_operation(id);
  uint64_t last = 0;
  RETURN_IF_ERROR(client.Watch(request, [&](const events::v1::Event& event) { last = event.id(); }));
  return last;
}

absl::StatusOr<int> ChangeAndWatch(Shell& shell, const OperationChange& change,
                                   const std::function<absl::StatusOr<v1::Operation>(Client&)>& act) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const uint64_t since, LastEvent(*client, change.id));
  ASSIGN_OR_RETURN(const v1::Operation operation, act(*client));
  if (change.detach) return kOk;
  return Attend(shell, *client, operation, since);
}

absl::StatusOr<int> DoResume(Shell& shell, const OperationChange& change) {
  return ChangeAndWatch(shell, change,
                        [&](Client& client) { return client.ResumeOperation(Which(change.id)); });
}

absl::StatusOr<int> DoApprove(Shell& shell, const OperationChange& change) {
  v1::ApproveRequest request;
  request.set_id(change.id);
  request.set_unit(change.unit);
  request.set_confirm(change.confirm);
  return ChangeAndWatch(shell, change, [&](Client& client) { return client.ApproveOperation(request); });
}

absl::StatusOr<int> DoAbort(Shell& shell, const std::string& id) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Operation operation, client->AbortOperation(Which(id)));
  *shell.io.err << (operation.state() == "running" ? "no further unit starts; what runs on a box ends there\n"
                                                   : "operation " + log::Printable(operation.state()) + "\n");
  return kOk;
}

absl::StatusOr<int> DoEvents(Shell& shell, const v1::WatchRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  Interrupt interrupt([client] { client->CancelStreams(); });
  const Listener listener{[&](const events::v1::Event& event) {
                            *shell.io.out << (shell.ForPeople() ? EventLine(event, shell.io.zone)
                                                                : FormattedEvent(event, shell.format))
                                          << std::flush;
                          },
                          [&](const absl::Status& status) {
                            *shell.io.err << log::Printable(status.message()) << "; trying again\n";
                          }};
  const absl::Status status = FollowEvents(*client, request, listener, interrupt);
  if (absl::IsCancelled(status)) return kInterrupted;
  RETURN_IF_ERROR(status);
  return kOk;
}

CLI::App* Changing(Tree& tree, CLI::App* noun, const std::string& name, const std::string& description,
                   absl::StatusOr<int> (*act)(Shell&, const OperationChange&),
                   const std::shared_ptr<OperationChange>& change) {
  CLI::App* verb =
      Verb(tree, noun, name, description, [act, change](Shell& shell) { return act(shell, *change); });
  verb->add_option("ID", change->id, "of the operation")->required();
  verb->add_flag("--detach", change->detach, "do not watch");
  return verb;
}

void DeclareEvents(Tree& tree) {
  auto request = std::make_shared<v1::WatchRequest>();
  CLI::App* events = Verb(tree, &tree.root, "events", "Print what happened, one line an event.",
                          [request](Shell& shell) { return DoEvents(shell, *request); });
  events->add_flag_callback(
      "--follow", [request] { request->set_follow(true); }, "go on with what happens next");
  events
      ->add_option_function<uint64_t>(
          "--since", [request](uint64_t id) { request->set_since(id); }, "events after this one")
      ->type_name("ID");
  events
      ->add_option_function<std::string>(
          "--operation", [request](const std::string& id) { request->set_operation(id); },
          "events of one operation; with --follow, until it ends")
      ->type_name("ID");
  AddFormat(tree, events);
}

}  // namespace

void DeclareOperationCommands(Tree& tree) {
  DeclareEvents(tree);
  CLI::App* noun = Noun(tree, "operation", "What was applied, and what is under way.");

  auto limit = std::make_shared<uint32_t>(20);
  CLI::App* verb = Verb(tree, noun, "list", "List operations, the newest first.",
                        [limit](Shell& shell) { return DoListOperations(shell, *limit); });
  verb->add_option("-n,--limit", *limit, "how many")->type_name("N")->capture_default_str();
  AddFormat(tree, verb);

  auto shown = std::make_shared<std::string>();
  verb = Verb(tree, noun, "show", "Show an operation, its units, and what waits for an approval.",
              [shown](Shell& shell) { return DoShowOperation(shell, *shown); });
  verb->add_option("ID", *shown, "of the operation")->required();
  AddFormat(tree, verb);

  Changing(tree, noun, "resume", "Go on with a failed operation, and watch.", DoResume,
           std::make_shared<OperationChange>());

  auto approval = std::make_shared<OperationChange>();
  verb = Changing(tree, noun, "approve", "Approve the plan that a unit waits with, and watch.", DoApprove,
                  approval);
  verb->add_option("UNIT", approval->unit, "the unit that waits")->required();
  verb->add_option("--confirm", approval->confirm, "digest of its plan, as operation show prints it")
      ->type_name("DIGEST")
      ->required();

  auto aborted = std::make_shared<std::string>();
  verb = Verb(tree, noun, "abort", "Start no further unit; what runs on a box ends there.",
              [aborted](Shell& shell) { return DoAbort(shell, *aborted); });
  verb->add_option("ID", *aborted, "of the operation")->required();
}

}  // namespace devstats::ctl
