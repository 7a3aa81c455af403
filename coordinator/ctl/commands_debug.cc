// debug start, list, stop; report start, run, stop
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/work_pods.h"

namespace devstats::ctl {
namespace {

constexpr char kDebugStartExamples[] = R"(
A pod as jobs have it, with the same image, access to the database and volume, which only waits: for you. It ends by
itself, and is never left behind. Prints the command to get in.

Examples:
  devstatsctl debug start -e test --project keda            # with keda's volume
  devstatsctl debug start -e prod --bootstrap --backups     # with the volume of backups at /root
  devstatsctl debug start -e prod --bootstrap --ttl 30m)";
constexpr char kDebugListExamples[] = R"(
Examples:
  devstatsctl debug list -e test
  devstatsctl debug list -e test -o wide       # with the commands to get in)";
constexpr char kDebugStopExamples[] = R"(
What runs in it is killed.

Examples:
  devstatsctl debug stop -e test                            # the one there is
  devstatsctl debug stop -e test --project keda)";
constexpr char kReportStartExamples[] = R"(
The pod of reports, with the volume of backups at /data: what you move there appears under /backups of the pages. It
ends by itself. Where cluster.yaml has `reports: true` there is one all the time, and this is refused.

Examples:
  devstatsctl report start -e prod
  devstatsctl report start -e prod --ttl 8h)";
constexpr char kReportRunExamples[] = R"(
Runs ./affs/all_tasks.sh in a pod of its own, as a job: judged by how it ends.

Examples:
  devstatsctl report run -e prod                            # prints the job's id
  devstatsctl report run -e prod --follow)";
constexpr char kReportStopExamples[] = R"(
Ends what report start or report run has begun.

Examples:
  devstatsctl report stop -e prod)";

constexpr char kTtl[] = "4h";
constexpr absl::Duration kPatience = absl::Minutes(5);

struct WorkPod {
  std::string environment, project, ttl = kTtl;
  bool bootstrap = false, backups = false, follow = false;
};

absl::Status CheckChoice(const WorkPod& pod) {
  if (pod.bootstrap == pod.project.empty()) {
    if (pod.backups && !pod.bootstrap)
      return Hint(absl::InvalidArgumentError("--backups: the pod of a project has its own volume at /root"),
                  "--bootstrap --backups");
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("one of --project NAME and --bootstrap is needed");
}

absl::StatusOr<int> DoDebugStart(Shell& shell, const WorkPod& pod) {
  RETURN_IF_ERROR(CheckChoice(pod));
  v1::CreateJobRequest request;
  request.set_environment(pod.environment);
  request.set_project(pod.project);
  request.set_kind(pod.bootstrap ? "debug-bootstrap" : "debug");
  (*request.mutable_options())["ttl"] = pod.ttl;
  if (pod.backups) (*request.mutable_options())["backups"] = "true";
  return StartWorkPod(shell, request, kPatience);
}

absl::StatusOr<v1::JobList> DebugPods(Shell& shell, const std::string& environment) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  return OpenJobs(*client, environment, {"debug", "debug-bootstrap"});
}

absl::StatusOr<int> DoDebugList(Shell& shell, const std::string& environment) {
  ASSIGN_OR_RETURN(const v1::JobList list, DebugPods(shell, environment));
  shell.Print(list, [&] {
    return WorkPodTable(list, shell.wide(), absl::Now()).Text(shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

absl::StatusOr<int> DoDebugStop(Shell& shell, const WorkPod& pod) {
  ASSIGN_OR_RETURN(const v1::JobList all, DebugPods(shell, pod.environment));
  v1::JobList meant;
  for (const v1::Job& job : all.jobs()) {
    const bool this_one = pod.bootstrap ? job.project().empty() : job.project() == pod.project;
    if (this_one || (!pod.bootstrap && pod.project.empty())) *meant.add_jobs() = job;
  }
  return StopWorkPod(shell, meant, absl::StrCat("debug pod in ", pod.environment));
}

absl::StatusOr<int> DoReportStart(Shell& shell, const WorkPod& pod) {
  v1::CreateJobRequest request;
  request.set_environment(pod.environment);
  request.set_kind("report-pod");
  (*request.mutable_options())["ttl"] = pod.ttl;
  return StartWorkPod(shell, request, kPatience);
}

// Its lines, and then how it ended.
absl::StatusOr<int> FollowReport(Shell& shell, Client& client, const std::string& id) {
  v1::JobLogsRequest logs;
  logs.set_id(id);
  logs.set_follow(true);
  const Interrupt interrupt([&client] { client.CancelStreams(); });
  const absl::Status followed = client.JobLogs(logs, [&](const v1::JobLogLine& line) {
    *shell.io.err << log::Printable(line.line()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(followed)) return kInterrupted;
  RETURN_IF_ERROR(followed);
  v1::JobRequest request;
  request.set_id(id);
  ASSIGN_OR_RETURN(const v1::Job job, client.GetJob(request));
  if (job.state() == "succeeded") return kOk;
  return absl::FailedPreconditionError(absl::StrCat(id, " has ", job.state(), ": ", job.message()));
}

absl::StatusOr<int> DoReportRun(Shell& shell, const WorkPod& pod) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::CreateJobRequest request;
  request.set_environment(pod.environment);
  request.set_kind("report");
  ASSIGN_OR_RETURN(const v1::Job job, client->CreateJob(request));
  shell.Print(job, [&] { return absl::StrCat(log::Printable(job.id()), "\n"); });
  return pod.follow ? FollowReport(shell, *client, job.id()) : kOk;
}

absl::StatusOr<int> DoReportStop(Shell& shell, const WorkPod& pod) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::JobList open, OpenJobs(*client, pod.environment, {"report-pod", "report"}));
  return StopWorkPod(shell, open, absl::StrCat("report under way in ", pod.environment));
}

// With its environment.
CLI::App* WorkPodVerb(Tree& tree, CLI::App* noun, const char* name, const char* what, const char* footer,
                      const std::shared_ptr<WorkPod>& pod,
                      absl::StatusOr<int> (*run)(Shell&, const WorkPod&)) {
  CLI::App* verb = Verb(tree, noun, name, what, [pod, run](Shell& shell) { return run(shell, *pod); });
  AddEnvironment(verb, [pod](const std::string& env) { pod->environment = env; });
  verb->footer(footer);
  return verb;
}

void AddTtl(CLI::App* verb, const std::shared_ptr<WorkPod>& pod) {
  verb->add_option("--ttl", pod->ttl, "when it ends by itself: 1m to 72h")
      ->type_name("TIME")
      ->default_str(kTtl);
}

void AddWhich(CLI::App* verb, const std::shared_ptr<WorkPod>& pod) {
  verb->add_option("--project", pod->project, "of a project")->type_name("NAME");
  verb->add_flag("--bootstrap", pod->bootstrap, "of no project, as the bootstrap has it");
}

}  // namespace

void DeclareDebugCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "debug", "Pods to look around in, for a limited time.");
  auto start = std::make_shared<WorkPod>();
  CLI::App* verb = WorkPodVerb(tree, noun, "start", "Start a pod to look around in.", kDebugStartExamples,
                               start, DoDebugStart);
  AddWhich(verb, start);
  verb->add_flag("--backups", start->backups, "with the volume of backups; of --bootstrap");
  AddTtl(verb, start);
  AddFormat(tree, verb);

  auto environment = std::make_shared<std::string>();
  verb = Verb(tree, noun, "list", "List the pods to look around in.",
              [environment](Shell& shell) { return DoDebugList(shell, *environment); });
  verb->add_option("-e,--environment", *environment, "of one environment")->type_name("ENV");
  AddFormat(tree, verb);
  verb->footer(kDebugListExamples);

  auto stop = std::make_shared<WorkPod>();
  AddWhich(
      WorkPodVerb(tree, noun, "stop", "End a pod to look around in.", kDebugStopExamples, stop, DoDebugStop),
      stop);

  noun = Noun(tree, "report", "Reports on the data of an environment.");
  auto pod = std::make_shared<WorkPod>();
  verb = WorkPodVerb(tree, noun, "start", "Start the pod of reports, to work in.", kReportStartExamples, pod,
                     DoReportStart);
  AddTtl(verb, pod);
  AddFormat(tree, verb);
  auto run = std::make_shared<WorkPod>();
  verb = WorkPodVerb(tree, noun, "run", "Write all reports, as a job.", kReportRunExamples, run, DoReportRun);
  verb->add_flag("-f,--follow", run->follow, "show what it says, and wait for its end");
  AddFormat(tree, verb);
  WorkPodVerb(tree, noun, "stop", "End the pod of reports, or a run.", kReportStopExamples,
              std::make_shared<WorkPod>(), DoReportStop);
}

}  // namespace devstats::ctl
