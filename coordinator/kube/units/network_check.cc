#include "coordinator/kube/units/network_check.h"

#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/kube/units/pods.h"

namespace devstats::coordinator {
namespace {

using kube::TextAt;

constexpr int kPort = 8080;
constexpr char kServers[] = "servers", kCheckers[] = "checkers";

constexpr char kServerScript[] = "echo devstats > /www/index.html && exec httpd -f -p 8080 -h /www";

// An address that was given a moment ago may need a moment more on the other nodes, hence the tries. An HTTP
// error of the API server is an answer too: it was reached. `timeout`, because wget -T crashes in Debian's busybox.
constexpr char kCheckScript[] = R"sh(i=0
for url in "$@"; do
  tries=0
  while :; do
    why=$(timeout 5 wget -q -O /dev/null --no-check-certificate "$url" 2>&1)
    code=$?
    case $url$why in https:*"server returned error"*) code=0 ;; esac
    tries=$((tries + 1))
    if [ $code -eq 0 ] || [ $tries -ge 6 ]; then break; fi
    sleep 2
  done
  case $code in
    0) echo "ok $i" ;;
    124 | 143) echo "failed $i no answer within 5 s" ;;
    *) echo "failed $i $(echo ${why:-wget ended with $code})" ;;
  esac
  i=$((i + 1))
done
)sh";

Json Labels(const std::string& what) {
  return {{"app.kubernetes.io/part-of", "devstats-verify"}, {"check", what}};
}

Json PodSpec(const std::string& image, Json command) {
  return {{"automountServiceAccountToken", false},
          {"terminationGracePeriodSeconds", 0},
          {"tolerations", Json::array({{{"operator", "Exists"}}})},
          {"containers", Json::array({{{"name", "check"},
                                       {"image", image},
                                       {"imagePullPolicy", "IfNotPresent"},
                                       {"command", std::move(command)}}})}};
}

Json Object(const char* api_version, const char* kind, const std::string& name) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"namespace", kCheckNamespace}}}};
}

Json Servers(const std::string& image) {
  Json spec = PodSpec(image, {"sh", "-c", kServerScript});
  spec["volumes"] = Json::array({{{"name", "www"}, {"emptyDir", Json::object()}}});
  Json& container = spec["containers"][0];
  container["volumeMounts"] = Json::array({{{"name", "www"}, {"mountPath", "/www"}}});
  container["readinessProbe"] = {{"httpGet", {{"path", "/"}, {"port", kPort}}}, {"periodSeconds", 1}};
  Json out = Object("apps/v1", "DaemonSet", kServers);
  out["spec"] = {{"selector", {{"matchLabels", Labels(kServers)}}},
                 {"template", {{"metadata", {{"labels", Labels(kServers)}}}, {"spec", std::move(spec)}}}};
  return out;
}

std::string Selector(const char* what) { return absl::StrCat("check=", what); }

}  // namespace

std::vector<CheckTarget> TargetsOf(const std::string& node, const std::map<std::string, std::string>& peers,
                                   const std::string& api_address, const std::string& dns_domain) {
  std::vector<CheckTarget> targets;
  for (const auto& [peer, address] : peers) {
    if (peer == node) continue;
    targets.push_back({absl::StrCat("pod on ", peer), absl::StrCat("http://", address, ":", kPort, "/")});
  }
  targets.push_back(
      {"the API server by its service address", absl::StrCat("https://", api_address, "/version")});
  targets.push_back({"a service by its name", absl::StrCat("http://", kServers, ".", kCheckNamespace, ".svc.",
                                                           dns_domain, ":", kPort, "/")});
  return targets;
}

std::vector<Json> ServerObjects(const std::string& image) {
  Json space = Object("v1", "Namespace", kCheckNamespace);
  space["metadata"].erase("namespace");
  Json service = Object("v1", "Service", kServers);
  service["spec"] = {{"selector", Labels(kServers)},
                     {"ports", Json::array({{{"port", kPort}, {"protocol", "TCP"}, {"targetPort", kPort}}})}};
  return {std::move(space), std::move(service), Servers(image)};
}

Json CheckerPod(const std::string& node, const std::string& image, const std::vector<CheckTarget>& targets) {
  Json command{"sh", "-c", kCheckScript, "check"};
  for (const CheckTarget& target : targets) command.push_back(target.url);
  Json pod = Object("v1", "Pod", absl::StrCat("check-", node));
  pod["metadata"]["labels"] = Labels(kCheckers);
  pod["spec"] = PodSpec(image, std::move(command));
  pod["spec"]["nodeName"] = node;
  pod["spec"]["restartPolicy"] = "Never";
  return pod;
}

std::vector<std::string> FailuresOf(const std::string& node, const std::vector<CheckTarget>& targets,
                                    absl::string_view log) {
  std::vector<std::string> why(targets.size(), "was not tried");
  for (const absl::string_view line : absl::StrSplit(log, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
    size_t index = 0;
    if (words.size() < 2 || !absl::SimpleAtoi(words[1], &index) || index >= targets.size()) continue;
    if (words[0] == "ok") why[index].clear();
    if (words[0] == "failed") why[index] = words.size() == 3 && !words[2].empty() ? words[2] : "no answer";
  }
  std::vector<std::string> failures;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (why[i].empty()) continue;
    failures.push_back(absl::StrCat(node, ": ", targets[i].what, " (", targets[i].url, "): ", why[i]));
  }
  return failures;
}

absl::Status NetworkCheck::Clean(const Progress& progress) {
  const kube::ObjectRef ref{"v1", "Namespace", "", kCheckNamespace};
  absl::Status deleted = client_->Delete(ref);
  if (absl::IsNotFound(deleted)) return absl::OkStatus();
  // Aborted: it is on its way out already.
  if (!deleted.ok() && !absl::IsAborted(deleted)) return deleted;
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    const auto there = client_->Get(ref);
    if (absl::IsNotFound(there.status())) return std::vector<std::string>();
    RETURN_IF_ERROR(there.status());
    return std::vector<std::string>{absl::StrCat("namespace ", kCheckNamespace, " is still there")};
  };
  return WaitUntilNone("removing the network check", wanted_.patience, missing, progress);
}

absl::StatusOr<std::map<std::string, std::string>> NetworkCheck::StartServers(const Progress& progress) {
  for (const Json& object : ServerObjects(wanted_.image)) {
    RETURN_IF_ERROR(client_->Apply(object, {.force = true}).status());
  }
  FaultPoint("network_check.started", kCheckNamespace);
  std::map<std::string, std::string> addresses;
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    ASSIGN_OR_RETURN(const kube::ObjectList pods,
                     client_->List({"v1", "Pod", kCheckNamespace, Selector(kServers)}));
    addresses.clear();
    std::map<std::string, std::string> why;
    for (const Json& pod : pods.items) {
      const std::string node = TextAt(pod, {"spec", "nodeName"});
      if (IsPodWell(pod)) {
        addresses[node] = TextAt(pod, {"status", "podIP"});
      } else {
        why[node] = WhyNotWell(pod);
      }
    }
    std::vector<std::string> reasons;
    for (const std::string& node : wanted_.nodes) {
      if (addresses.count(node)) continue;
      reasons.push_back(
          absl::StrCat("check pod on ", node, ": ", why.count(node) ? why[node] : "not there yet"));
    }
    return reasons;
  };
  RETURN_IF_ERROR(WaitUntilNone("starting the network check", wanted_.patience, missing, progress));
  return addresses;
}

absl::Status NetworkCheck::WaitForCheckers(const Progress& progress) {
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    ASSIGN_OR_RETURN(const kube::ObjectList pods,
                     client_->List({"v1", "Pod", kCheckNamespace, Selector(kCheckers)}));
    std::set<std::string> ended;
    std::vector<std::string> reasons;
    for (const Json& pod : pods.items) {
      const std::string phase = TextAt(pod, {"status", "phase"});
      const std::string node = TextAt(pod, {"spec", "nodeName"});
      if (phase == "Succeeded" || phase == "Failed") {
        ended.insert(node);
      } else {
        reasons.push_back(absl::StrCat("checking from ", node, ": ", WhyNotWell(pod)));
      }
    }
    if (reasons.empty() && ended.size() < wanted_.nodes.size()) reasons.push_back("a checking pod has gone");
    return reasons;
  };
  return WaitUntilNone("checking the network", wanted_.patience, missing, progress);
}

absl::Status NetworkCheck::Check(const Progress& progress) {
  ASSIGN_OR_RETURN(const auto peers, StartServers(progress));
  ASSIGN_OR_RETURN(const Json api, client_->Get({"v1", "Service", "default", "kubernetes"}));
  const std::string address = TextAt(api, {"spec", "clusterIP"});
  std::map<std::string, std::vector<CheckTarget>> targets;
  for (const std::string& node : wanted_.nodes) {
    targets[node] = TargetsOf(node, peers, address, wanted_.dns_domain);
    RETURN_IF_ERROR(client_->Create(CheckerPod(node, wanted_.image, targets[node])).status());
  }
  RETURN_IF_ERROR(WaitForCheckers(progress));
  std::vector<std::string> failures;
  for (const auto& [node, tried] : targets) {
    ASSIGN_OR_RETURN(const std::string log,
                     client_->Logs({.namespace_ = kCheckNamespace, .pod = absl::StrCat("check-", node)}));
    for (std::string& failure : FailuresOf(node, tried, log)) failures.push_back(std::move(failure));
  }
  if (failures.empty()) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(absl::StrCat("the pod network: ", JoinReasons(failures))),
              "look at the logs of the CNI's pods and of kube-proxy, and at firewalls between the nodes");
}

absl::Status NetworkCheck::Run(const Progress& progress) {
  RETURN_IF_ERROR(Clean(progress), "removing an earlier network check");
  progress("checking the network from a pod on each node");
  const absl::Status checked = Check(progress);
  const absl::Status cleaned = Clean(progress);
  return checked.ok() ? cleaned : checked;
}

}  // namespace devstats::coordinator
