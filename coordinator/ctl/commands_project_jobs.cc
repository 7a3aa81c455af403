// project provision, restore, reinit, sync, logs
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/ask_name.h"
#include "coordinator/ctl/await_jobs.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/job_flags.h"
#include "coordinator/ctl/job_view.h"
#include "coordinator/ctl/options.h"
#include "coordinator/devstats/jobs/kinds.h"

namespace devstats::ctl {
namespace {

constexpr char kProvisionExamples[] = R"(
Each project is a job of its own, queued behind what runs; prints their ids. What runs goes on without this command.

Examples:
  devstatsctl project provision keda -e test --cpus 8 --wait
  devstatsctl project provision -e prod --since 2026-08-01 --skip-add-all
  devstatsctl project provision keda -e test --drop-database --confirm keda)";
constexpr char kRestoreExamples[] = R"(
A backup comes first, unless there is no database yet or --no-backup is given. The dump is fetched whole and checked
(its size, its list, its age) before anything is dropped; syncs and other work on the project are waited for.

Examples:
  devstatsctl project restore keda -e test                 # asks for its name
  devstatsctl project restore keda -e prod --from https://teststats.cncf.io/backups/ --max-age 7 --confirm keda
  devstatsctl project restore 'k*' -e test --no-backup --confirm keda --confirm kubernetes --wait)";
constexpr char kReinitExamples[] = R"(
Examples:
  devstatsctl project reinit keda -e test --giant wait
  devstatsctl project reinit kubernetes -e prod --cpus 16 --allow-metric-fail --max-run calc_metric:48h:102
  devstatsctl project reinit keda -e test --tsdb-drop --confirm keda)";
constexpr char kSyncExamples[] = R"(
Runs what the project's cron would run, never beside it; healthy when gha_logs says so, whatever its pod says.

Examples:
  devstatsctl project sync keda -e test --wait
  devstatsctl project sync 'k*' -e test)";
constexpr char kLogsOfProjectExamples[] = R"(
Of its newest pod: of its syncs, affiliations or jobs, with what comes before it (a dump that is fetched and checked).
When none is left, its rows of gha_logs.

Examples:
  devstatsctl project logs keda -e test
  devstatsctl project logs kubernetes -e prod --sync -n 500 --follow)";

struct ProjectWork {
  std::string kind;
  v1::ListProjectsRequest selection;
  std::shared_ptr<JobOptions> options = std::make_shared<JobOptions>();
  std::vector<std::string> confirmed;
  bool no_backup = false, wait = false;
};

v1::CreateJobRequest JobFor(const ProjectWork& work, const std::string& project) {
  v1::CreateJobRequest request;
  request.set_environment(work.selection.environment());
  request.set_project(project);
  request.set_kind(work.kind);
  request.mutable_options()->insert(work.options->begin(), work.options->end());
  request.set_confirm(project);  // only what was confirmed comes so far
  request.set_no_backup(work.no_backup);
  return request;
}

absl::StatusOr<v1::ProjectList> SelectedBy(Client& client, const v1::ListProjectsRequest& selection) {
  if (selection.names().empty() && selection.states().empty() && selection.since().empty())
    return Hint(absl::InvalidArgumentError("no project is named"),
                "names, globs, --state or --since; '*' is all");
  ASSIGN_OR_RETURN(v1::ProjectList list, client.ListProjects(selection));
  if (list.projects().empty()) return absl::NotFoundError("no project fits");
  return list;
}

// For each of them, before anything is queued.
absl::Status ConfirmAll(const Shell& shell, const ProjectWork& work, const v1::ProjectList& projects) {
  const jobs::KindSpec& kind = **jobs::FindKind(work.kind);
  ASSIGN_OR_RETURN(const Json options, jobs::ParseOptions(kind, *work.options));
  const std::string destroys = jobs::Destroys(kind, options);
  if (destroys.empty()) return absl::OkStatus();
  const char* backup = "";
  if (jobs::ReplacesDatabase(kind, options))
    backup = work.no_backup ? ", without a backup before" : ", after a backup of what is there";
  for (const v1::Project& project : projects.projects())
    RETURN_IF_ERROR(
        AskForName(shell,
                   absl::StrCat(work.kind, " of ", project.name(), " in ", work.selection.environment(),
                                " (database ", project.database(), ") ", destroys, backup),
                   project.name(), work.confirmed));
  return absl::OkStatus();
}

absl::StatusOr<int> DoProjectWork(Shell& shell, const ProjectWork& work) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ProjectList projects, SelectedBy(*client, work.selection));
  RETURN_IF_ERROR(ConfirmAll(shell, work, projects));
  std::vector<v1::Job> queued;
  bool failed = false;
  for (const v1::Project& project : projects.projects()) {
    absl::StatusOr<v1::Job> job = client->CreateJob(JobFor(work, project.name()));
    if (!job.ok()) {  // the others are worth their place all the same
      PrintError(Annotate(job.status(), project.name()), *shell.io.err);
      failed = true;
      continue;
    }
    if (!job->after().empty())
      *shell.io.err << log::Printable(job->after()) << " comes before it: a backup\n";
    if (shell.ForPeople()) *shell.io.out << log::Printable(job->id()) << "\n" << std::flush;
    queued.push_back(*std::move(job));
  }
  int code = kOk;
  if (work.wait && !queued.empty()) {
    ASSIGN_OR_RETURN(code, AwaitJobs(shell, *client, &queued));
  }
  v1::JobList list;
  for (v1::Job& job : queued) *list.add_jobs() = std::move(job);
  if (!shell.ForPeople()) shell.Print(list, [] { return ""; });
  return failed && code == kOk ? static_cast<int>(kError) : code;
}

absl::StatusOr<int> DoLogsOfProject(Shell& shell, const v1::ProjectLogsRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  const Interrupt interrupt([client] { client->CancelStreams(); });
  std::string source;
  const absl::Status status = client->ProjectLogs(request, [&](const v1::ProjectLogLine& line) {
    if (line.source() != source) *shell.io.err << "of " << log::Printable(line.source()) << ":\n";
    source = line.source();
    *shell.io.out << log::Printable(line.line()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(status)) return kInterrupted;
  RETURN_IF_ERROR(status);
  return kOk;
}

bool MayDestroy(const jobs::KindSpec& kind) {
  if (kind.destroys) return true;
  for (const std::string& name : kind.options)
    if ((*jobs::FindOption(kind, name))->destroys) return true;
  return false;
}

void DeclareWork(Tree& tree, CLI::App* noun, const char* kind_name, const char* what, const char* footer) {
  auto work = std::make_shared<ProjectWork>();
  work->kind = kind_name;
  CLI::App* verb =
      Verb(tree, noun, kind_name, what, [work](Shell& shell) { return DoProjectWork(shell, *work); });
  AddSelection(verb, "PROJECT", &work->selection);
  AddJobFlags(verb, kind_name, work->options);
  const jobs::KindSpec& kind = **jobs::FindKind(kind_name);
  if (MayDestroy(kind)) {
    verb->add_option("--confirm", work->confirmed,
                     "name of the project, instead of typing it; once for each that loses data")
        ->allow_extra_args(false)
        ->type_name("PROJECT");
    verb->add_flag("--no-backup", work->no_backup, "replace or drop the database without a backup before");
  }
  verb->add_flag("--wait", work->wait, "until all have ended; the exit status says whether well");
  AddFormat(tree, verb);
  verb->footer(footer);
}

void DeclareLogsOfProject(Tree& tree, CLI::App* noun) {
  auto request = std::make_shared<v1::ProjectLogsRequest>();
  CLI::App* verb = Verb(tree, noun, "logs", "Print what a project's newest pod says, or said last.",
                        [request](Shell& shell) { return DoLogsOfProject(shell, *request); });
  verb->add_option_function<std::string>(
          "PROJECT", [request](const std::string& name) { request->set_project(name); }, "whose")
      ->required();
  AddEnvironment(verb, request.get());
  verb->add_option_function<uint32_t>(
          "-n,--lines", [request](uint32_t lines) { request->set_lines(lines); }, "the last so many")
      ->type_name("N")
      ->default_str("100");
  verb->add_flag_callback(
      "-f,--follow", [request] { request->set_follow(true); }, "go on until the pod has ended");
  CLI::Option* sync = verb->add_flag_callback(
      "--sync", [request] { request->set_what("sync"); }, "of its syncs alone");
  verb->add_flag_callback(
          "--affiliations", [request] { request->set_what("affiliations"); }, "of its affiliations alone")
      ->excludes(sync);
  verb->footer(kLogsOfProjectExamples);
}

}  // namespace

void DeclareProjectJobCommands(Tree& tree, CLI::App* noun) {
  DeclareWork(tree, noun, "provision", "Create and fill projects' databases.", kProvisionExamples);
  DeclareWork(tree, noun, "restore", "Replace projects' databases by dumps.", kRestoreExamples);
  DeclareWork(tree, noun, "reinit", "Compute projects' series anew.", kReinitExamples);
  DeclareWork(tree, noun, "sync", "Bring projects up to date now.", kSyncExamples);
  DeclareLogsOfProject(tree, noun);
}

}  // namespace devstats::ctl
