// job list, show, logs, start, kinds, cancel, retry
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/job_flags.h"
#include "coordinator/ctl/job_view.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/output.h"
#include "coordinator/devstats/jobs/kinds.h"

namespace devstats::ctl {
namespace {

constexpr char kListExamples[] = R"(
Examples:
  devstatsctl job list -e test --state queued --state running
  devstatsctl job list --project kubernetes -o wide)";
constexpr char kLogsExamples[] = R"(
A running job's lines are its pod's own; of one that has ended, the last are kept.

Examples:
  devstatsctl job logs job-17-3fa9c2 -n 50
  devstatsctl job logs job-17-3fa9c2 --follow)";
constexpr char kStartExamples[] = R"(
Examples:
  devstatsctl job kinds                               # what there is to start
  devstatsctl job kinds reinit                        # and with which options
  devstatsctl job start vars keda -e test
  devstatsctl job start reinit keda -e test --set cpus=8 --set tsdb-drop=true --confirm keda)";
constexpr char kCancelExamples[] = R"(
A queued job never starts. A running one's pod is given its grace period to end; what it has done until then stays
done. Its project is free when the pod is gone.

Examples:
  devstatsctl job cancel job-17-3fa9c2)";
constexpr char kRetryExamples[] = R"(
Queues a new job with the same options; the old one keeps its log and its end. One that destroys data asks for its
project's name again.

Examples:
  devstatsctl job retry job-17-3fa9c2
  devstatsctl job retry job-17-3fa9c2 --confirm kubernetes)";

v1::JobRequest JobRequestOf(const std::string& id) {
  v1::JobRequest request;
  request.set_id(id);
  return request;
}

absl::StatusOr<int> DoJobList(Shell& shell, const v1::ListJobsRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::JobList list, client->ListJobs(request));
  shell.Print(list, [&] {
    return JobTable(list, shell.wide(), shell.io.zone).Text(shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

absl::StatusOr<int> DoJobShow(Shell& shell, const std::string& id) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Job job, client->GetJob(JobRequestOf(id)));
  shell.Print(job, [&] { return JobView(job, shell.io.zone); });
  return kOk;
}

absl::StatusOr<int> DoJobLogs(Shell& shell, const v1::JobLogsRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  const Interrupt interrupt([client] { client->CancelStreams(); });
  const absl::Status status = client->JobLogs(request, [&](const v1::JobLogLine& line) {
    *shell.io.out << log::Printable(line.line()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(status)) return kInterrupted;
  RETURN_IF_ERROR(status);
  return kOk;
}

struct JobStart {
  v1::CreateJobRequest request;
  std::vector<std::string> set;  // NAME=VALUE
};

absl::Status SetOptions(const std::vector<std::string>& pairs, v1::CreateJobRequest* request) {
  for (const std::string& pair : pairs) {
    const size_t equal = pair.find('=');
    if (equal == std::string::npos || equal == 0)
      return Hint(absl::InvalidArgumentError(absl::StrCat("--set ", pair, ": NAME=VALUE is expected")),
                  absl::StrCat("devstatsctl job kinds ", request->kind()));
    (*request->mutable_options())[pair.substr(0, equal)] = pair.substr(equal + 1);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> DoJobStart(Shell& shell, const JobStart& start) {
  v1::CreateJobRequest request = start.request;
  RETURN_IF_ERROR(SetOptions(start.set, &request));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Job job, client->CreateJob(request));
  shell.Print(job, [&] { return absl::StrCat(log::Printable(job.id()), "\n"); });
  return kOk;
}

absl::StatusOr<int> DoJobKinds(Shell& shell, const std::string& name) {
  if (!shell.ForPeople()) {
    *shell.io.out << FormattedJson(JobKindsJson(), shell.format);
    return kOk;
  }
  const Paint paint = shell.PaintFor(shell.io.out_terminal);
  if (name.empty()) {
    *shell.io.out << JobKindTable().Text(paint);
    return kOk;
  }
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(name));
  *shell.io.out << JobOptionTable(*kind).Text(paint);
  return kOk;
}

absl::StatusOr<int> DoJobCancel(Shell& shell, const std::string& id) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Job job, client->CancelJob(JobRequestOf(id)));
  *shell.io.err << (job.state() == "running"
                        ? "its pod is being ended; devstatsctl job show tells when it is gone\n"
                        : "job " + log::Printable(job.state()) + "\n");
  return kOk;
}

absl::StatusOr<int> DoJobRetry(Shell& shell, const v1::RetryJobRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Job job, client->RetryJob(request));
  shell.Print(job, [&] { return absl::StrCat(log::Printable(job.id()), "\n"); });
  return kOk;
}

void DeclareJobList(Tree& tree, CLI::App* noun) {
  auto request = std::make_shared<v1::ListJobsRequest>();
  CLI::App* verb = Verb(tree, noun, "list", "List jobs, the newest first.",
                        [request](Shell& shell) { return DoJobList(shell, *request); });
  const auto text = [&](const char* names, const char* type, const char* what, auto set) {
    verb->add_option_function<std::string>(names, set, what)->type_name(type);
  };
  text("-e,--environment", "ENV", "of one environment",
       [request](const auto& v) { request->set_environment(v); });
  text("--project", "NAME", "of one project", [request](const auto& v) { request->set_project(v); });
  text("--kind", "KIND", "of one kind: provision, restore ...",
       [request](const auto& v) { request->set_kind(v); });
  verb->add_option_function<std::vector<std::string>>(
          "--state",
          [request](const std::vector<std::string>& states) {
            for (const std::string& state : states) request->add_states(state);
          },
          "in this state; may be given several times")
      ->check(CLI::IsMember({"queued", "running", "succeeded", "failed", "cancelled"}).description(""))
      ->type_name("STATE");
  verb->add_option_function<uint32_t>(
          "-n,--limit", [request](uint32_t limit) { request->set_limit(limit); }, "how many")
      ->type_name("N")
      ->default_str("100");
  AddFormat(tree, verb);
  verb->footer(kListExamples);
}

void DeclareJobLogs(Tree& tree, CLI::App* noun) {
  auto request = std::make_shared<v1::JobLogsRequest>();
  CLI::App* verb = Verb(tree, noun, "logs", "Print what a job's pod says, or said last.",
                        [request](Shell& shell) { return DoJobLogs(shell, *request); });
  verb->add_option_function<std::string>(
          "ID", [request](const std::string& id) { request->set_id(id); }, "of the job")
      ->required();
  verb->add_option_function<uint32_t>(
          "-n,--lines", [request](uint32_t lines) { request->set_lines(lines); }, "the last so many")
      ->type_name("N")
      ->default_str("500");
  verb->add_flag_callback(
      "-f,--follow", [request] { request->set_follow(true); }, "go on until the job has ended");
  verb->footer(kLogsExamples);
}

void DeclareJobRetry(Tree& tree, CLI::App* noun) {
  auto request = std::make_shared<v1::RetryJobRequest>();
  CLI::App* verb = Verb(tree, noun, "retry", "Do a failed or cancelled job again.",
                        [request](Shell& shell) { return DoJobRetry(shell, *request); });
  verb->add_option_function<std::string>(
          "ID", [request](const std::string& id) { request->set_id(id); }, "of the job")
      ->required();
  verb->add_option_function<std::string>(
          "--confirm", [request](const std::string& name) { request->set_confirm(name); },
          "name of its project, when the job destroys data")
      ->type_name("PROJECT");
  AddFormat(tree, verb);
  verb->footer(kRetryExamples);
}

void DeclareJobStart(Tree& tree, CLI::App* noun) {
  auto start = std::make_shared<JobStart>();
  CLI::App* verb = Verb(tree, noun, "start", "Queue a job; prints its id.",
                        [start](Shell& shell) { return DoJobStart(shell, *start); });
  v1::CreateJobRequest* request = &start->request;
  const auto text = [verb](const char* names, const char* what, auto set) {
    return verb->add_option_function<std::string>(names, set, what);
  };
  text("KIND", "what to do: devstatsctl job kinds", [request](const auto& v) {
    request->set_kind(v);
  })->required();
  text("PROJECT", "with which project", [request](const auto& v) { request->set_project(v); });
  AddEnvironment(verb, request);
  verb->add_option("--set", start->set, "an option of the kind; may be given several times")
      ->type_name("NAME=VALUE");
  verb->add_option_function<int32_t>(
          "--weight", [request](int32_t weight) { request->set_weight(weight); },
          "the heavier, the earlier; without: as its project")
      ->type_name("N");
  text("--confirm", "name of the project, when the job destroys data", [request](const auto& v) {
    request->set_confirm(v);
  })->type_name("PROJECT");
  AddFormat(tree, verb);
  verb->footer(kStartExamples);

  auto kind = std::make_shared<std::string>();
  verb = Verb(tree, noun, "kinds", "List the kinds of jobs, or the options of one.",
              [kind](Shell& shell) { return DoJobKinds(shell, *kind); });
  verb->add_option("KIND", *kind, "whose options");
  AddFormat(tree, verb);
}

}  // namespace

void DeclareJobCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "job", "Work on projects: what waits, what runs, what came of it.");
  DeclareJobList(tree, noun);

  auto shown = std::make_shared<std::string>();
  CLI::App* verb =
      Verb(tree, noun, "show", "Show a job.", [shown](Shell& shell) { return DoJobShow(shell, *shown); });
  verb->add_option("ID", *shown, "of the job")->required();
  AddFormat(tree, verb);

  DeclareJobLogs(tree, noun);
  DeclareJobStart(tree, noun);

  auto cancelled = std::make_shared<std::string>();
  verb = Verb(tree, noun, "cancel", "Take a job from the queue, or end it.",
              [cancelled](Shell& shell) { return DoJobCancel(shell, *cancelled); });
  verb->add_option("ID", *cancelled, "of the job")->required();
  verb->footer(kCancelExamples);

  DeclareJobRetry(tree, noun);
}

}  // namespace devstats::ctl
