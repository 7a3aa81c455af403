#include "coordinator/devstats/health/cluster_checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/values.h"

namespace devstats::domain {
namespace {

using Problems = std::vector<std::string>;
using kube::TextAt;

constexpr char kBackupsClaim[] = "devstats-backups";
constexpr absl::Duration kStarting =
    absl::Minutes(10);  // what a pod may take to be placed, its image to come
constexpr absl::Duration kExpiry = absl::Hours(14 * 24);

std::string NameIn(const Json& object) { return TextAt(object, {"metadata", "name"}); }

absl::Time TimeIn(const std::string& text) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  return absl::ParseTime(absl::RFC3339_full, text, &time, &error) ? time : absl::InfinitePast();
}

absl::StatusOr<std::vector<Json>> ListOf(kube::KubeClient& client, const char* api_version, const char* kind,
                                         const std::string& name_space = "", const std::string& labels = "") {
  ASSIGN_OR_RETURN(
      kube::ObjectList list,
      client.List(
          {.api_version = api_version, .kind = kind, .namespace_ = name_space, .label_selector = labels}));
  return std::move(list.items);
}

void AddNodeProblems(const Json& node, Problems* problems) {
  const std::string name = NameIn(node);
  if (kube::ConditionOf(node, "Ready") != "True") problems->push_back(absl::StrCat(name, " is not ready"));
  for (const char* pressure : {"MemoryPressure", "DiskPressure", "PIDPressure"}) {
    if (kube::ConditionOf(node, pressure) == "True")
      problems->push_back(absl::StrCat(name, " says ", pressure));
  }
  if (kube::At(node, {"spec", "unschedulable"}) == true)
    problems->push_back(absl::StrCat(name, " takes no pods: it is cordoned"));
}

// Why a pod's containers do not run; empty: they do, or are about to.
std::string WaitingIn(const Json& pod) {
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& container : kube::At(pod, {"status", list})) {
      std::string reason = TextAt(container, {"state", "waiting", "reason"});
      if (absl::EndsWith(reason, "BackOff") || absl::StartsWith(reason, "Err") ||
          absl::StrContains(reason, "Config") || reason == "InvalidImageName")
        return reason;
    }
  }
  return "";
}

std::string ProblemOfPod(const Json& pod, absl::Time now) {
  const std::string phase = TextAt(pod, {"status", "phase"});
  if (phase == "Failed") {
    const std::string reason = TextAt(pod, {"status", "reason"});
    return absl::StrCat("failed", reason.empty() ? "" : ": ", reason);
  }
  if (phase == "Succeeded") return "";
  if (std::string waiting = WaitingIn(pod); !waiting.empty()) return waiting;
  const absl::Duration age = now - TimeIn(TextAt(pod, {"metadata", "creationTimestamp"}));
  if (age < kStarting) return "";
  if (phase == "Running" && kube::ConditionOf(pod, "Ready") == "False") return "runs, and is not ready";
  if (phase != "Pending") return "";
  std::string why;
  for (const Json& condition : kube::At(pod, {"status", "conditions"})) {
    if (TextAt(condition, {"status"}) == "False") why = TextAt(condition, {"message"});
  }
  return absl::StrCat("waits", age == absl::InfiniteDuration() ? "" : absl::StrCat(" for ", Age(age)),
                      why.empty() ? "" : ": ", why);
}

std::string ProblemOfCertificate(const Json& certificate, absl::Time now) {
  if (kube::ConditionOf(certificate, "Ready") != "True") {
    for (const Json& condition : kube::At(certificate, {"status", "conditions"})) {
      if (TextAt(condition, {"type"}) == "Ready")
        return absl::StrCat("is not ready: ", TextAt(condition, {"message"}));
    }
    return "is not ready";
  }
  const absl::Time end = TimeIn(TextAt(certificate, {"status", "notAfter"}));
  if (end == absl::InfinitePast() || end - now > kExpiry) return "";
  return end < now ? absl::StrCat("has expired ", Age(now - end), " ago")
                   : absl::StrCat("expires in ", Age(end - now), ", and was not renewed");
}

bool MeantSo(const Cron& cron, const spec::EnvironmentSpec& environment,
             const std::vector<spec::ProjectSpec>& projects) {
  return std::any_of(projects.begin(), projects.end(), [&](const spec::ProjectSpec& project) {
    return project.name == cron.project && SuspendedBySpec(project, environment);
  });
}

// Of active projects; adds to `text` how old the newest dumps are.
std::vector<std::string> OldDumps(const backups::Ages& ages, const std::vector<spec::ProjectSpec>& projects,
                                  absl::Duration interval, bool never, absl::Time now, std::string* text) {
  std::vector<std::string> problems;
  absl::Time oldest = absl::InfiniteFuture(), newest = absl::InfinitePast();
  for (const spec::ProjectSpec& project : projects) {
    if (project.state != spec::ProjectSpec::State::kActive) continue;
    const auto dump = ages.newest.find(project.name);
    if (dump == ages.newest.end()) {
      if (!never) problems.push_back(absl::StrCat(project.name, " has no dump"));
      continue;
    }
    oldest = std::min(oldest, dump->second);
    newest = std::max(newest, dump->second);
    if (now - dump->second > 2 * interval)
      problems.push_back(
          absl::StrCat("the newest dump of ", project.name, " is ", Age(now - dump->second), " old"));
  }
  if (newest >= oldest)
    absl::StrAppend(text, ": newest dumps ", Age(now - newest), " to ", Age(now - oldest), " old");
  return problems;
}

}  // namespace

Finding CheckNodes(kube::KubeClient& client, const spec::EnvironmentSpec& environment) {
  const auto nodes = ListOf(client, "v1", "Node");
  if (!nodes.ok()) return NoAnswer("nodes", nodes.status());
  Problems problems;
  std::set<std::string> versions;
  int applications = 0, databases = 0;
  for (const Json& node : *nodes) {
    AddNodeProblems(node, &problems);
    versions.insert(TextAt(node, {"status", "nodeInfo", "kubeletVersion"}));
    applications += TextAt(node, {"metadata", "labels", "node"}) == "devstats-app";
    databases += TextAt(node, {"metadata", "labels", "node2"}) == "devstats-db";
  }
  const std::string all = absl::StrJoin(versions, ", ");
  if (versions.size() > 1) problems.push_back(absl::StrCat("kubelets of several versions: ", all));
  if (applications == 0) problems.push_back("no node has the label node=devstats-app");
  if (databases < environment.patroni.members) {
    problems.push_back(absl::StrCat(databases, " of the ", environment.patroni.members,
                                    " nodes that Patroni needs have the label node2=devstats-db"));
  }
  return Found("nodes",
               absl::StrCat(nodes->size(), " of ", all, "; ", applications, " for applications, ", databases,
                            " for databases"),
               std::move(problems));
}

Finding CheckStorageClasses(kube::KubeClient& client, const spec::EnvironmentSpec& environment) {
  const auto classes = ListOf(client, "storage.k8s.io/v1", "StorageClass");
  if (!classes.ok()) return NoAnswer("storage classes", classes.status());
  const std::set<std::string> wanted = {environment.storage_class, environment.backups.storage_class};
  Problems problems;
  for (const std::string& name : wanted) {
    const auto is = [&](const Json& one) { return NameIn(one) == name; };
    if (std::none_of(classes->begin(), classes->end(), is))
      problems.push_back(absl::StrCat("there is no ", name));
  }
  return Found("storage classes", absl::StrJoin(wanted, ", "), std::move(problems));
}

Finding CheckVolumes(kube::KubeClient& client, const spec::EnvironmentSpec& environment) {
  const auto claims = ListOf(client, "v1", "PersistentVolumeClaim", environment.namespace_);
  if (!claims.ok()) return NoAnswer("volumes", claims.status());
  Problems problems;
  bool backups = false;
  for (const Json& claim : *claims) {
    backups = backups || NameIn(claim) == kBackupsClaim;
    const std::string phase = TextAt(claim, {"status", "phase"});
    if (phase != "Bound")
      problems.push_back(absl::StrCat(NameIn(claim), " is ", phase.empty() ? "new" : phase, ", not Bound"));
  }
  if (!backups) problems.push_back(absl::StrCat("there is no ", kBackupsClaim, " for the backups"));
  return Found("volumes", absl::StrCat(claims->size(), backups ? ", that of the backups among them" : ""),
               std::move(problems));
}

Finding CheckPods(kube::KubeClient& client, const spec::EnvironmentSpec& environment, absl::Time now) {
  const auto pods = ListOf(client, "v1", "Pod", environment.namespace_);
  if (!pods.ok()) return NoAnswer("pods", pods.status());
  Problems problems;
  std::map<std::string, int> phases;
  for (const Json& pod : *pods) {
    ++phases[TextAt(pod, {"status", "phase"})];
    if (const std::string problem = ProblemOfPod(pod, now); !problem.empty())
      problems.push_back(absl::StrCat(NameIn(pod), " ", problem));
  }
  return Found("pods", absl::StrCat(phases["Running"], " running, ", phases["Succeeded"], " done"),
               std::move(problems));
}

Finding CheckCertificates(kube::KubeClient& client, const spec::EnvironmentSpec& environment,
                          absl::Time now) {
  constexpr char kWhat[] = "certificates";
  if (environment.issuer.empty()) return Found(kWhat, "none wanted: the environment names no issuer", {});
  const auto kind = client.FindKind("cert-manager.io/v1", "Certificate");
  if (absl::IsNotFound(kind.status()))
    return NotLookedAt(kWhat, "not looked at: cert-manager is not installed");
  if (!kind.ok()) return NoAnswer(kWhat, kind.status());
  const auto certificates = ListOf(client, "cert-manager.io/v1", "Certificate", environment.namespace_);
  if (!certificates.ok()) return NoAnswer(kWhat, certificates.status());
  if (certificates->empty()) return NotLookedAt(kWhat, "cert-manager has made none");
  Problems problems;
  for (const Json& certificate : *certificates) {
    if (const std::string problem = ProblemOfCertificate(certificate, now); !problem.empty())
      problems.push_back(absl::StrCat(NameIn(certificate), " ", problem));
  }
  return Found(kWhat, absl::StrCat(certificates->size(), " from ", environment.issuer), std::move(problems));
}

Finding CheckCrons(const std::vector<Cron>& crons, const Holds& holds,
                   const spec::EnvironmentSpec& environment, const std::vector<spec::ProjectSpec>& projects,
                   absl::Time now) {
  Problems problems, suspended;
  std::set<std::string> synced, held;
  std::map<std::string, std::vector<std::string>> by;  // names, by "by ann, 2h ago"
  int by_spec = 0;
  for (const Cron& cron : crons) {
    if (cron.kind == "sync") synced.insert(cron.project);
    if (!cron.suspended) continue;
    if (!cron.suspended_by.empty()) {
      held.insert(cron.kind);
      by[absl::StrCat("by ", cron.suspended_by, " ", Age(now - cron.suspended_at), " ago")].push_back(
          cron.name);
    } else if (MeantSo(cron, environment, projects)) {
      ++by_spec;
    } else {
      problems.push_back(
          absl::StrCat(cron.name, " is suspended, neither by cluster.yaml nor by env suspend"));
    }
  }
  for (const spec::ProjectSpec& project : projects) {
    if (project.state == spec::ProjectSpec::State::kActive && !synced.count(project.name))
      problems.push_back(absl::StrCat(project.name, " has none for its syncs"));
  }
  for (const auto& [whom, names] : by) suspended.push_back(absl::StrCat(names.size(), " suspended ", whom));
  for (const auto& [kind, hold] : holds)
    if (!held.count(kind))
      suspended.push_back(absl::StrCat(
          "new ones of ", kind, " will be suspended, by ", hold.by,
          hold.at == absl::InfinitePast() ? std::string() : absl::StrCat(" ", Age(now - hold.at), " ago")));
  if (by_spec > 0) suspended.push_back(absl::StrCat(by_spec, " suspended by cluster.yaml"));
  return Found("crons",
               absl::StrCat(crons.size(), suspended.empty() ? "" : "; ", absl::StrJoin(suspended, "; ")),
               std::move(problems));
}

Finding CheckBackups(const std::vector<Cron>& crons, const std::vector<spec::ProjectSpec>& projects,
                     const absl::StatusOr<std::optional<backups::Ages>>& ages, absl::Time now) {
  const auto cron =
      std::find_if(crons.begin(), crons.end(), [](const Cron& one) { return one.kind == "backups"; });
  if (cron == crons.end()) return Found("backups", "", {"there is no cron for them"});
  const bool never = cron->last_schedule == absl::InfinitePast();
  std::string text = absl::StrCat(
      never ? "none has begun yet" : absl::StrCat("the last began ", Age(now - cron->last_schedule), " ago"),
      "; as ", cron->schedule, " has it", cron->suspended ? ", but suspended" : "");
  if (!ages.ok())
    return NotLookedAt("backups",
                       absl::StrCat(text, "; how old they are is not known: ", ages.status().message()));
  if (!*ages)
    return NotLookedAt("backups",
                       absl::StrCat(text, "; never listed: devstatsctl backup list tells their ages"));
  const absl::Duration interval = backups::LongestInterval(cron->schedule);
  absl::StrAppend(&text, "; listed ", Age(now - (*ages)->listed), " ago");
  if (now - (*ages)->listed > interval)
    return NotLookedAt("backups", absl::StrCat(text, ", which says nothing now: devstatsctl backup list"));
  std::vector<std::string> problems = OldDumps(**ages, projects, interval, never, now, &text);
  return Found("backups", std::move(text), std::move(problems));
}

}  // namespace devstats::domain
