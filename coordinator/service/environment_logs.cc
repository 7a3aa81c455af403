#include "coordinator/service/environment_logs.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/devstats/jobs/pod_log.h"
#include "coordinator/devstats/postgres/logs.h"
#include "coordinator/service/follow_log.h"

namespace devstats::coordinator {
namespace {

using kube::TextAt;
using LineSink = std::function<bool(const v1::ProjectLogLine&)>;

constexpr uint32_t kDefaultLines = 100, kMaxLines = 10000;

int LinesAsked(const v1::ProjectLogsRequest& request) {
  return static_cast<int>(request.lines() == 0 ? kDefaultLines : std::min(request.lines(), kMaxLines));
}

absl::StatusOr<std::vector<std::string>> TypesAsked(const v1::ProjectLogsRequest& request) {
  if (request.what().empty()) return std::vector<std::string>{"sync", "affiliations", "provision"};
  if (request.what() == "sync" || request.what() == "affiliations")
    return std::vector<std::string>{request.what()};
  return absl::InvalidArgumentError("what: \"sync\", \"affiliations\", or nothing for any");
}

absl::Status CheckProject(const domain::LiveEnvironment& live, const std::string& name) {
  std::vector<absl::string_view> names;
  for (const spec::ProjectSpec& project : live.projects) {
    if (project.name == name) return absl::OkStatus();
    names.push_back(project.name);
  }
  return Hint(absl::NotFoundError(
                  absl::StrCat("environment ", live.environment.name, " has no project of this name")),
              Suggestion(name.substr(0, 63), names));
}

v1::ProjectLogLine LineOf(const std::string& source, const std::string& text) {
  v1::ProjectLogLine line;
  line.set_source(source);
  line.set_line(text);
  return line;
}

bool PodHasEnded(const Json& pod) {
  const std::string phase = TextAt(pod, {"status", "phase"});
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

absl::StatusOr<Json> ProjectLogs::NewestPod(const std::string& name_space,
                                            const v1::ProjectLogsRequest& request) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> types, TypesAsked(request));
  ASSIGN_OR_RETURN(const kube::ObjectList pods,
                   p_.kube->List({.api_version = "v1",
                                  .kind = "Pod",
                                  .namespace_ = name_space,
                                  .label_selector = absl::StrCat("name=devstats,proj=", request.project())}));
  Json newest;
  const auto made = [](const Json& pod) {  // as the API server writes it, which sorts by time
    return std::pair(TextAt(pod, {"metadata", "creationTimestamp"}), TextAt(pod, {"metadata", "name"}));
  };
  for (const Json& pod : pods.items) {
    const std::string type = TextAt(pod, {"metadata", "labels", "type"});
    if (std::count(types.begin(), types.end(), type) == 0) continue;
    if (newest.is_null() || made(newest) < made(pod)) newest = pod;
  }
  return newest;
}

absl::Status ProjectLogs::FromPod(Json pod, const v1::ProjectLogsRequest& request,
                                  const std::function<bool()>& gone, const LineSink& line) const {
  const kube::ObjectRef ref{"v1", "Pod", TextAt(pod, {"metadata", "namespace"}),
                            TextAt(pod, {"metadata", "name"})};
  const std::string source = absl::StrCat("pod ", ref.namespace_, "/", ref.name);
  bool first = true;
  const auto read = [&](int window) -> absl::StatusOr<LogWindow> {
    if (!std::exchange(first, false)) {
      absl::StatusOr<Json> now = p_.kube->Get(ref);
      if (absl::IsNotFound(now.status())) return LogWindow{.last = true};
      ASSIGN_OR_RETURN(pod, std::move(now));
    }
    ASSIGN_OR_RETURN(std::string log, jobs::PodLog(*p_.kube, pod, window));
    return LogWindow{std::move(log), PodHasEnded(pod)};  // looked at before: these are its last lines
  };
  return FollowLog(
      {.lines = LinesAsked(request), .follow = request.follow(), .gone = gone, .sleep = p_.sleep}, read,
      [&](const std::string& one) { return line(LineOf(source, one)); });
}

absl::Status ProjectLogs::FromDatabase(const spec::EnvironmentSpec& environment,
                                       const v1::ProjectLogsRequest& request, const LineSink& line) const {
  ASSIGN_OR_RETURN(const auto leader, p_.reach(environment).leader(),
                   "no pod is left, and gha_logs cannot be read");
  ASSIGN_OR_RETURN(
      const std::vector<postgres::LogLine> lines,
      postgres::ReadLog(*leader, {.project = request.project(), .most = LinesAsked(request)}, *p_.clock));
  for (const postgres::LogLine& one : lines) {
    const std::string at = absl::FormatTime("%Y-%m-%d %H:%M:%S", one.at, absl::UTCTimeZone());
    if (!line(LineOf("gha_logs, as no pod is left", absl::StrCat(at, " ", one.program, ": ", one.message))))
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status ProjectLogs::DoProjectLogs(const v1::ProjectLogsRequest& request,
                                        const std::function<bool()>& gone, const LineSink& line) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, p_.environment(request.environment()));
  RETURN_IF_ERROR(CheckProject(live, request.project()));
  ASSIGN_OR_RETURN(const Json pod, NewestPod(live.environment.namespace_, request), "pods");
  if (pod.is_null()) return FromDatabase(live.environment, request, line);
  return FromPod(pod, request, gone, line);
}

}  // namespace devstats::coordinator
