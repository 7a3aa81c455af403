// release rollback, uninstall, test, adopt
#include "CLI/CLI.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/release/run_change.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

using v1::ReleaseRequest;

struct NamedFlags : ChangeFlags {
  std::string name, revision;
  std::vector<std::string> names;  // uninstall
};

absl::StatusOr<int> DoRollback(Shell& shell, const NamedFlags& flags) {
  ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::ROLLBACK, flags.name));
  uint32_t revision = 0;
  if (!flags.revision.empty() && !absl::SimpleAtoi(flags.revision, &revision))
    return absl::InvalidArgumentError(
        absl::StrCat("could not convert revision to a number: \"", flags.revision, "\""));
  request.set_revision(revision);
  return RunChange(shell, request, flags);
}

absl::StatusOr<int> DoUninstall(Shell& shell, const NamedFlags& flags) {
  if (flags.names.size() > 1 && !flags.save.empty())
    return absl::InvalidArgumentError("--save-plan keeps the plan of one release");
  for (const std::string& name : flags.names) {
    ASSIGN_OR_RETURN(const ReleaseRequest request, RequestOf(flags, ReleaseRequest::UNINSTALL, name));
    ASSIGN_OR_RETURN(const int code, RunChange(shell, request, flags));
    if (code != kOk) return code;
  }
  return kOk;
}

absl::StatusOr<int> DoPlain(Shell& shell, const NamedFlags& flags, ReleaseRequest::Action action) {
  ASSIGN_OR_RETURN(const ReleaseRequest request, RequestOf(flags, action, flags.name));
  return RunChange(shell, request, flags);
}

// --dry-run as a mere switch.
void AddSimulate(CLI::App& verb, NamedFlags& flags) {
  verb.add_flag_callback(
      "--dry-run", [&flags] { flags.dry_run = "server"; }, "change nothing");
}

CLI::App* DeclareNamed(Tree& tree, CLI::App* noun, const std::string& name, const std::string& description,
                       const std::shared_ptr<NamedFlags>& flags, Run run) {
  CLI::App* verb = Verb(tree, noun, name, description, std::move(run));
  verb->add_option("NAME", flags->name, "of the release")->required();
  AddNamespace(verb, flags->name_space);
  AddTakeoverFlags(*verb, *flags);
  return verb;
}

void DeclareRollback(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<NamedFlags>();
  CLI::App* verb = DeclareNamed(tree, noun, "rollback", "Make an earlier revision the newest one again.",
                                flags, [flags](Shell& shell) { return DoRollback(shell, *flags); });
  verb->add_option("REVISION", flags->revision, "the one before the last unless given");
  AddWaitFlags(*verb, *flags);
  AddHistoryFlags(*verb, *flags);
  AddSimulate(*verb, *flags);
  verb->add_flag("--force-conflicts", flags->force_conflicts, "take fields that others own");
  AddPlanFlags(*verb, *flags);
  RefuseFlags(*verb);
}

void DeclareUninstall(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<NamedFlags>();
  CLI::App* verb = Verb(tree, noun, "uninstall", "Delete releases and all that they made.",
                        [flags](Shell& shell) { return DoUninstall(shell, *flags); });
  verb->add_option("NAME", flags->names, "of releases")->required();
  AddNamespace(verb, flags->name_space);
  AddTakeoverFlags(*verb, *flags);
  for (const char* alias : {"del", "delete", "un"}) verb->alias(alias);
  verb->add_flag("--keep-history", flags->keep_history, "keep its records");
  verb->add_flag("--ignore-not-found", flags->ignore_not_found, "one that is not there is no error");
  verb->add_option("--cascade", flags->cascade, "what objects leave behind: background, foreground or orphan")
      ->type_name("HOW")
      ->capture_default_str();
  verb->add_option("--description", flags->description, "of what was done")->type_name("TEXT");
  verb->add_flag("--wait", flags->wait, "wait until all objects are gone");
  verb->add_option("--timeout", flags->timeout, "of each wait and each hook")
      ->type_name("DURATION")
      ->capture_default_str();
  verb->add_flag("--no-hooks", flags->no_hooks, "run no hooks");
  AddSimulate(*verb, *flags);
  AddPlanFlags(*verb, *flags);
}

void DeclareTest(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<NamedFlags>();
  CLI::App* verb = DeclareNamed(tree, noun, "test", "Run a release's tests.", flags, [flags](Shell& shell) {
    return DoPlain(shell, *flags, ReleaseRequest::TEST);
  });
  SliceFlag(*verb, "--filter", flags->filters, "name=NAME", "only this test; !name=NAME: all but this one");
  verb->add_flag("--logs", flags->logs, "show what the tests' pods print");
  verb->add_option("--timeout", flags->timeout, "of each test")->type_name("DURATION")->capture_default_str();
  verb->add_flag("--hide-notes", flags->hide_notes, "do not show the notes");
  AddFormat(tree, verb);
}

void DeclareAdopt(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<NamedFlags>();
  CLI::App* verb =
      DeclareNamed(tree, noun, "adopt",
                   "Take a release of Helm's as it is: its fields become ours, foreign objects its own.",
                   flags, [flags](Shell& shell) { return DoPlain(shell, *flags, ReleaseRequest::ADOPT); });
  AddWaitFlags(*verb, *flags);
  AddHistoryFlags(*verb, *flags);
  AddDryRun(*verb, *flags);
  verb->add_option("--description", flags->description, "of the revision")->type_name("TEXT");
  verb->add_flag("--hide-notes", flags->hide_notes, "do not show the notes");
  AddPlanFlags(*verb, *flags);
  AddFormat(tree, verb);
}

}  // namespace

void DeclareReleaseChange(Tree& tree, CLI::App* noun) {
  DeclareRollback(tree, noun);
  DeclareUninstall(tree, noun);
  DeclareTest(tree, noun);
  DeclareAdopt(tree, noun);
}

}  // namespace devstats::ctl
