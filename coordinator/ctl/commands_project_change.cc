// project add, archive, remove: cluster.yaml is edited, and applied as by apply. What an edit means is the
// coordinator's to know; here the file is read and written.
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/files.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/await_jobs.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/planning.h"
#include "coordinator/ctl/project_plan.h"

namespace devstats::ctl {
namespace {

constexpr char kAddExamples[] = R"(
The projects are put into the environment's list in cluster.yaml, whose comments and order stay, and the file is applied.
Before that the image of the environment is asked whether it knows them, by name, database and main repository. Run again
after a cut, it goes on.

Examples:
  devstatsctl project add keda flux -e test
  devstatsctl project add keda -e test -f clusters/main.yaml --dry-run)";
constexpr char kArchiveExamples[] = R"(
Sets the project's state in cluster.yaml, which holds in all environments, and applies the file. It is synced no more; its
database and disk stay.

Examples:
  devstatsctl project archive rkt -e prod)";
constexpr char kRemoveExamples[] = R"(
Takes the project from the environment's list in cluster.yaml and applies the file: its cron jobs, pages and disk go. Then
its database is dumped, and dropped. Asks for the project's name, or takes it
from --confirm. Run again after a cut, it goes on.

Examples:
  devstatsctl project remove keda -e test
  devstatsctl project remove keda -e test --confirm keda --no-backup)";

using Edit = v1::EditProjectsRequest;

struct ProjectChange {
  std::string environment, file = kDefaultSpec, confirm;
  std::vector<std::string> names;
  bool yes = false, dry_run = false, skip_image_check = false, no_backup = false, detach = false;
};

// The file as it is and as it will be, with what else there is to say.
struct EditedFile {
  std::string before;
  v1::EditedProjects edited;
};

absl::StatusOr<EditedFile> EditFile(Shell& shell, const ProjectChange& change, Edit::Action action) {
  if (change.file == "-") return absl::InvalidArgumentError("-f: a file is edited; standard input is none");
  EditedFile file;
  ASSIGN_OR_RETURN(file.before, ReadSpec(shell, change.file));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  Edit request;
  request.set_spec(file.before);
  request.set_file(change.file);
  request.set_environment(change.environment);
  request.set_action(action);
  for (const std::string& name : change.names) request.add_names(name);
  ASSIGN_OR_RETURN(file.edited, client->EditProjects(request));
  for (const std::string& note : file.edited.notes()) *shell.io.err << log::Printable(note) << "\n";
  *shell.io.err << LossesView(change.names[0], file.edited) << std::flush;
  return file;
}

// The job that asks the image: a new one, or the one that is queued already.
absl::StatusOr<std::string> AskImage(Client& client, const std::string& environment) {
  v1::CreateJobRequest request;
  request.set_environment(environment);
  request.set_kind("image-projects");
  const absl::StatusOr<v1::Job> job = client.CreateJob(request);
  if (job.ok()) return job->id();
  if (!absl::IsAlreadyExists(job.status()))
    return Hint(Annotate(job.status(), "the image cannot be asked which projects it knows"),
                "--skip-image-check goes on without");
  v1::ListJobsRequest open;
  open.set_environment(environment);
  open.set_kind("image-projects");
  open.add_states("queued");
  ASSIGN_OR_RETURN(const v1::JobList list, client.ListJobs(open));
  if (list.jobs().empty())
    return absl::UnavailableError("the job that asked the image has just begun; again");
  return list.jobs(0).id();
}

absl::Status CheckImage(Shell& shell, const ProjectChange& change, const std::string& spec) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const std::string id, AskImage(*client, change.environment));
  ASSIGN_OR_RETURN(const v1::Job job, AwaitJob(shell, *client, id));
  if (const absl::Status status = SucceededOrWhy(job); !status.ok())
    return Hint(status, absl::StrCat("devstatsctl job logs ", id, "; --skip-image-check goes on without"));
  v1::CompareProjectsRequest request;
  request.set_spec(spec);
  request.set_file(change.file);
  request.set_environment(change.environment);
  for (const std::string& name : change.names) request.add_names(name);
  request.set_job(id);
  ASSIGN_OR_RETURN(const v1::ProjectDifferences differences, client->CompareProjects(request));
  std::string told;
  absl::Status missing = MissingInImage(differences, &told);
  *shell.io.err << told;
  return missing;
}

absl::StatusOr<SavedPlan> ShowPlan(Shell& shell, const ProjectChange& change, const EditedFile& file) {
  const Paint paint = shell.PaintFor(shell.io.out_terminal);
  *shell.io.out << EditView(change.file, file.before, file.edited.spec(), paint);
  ASSIGN_OR_RETURN(SavedPlan saved, PlanOf(shell, {.file = change.file, .spec = file.edited.spec()}));
  *shell.io.out << PlanView(saved.plan, saved.digest, paint) << std::flush;
  RETURN_IF_ERROR(CheckUnknown(saved.plan));
  return saved;
}

// Before the apply: a file that is behind the cluster would take back what was done.
absl::Status WriteEdit(const Shell& shell, const ProjectChange& change, const EditedFile& file) {
  if (file.edited.spec() == file.before) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string now, ReadSpec(shell, change.file));
  if (now != file.before)
    return Hint(
        absl::AbortedError(absl::StrCat(change.file, " has been changed meanwhile; nothing was done")),
        "run it again");
  RETURN_IF_ERROR(WriteFileAtomic(change.file, file.edited.spec()), change.file);
  *shell.io.err << change.file << " written\n";
  return absl::OkStatus();
}

int ExitOfDryRun(const EditedFile& file, const SavedPlan& saved) {
  const PlanCounts counts = CountPlan(saved.plan);
  return file.before != file.edited.spec() || counts.changes() + counts.deferred > 0 ? kPending : kOk;
}

absl::StatusOr<int> EditAndApply(Shell& shell, const ProjectChange& change, const EditedFile& file) {
  ASSIGN_OR_RETURN(const SavedPlan saved, ShowPlan(shell, change, file));
  if (change.dry_run) return ExitOfDryRun(file, saved);
  RETURN_IF_ERROR(AskConsent(shell, saved, change.yes, ""));
  RETURN_IF_ERROR(WriteEdit(shell, change, file));
  return ApplyPlan(shell, saved, "", change.detach);
}

absl::StatusOr<int> DoProjectAdd(Shell& shell, const ProjectChange& change) {
  ASSIGN_OR_RETURN(const EditedFile file, EditFile(shell, change, Edit::ADD));
  if (change.dry_run && !change.skip_image_check) {
    *shell.io.err << "the image is not asked in a dry run\n";
  } else if (!change.skip_image_check) {
    const absl::Status checked = CheckImage(shell, change, file.edited.spec());
    if (absl::IsCancelled(checked)) return kInterrupted;
    RETURN_IF_ERROR(checked);
  }
  ASSIGN_OR_RETURN(const int code, EditAndApply(shell, change, file));
  if (code == kOk && !change.dry_run)
    *shell.io.err << "databases are filled by jobs: devstatsctl job list -e " << change.environment << "\n";
  return code;
}

absl::StatusOr<int> DoProjectArchive(Shell& shell, const ProjectChange& change) {
  ASSIGN_OR_RETURN(const EditedFile file, EditFile(shell, change, Edit::ARCHIVE));
  return EditAndApply(shell, change, file);
}

// The project's name, by option or at the terminal.
absl::Status AskName(const Shell& shell, const ProjectChange& change) {
  const std::string& name = change.names[0];
  if (change.confirm == name) return absl::OkStatus();
  if (!change.confirm.empty())
    return absl::FailedPreconditionError(absl::StrCat("--confirm ", change.confirm, " is not ", name));
  return AskTyped(shell, {.prompt = absl::StrCat(
                              "What stands above as going is destroyed",
                              change.no_backup ? ", without a backup" : ", its database after a backup",
                              ". Type the project's name: "),
                          .answer = name,
                          .hint = absl::StrCat("--confirm ", name, " if that is what you mean")});
}

absl::StatusOr<int> DropDatabase(Shell& shell, const ProjectChange& change) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::DropProjectRequest request;
  request.set_environment(change.environment);
  request.set_project(change.names[0]);
  request.set_confirm(change.names[0]);
  request.set_no_backup(change.no_backup);
  ASSIGN_OR_RETURN(const v1::JobList jobs, client->DropProject(request));
  if (jobs.jobs().empty()) *shell.io.err << "it has no database\n";
  for (const v1::Job& job : jobs.jobs()) *shell.io.out << log::Printable(job.id()) << "\n" << std::flush;
  for (const v1::Job& job : jobs.jobs()) {
    if (change.detach) break;
    const absl::StatusOr<v1::Job> ended = AwaitJob(shell, *client, job.id());
    if (absl::IsCancelled(ended.status())) return kInterrupted;
    RETURN_IF_ERROR(ended.status());
    if (const absl::Status status = SucceededOrWhy(*ended); !status.ok())
      return Hint(status, absl::StrCat("devstatsctl job logs ", ended->id(),
                                       "; when the cause is mended, run this again: it goes on"));
  }
  return kOk;
}

absl::StatusOr<int> DoProjectRemove(Shell& shell, const ProjectChange& change) {
  ASSIGN_OR_RETURN(const EditedFile file, EditFile(shell, change, Edit::REMOVE));
  ASSIGN_OR_RETURN(const SavedPlan saved, ShowPlan(shell, change, file));
  RETURN_IF_ERROR(DestroysOnly(saved.plan, change.environment, file.edited.claim()));
  if (change.dry_run) return ExitOfDryRun(file, saved);
  RETURN_IF_ERROR(AskName(shell, change));
  RETURN_IF_ERROR(WriteEdit(shell, change, file));
  // The database goes when nothing works on it any more: after the apply, not beside it.
  ASSIGN_OR_RETURN(const int code, ApplyPlan(shell, saved, saved.digest));
  return code == kOk ? DropDatabase(shell, change) : absl::StatusOr<int>(code);
}

CLI::App* DeclareChange(Tree& tree, CLI::App* noun, const char* name, const char* what, bool many,
                        absl::StatusOr<int> (*run)(Shell&, const ProjectChange&), const char* footer,
                        std::shared_ptr<ProjectChange>* out) {
  auto change = std::make_shared<ProjectChange>();
  CLI::App* verb = Verb(tree, noun, name, what, [change, run](Shell& shell) { return run(shell, *change); });
  verb->add_option("PROJECT", change->names, many ? "which" : "which one")
      ->required()
      ->expected(1, many ? 1000 : 1);
  AddEnvironment(verb, [change](const std::string& env) { change->environment = env; });
  verb->add_option("-f,--file", change->file, "the cluster.yaml to edit and apply")
      ->type_name("SPEC")
      ->capture_default_str();
  verb->add_flag("--dry-run", change->dry_run,
                 "show the edit and the plan, write nothing; exit status 2 when there is something to do");
  verb->add_flag("--detach", change->detach, "do not watch");
  verb->footer(footer);
  *out = change;
  return verb;
}

}  // namespace

void DeclareProjectChanges(Tree& tree, CLI::App* noun) {
  std::shared_ptr<ProjectChange> change;
  CLI::App* verb =
      DeclareChange(tree, noun, "add", "Add projects to an environment, in cluster.yaml and the cluster.",
                    true, DoProjectAdd, kAddExamples, &change);
  verb->add_flag("-y,--yes", change->yes, "do not ask (never covers plans that destroy data)");
  verb->add_flag("--skip-image-check", change->skip_image_check,
                 "do not ask the image whether it knows the projects");
  verb = DeclareChange(tree, noun, "archive", "Archive a project: it is synced no more, its data stays.",
                       false, DoProjectArchive, kArchiveExamples, &change);
  verb->add_flag("-y,--yes", change->yes, "do not ask (never covers plans that destroy data)");
  verb =
      DeclareChange(tree, noun, "remove", "Remove a project from an environment, with its database and disk.",
                    false, DoProjectRemove, kRemoveExamples, &change);
  verb->add_flag("--no-backup", change->no_backup, "drop its database without a dump");
  verb->add_option("--confirm", change->confirm, "name of the project, in place of an answer")
      ->type_name("PROJECT");
}

}  // namespace devstats::ctl
