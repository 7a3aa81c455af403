// backup list, run, verify, prune
#include <algorithm>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/await_jobs.h"
#include "coordinator/ctl/backup_view.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/options.h"

namespace devstats::ctl {
namespace {

using Request = v1::StartBackupsRequest;

constexpr char kBackupListExamples[] = R"(
Ages are those of files, when they were listed. A job looks at the volume; --cached shows what the newest such job
has seen, and starts none.

Examples:
  devstatsctl backup list -e prod
  devstatsctl backup list -e prod --cached -o wide     # also earlier dumps, and which are good as last read)";
constexpr char kBackupRunExamples[] = R"(
Without projects: all that are active. One job for each; it has succeeded when there is a new dump that can be read to
its end. Until then the dump before it is set aside, and put back when the new one is not good.

Examples:
  devstatsctl backup run -e prod keda --wait
  devstatsctl backup run -e prod 'kube*' --keep-previous
  devstatsctl backup run -e prod)";
constexpr char kBackupVerifyExamples[] = R"(
Reads the list of each dump, and each archive of events as a whole. Exit status 1: one cannot be read.

Examples:
  devstatsctl backup verify -e prod
  devstatsctl backup verify -e prod keda --whole       # each dump to its end: slow, and finds what was cut off)";
constexpr char kBackupPruneExamples[] = R"(
First reads all files, then shows what would go, then asks for the environment's name. The newest good dump of a
database always stays (--orphans: of a database of no project it does not), and so does what has changed since it was
shown. With both bounds, what either keeps stays.

Examples:
  devstatsctl backup prune -e prod --keep-days 60 --dry-run
  devstatsctl backup prune -e prod --keep-last 2
  devstatsctl backup prune -e test --keep-days 30 --keep-last 1 --confirm test)";

// What the jobs' pods say besides their reports.
Awaiting WithWords(Shell& shell) {
  Awaiting how;
  how.line = [&shell](absl::string_view line) {
    if (!absl::StartsWith(line, "devstats-backup-"))
      *shell.io.err << log::Printable(line) << "\n" << std::flush;
  };
  return how;
}

// Starts the one job of the request and waits for it; its id.
absl::StatusOr<std::string> RunOne(Shell& shell, Client& client, const Request& request) {
  ASSIGN_OR_RETURN(const v1::JobList list, client.StartBackups(request));
  if (list.jobs_size() != 1) return absl::InternalError("the coordinator has not started one job");
  const std::string& id = list.jobs(0).id();
  *shell.io.err << "job " << log::Printable(id) << " is at it\n" << std::flush;
  ASSIGN_OR_RETURN(const v1::Job ended, AwaitJob(shell, client, id, WithWords(shell)));
  RETURN_IF_ERROR(SucceededOrWhy(ended));
  return id;
}

absl::StatusOr<v1::BackupList> ReportOf(Client& client, const std::string& environment,
                                        const std::string& job) {
  v1::ListBackupsRequest request;
  request.set_environment(environment);
  request.set_job(job);
  return client.ListBackups(request);
}

absl::StatusOr<int> DoBackupList(Shell& shell, const Request& request, bool cached) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  std::string job;
  if (!cached) {
    absl::StatusOr<std::string> done = RunOne(shell, *client, request);
    if (absl::IsCancelled(done.status())) return kInterrupted;
    if (absl::IsPermissionDenied(done.status()))
      return Hint(done.status(), "--cached shows the newest list without making one");
    ASSIGN_OR_RETURN(job, std::move(done));
  }
  ASSIGN_OR_RETURN(const v1::BackupList list, ReportOf(*client, request.environment(), job));
  shell.Print(list,
              [&] { return BackupListView(list, shell.wide(), shell.PaintFor(shell.io.out_terminal)); });
  if (shell.ForPeople())
    *shell.io.err << "as of " << Moment(list.time_ms(), shell.io.zone) << ", by "
                  << log::Printable(list.job()) << "\n";
  return kOk;
}

absl::StatusOr<int> DoBackupRun(Shell& shell, const Request& request, bool wait) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(v1::JobList list, client->StartBackups(request));
  int code = kOk;
  if (wait) {
    for (const v1::Job& job : list.jobs())
      *shell.io.err << "queued " << log::Printable(job.id()) << " for " << log::Printable(job.project())
                    << "\n";
    std::vector<v1::Job> jobs(list.jobs().begin(), list.jobs().end());
    ASSIGN_OR_RETURN(code, AwaitJobs(shell, *client, &jobs, WithWords(shell)));
    if (code == kInterrupted) return code;
    list.mutable_jobs()->Assign(jobs.begin(), jobs.end());
  }
  shell.Print(list, [&] {
    Table table({"JOB", "PROJECT", "STATE", "MESSAGE"});
    for (const v1::Job& job : list.jobs())
      table.Row({job.id(),
                 job.project(),
                 {job.state(), job.state() == "failed" ? Color::kRed : Color::kNone},
                 job.message()});
    return table.Text(shell.PaintFor(shell.io.out_terminal));
  });
  return code;
}

absl::StatusOr<int> DoBackupVerify(Shell& shell, const Request& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  absl::StatusOr<std::string> job = RunOne(shell, *client, request);
  if (absl::IsCancelled(job.status())) return kInterrupted;
  RETURN_IF_ERROR(job.status());
  ASSIGN_OR_RETURN(const v1::BackupList list, ReportOf(*client, request.environment(), *job));
  shell.Print(list, [&] { return BackupCheckView(list, shell.PaintFor(shell.io.out_terminal)); });
  return list.bad() == 0 ? kOk : kError;
}

// The environment's name: given, or typed.
absl::StatusOr<std::string> NameTyped(Shell& shell, const std::string& environment,
                                      const std::string& given) {
  if (!given.empty()) return given;
  RETURN_IF_ERROR(
      AskTyped(shell, {.prompt = "They are lost then. The environment's name, if you mean it: ",
                       .answer = environment,
                       .undone = "nothing was removed",
                       .hint = absl::StrCat("--confirm ", environment, " removes them without asking")}));
  return environment;
}

struct BackupPrune {
  v1::PlanPruneRequest keep;
  bool dry_run = false, whole = false;
  std::string confirm;
};

absl::StatusOr<int> DoBackupPrune(Shell& shell, const BackupPrune& prune) {
  const std::string& environment = prune.keep.environment();
  if (prune.keep.keep_days() == 0 && prune.keep.keep_last() == 0)
    return absl::InvalidArgumentError("--keep-days or --keep-last must say what stays");
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  Request request;
  request.set_environment(environment);
  request.set_action(Request::VERIFY);
  request.set_whole(prune.whole);
  absl::StatusOr<std::string> job = RunOne(shell, *client, request);
  if (absl::IsCancelled(job.status())) return kInterrupted;
  RETURN_IF_ERROR(job.status());
  v1::PlanPruneRequest keep = prune.keep;
  keep.set_job(*job);
  ASSIGN_OR_RETURN(const v1::PrunePlan plan, client->PlanPrune(keep));
  const Paint paint = shell.PaintFor(shell.io.out_terminal);
  if (prune.dry_run || plan.files().empty()) {
    shell.Print(plan, [&] { return PrunePlanView(plan, paint); });
    return kOk;
  }
  *shell.io.err << PrunePlanView(plan, shell.PaintFor(shell.io.err_terminal));
  ASSIGN_OR_RETURN(const std::string name, NameTyped(shell, environment, prune.confirm));
  request.set_action(Request::PRUNE);
  *request.mutable_prune() = keep;
  request.set_digest(plan.digest());
  request.set_confirm(name);
  job = RunOne(shell, *client, request);
  if (absl::IsCancelled(job.status())) return kInterrupted;
  RETURN_IF_ERROR(job.status());
  ASSIGN_OR_RETURN(const v1::BackupList list, ReportOf(*client, environment, *job));
  shell.Print(list, [&] { return PrunedView(list, paint); });
  const bool all = std::all_of(list.outcomes().begin(), list.outcomes().end(),
                               [](const v1::BackupFile& file) { return file.removed(); });
  return all ? kOk : kError;
}

std::shared_ptr<Request> RequestTo(Request::Action action) {
  auto request = std::make_shared<Request>();
  request->set_action(action);
  return request;
}

void AddRequest(CLI::App* verb, const std::shared_ptr<Request>& request, bool projects) {
  AddEnvironment(verb, request.get());
  if (!projects) return;
  AddTexts(verb, "PROJECT", "names, or globs such as 'kube*'",
           [request](const std::string& one) { request->add_names(one); });
}

void DeclareBackupPrune(Tree& tree, CLI::App* noun) {
  auto prune = std::make_shared<BackupPrune>();
  CLI::App* verb = Verb(tree, noun, "prune", "Remove old dumps.",
                        [prune](Shell& shell) { return DoBackupPrune(shell, *prune); });
  AddEnvironment(verb, &prune->keep);
  const auto number = [&](const char* option, uint32_t most, const char* help, auto set) {
    verb->add_option_function<uint32_t>(option, set, help)
        ->check(CLI::Range(uint32_t{1}, most).description(""))
        ->type_name("N");
  };
  number("--keep-days", 36500, "dumps of the last N days stay",
         [prune](uint32_t n) { prune->keep.set_keep_days(n); });
  number("--keep-last", 1000, "the N newest good dumps of each database stay",
         [prune](uint32_t n) { prune->keep.set_keep_last(n); });
  verb->add_flag_callback(
      "--orphans", [prune] { prune->keep.set_orphans(true); },
      "also the last good dump of a database of no project");
  verb->add_flag("--whole", prune->whole, "take a dump for good only when it can be read to its end");
  verb->add_flag("--dry-run", prune->dry_run, "only show what would go");
  verb->add_option("--confirm", prune->confirm, "name of the environment, in place of being asked for it")
      ->type_name("ENV");
  AddFormat(tree, verb);
  verb->footer(kBackupPruneExamples);
}

}  // namespace

void DeclareBackupCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "backup", "Dumps of an environment's databases.");

  auto list = RequestTo(Request::LIST);
  auto cached = std::make_shared<bool>(false);
  CLI::App* verb = Verb(tree, noun, "list", "List backups by project, with their ages.",
                        [list, cached](Shell& shell) { return DoBackupList(shell, *list, *cached); });
  AddRequest(verb, list, false);
  verb->add_flag("--cached", *cached, "show the newest list that there is");
  AddFormat(tree, verb);
  verb->footer(kBackupListExamples);

  auto run = RequestTo(Request::RUN);
  auto wait = std::make_shared<bool>(false);
  verb = Verb(tree, noun, "run", "Dump the databases of projects.",
              [run, wait](Shell& shell) { return DoBackupRun(shell, *run, *wait); });
  AddRequest(verb, run, true);
  verb->add_flag_callback(
      "--keep-previous", [run] { run->set_keep_previous(true); },
      "keep the dump that is replaced, as DATABASE.TIME.dump");
  verb->add_flag_callback(
      "--skip-events", [run] { run->set_skip_events(true); }, "without the archives of artificial events");
  verb->add_flag("--wait", *wait, "until all have ended; exit status 1 when one has failed");
  AddFormat(tree, verb);
  verb->footer(kBackupRunExamples);

  auto verify = RequestTo(Request::VERIFY);
  verb = Verb(tree, noun, "verify", "Read the backups there are.",
              [verify](Shell& shell) { return DoBackupVerify(shell, *verify); });
  AddRequest(verb, verify, true);
  verb->add_flag_callback(
      "--whole", [verify] { verify->set_whole(true); }, "read each dump to its end, not only its list");
  AddFormat(tree, verb);
  verb->footer(kBackupVerifyExamples);

  DeclareBackupPrune(tree, noun);
}

}  // namespace devstats::ctl
