#include "coordinator/release/wait/readiness.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/rules.h"

namespace devstats::release {
namespace rules {

using kube::At;
using kube::TextAt;

Readiness Ready() { return {}; }
Readiness NotYet(std::string reason) { return {Readiness::State::kWaiting, std::move(reason)}; }
Readiness Failed(std::string reason) { return {Readiness::State::kFailed, std::move(reason)}; }

int64_t IntAt(const Json& object, std::initializer_list<const char*> path, int64_t absent) {
  const Json& at = At(object, path);
  return at.is_number_integer() ? at.get<int64_t>() : absent;
}

const Json& Condition(const Json& object, absl::string_view type) {
  static const auto* const kNone = new Json();
  for (const Json& condition : At(object, {"status", "conditions"})) {
    if (TextAt(condition, {"type"}) == type) return condition;
  }
  return *kNone;
}

std::string Why(const Json& condition) {
  const std::string reason = OneLine(TextAt(condition, {"reason"}));
  const std::string message = OneLine(TextAt(condition, {"message"}));
  return absl::StrCat(reason, reason.empty() || message.empty() ? "" : ": ", message);
}

std::string Because(absl::string_view text, const Json& condition) {
  const std::string why = Why(condition);
  return absl::StrCat(text, why.empty() ? "" : ": ", why);
}

bool IsStale(const Json& object) {
  const int64_t generation = IntAt(object, {"metadata", "generation"});
  const Json& observed = At(object, {"status", "observedGeneration"});
  return !observed.is_null() && IntAt(object, {"status", "observedGeneration"}) < generation;
}

}  // namespace rules

namespace {

using kube::At;
using kube::TextAt;
using rules::Because;
using rules::Condition;
using rules::Failed;
using rules::IntAt;
using rules::NotYet;
using rules::Ready;

Readiness OfClaim(const Json& object, const ReadinessOptions&) {
  const std::string phase = TextAt(object, {"status", "phase"});
  if (phase == "Bound") return Ready();
  if (phase == "Lost") return Failed("its volume is lost");
  return NotYet("it is not bound to a volume");
}

Readiness OfService(const Json& object, const ReadinessOptions&) {
  const std::string type = TextAt(object, {"spec", "type"});
  if (type == "ExternalName") return Ready();
  if (TextAt(object, {"spec", "clusterIP"}).empty()) return NotYet("it has no address in the cluster");
  if (type != "LoadBalancer" || !At(object, {"spec", "externalIPs"}).empty()) return Ready();
  if (!At(object, {"status", "loadBalancer", "ingress"}).empty()) return Ready();
  return NotYet("no load balancer has given it an address");
}

Readiness OfDefinition(const Json& object, const ReadinessOptions&) {
  if (kube::ConditionOf(object, "Established") == "True") return Ready();
  const Json& names = Condition(object, "NamesAccepted");
  if (TextAt(names, {"status"}) == "False") return Failed(Because("its names are taken", names));
  return NotYet("it is not established");
}

Readiness OfApiService(const Json& object, const ReadinessOptions&) {
  const Json& available = Condition(object, "Available");
  if (TextAt(available, {"status"}) == "True") return Ready();
  return NotYet(Because("it is not available", available));
}

Readiness OfNamespace(const Json& object, const ReadinessOptions&) {
  const std::string phase = TextAt(object, {"status", "phase"});
  return phase == "Terminating" ? NotYet("it is being deleted") : Ready();
}

Readiness Always(const Json&, const ReadinessOptions&) { return Ready(); }

// What is custom to report (sigs.k8s.io/cli-utils, kstatus): Reconciling and Stalled are told only while they
// are so; else Ready or Available, if the kind has one of them.
Readiness ByConditions(const Json& object, const ReadinessOptions&) {
  if (const Json& stalled = Condition(object, "Stalled"); TextAt(stalled, {"status"}) == "True") {
    return Failed(Because("it is stalled", stalled));
  }
  if (const Json& busy = Condition(object, "Reconciling"); TextAt(busy, {"status"}) == "True") {
    return NotYet(Because("its controller is at work", busy));
  }
  for (const char* type : {"Ready", "Available"}) {
    const Json& condition = Condition(object, type);
    if (condition.is_null()) continue;
    if (IntAt(condition, {"observedGeneration"}, INT64_MAX) < IntAt(object, {"metadata", "generation"})) {
      return NotYet(absl::StrCat("its condition ", type, " is of an older generation"));
    }
    if (TextAt(condition, {"status"}) == "True") return Ready();
    return NotYet(Because(absl::StrCat("it is not ", type), condition));
  }
  return Ready();
}

struct KindRule {
  absl::string_view group, kind;
  rules::Rule rule;
  bool observes;  // its controller always tells the generation that it has seen
};
// Whatever the version.
constexpr KindRule kRules[] = {
    {"apps", "Deployment", rules::OfDeployment, true},
    {"extensions", "Deployment", rules::OfDeployment, true},
    {"apps", "StatefulSet", rules::OfStatefulSet, true},
    {"apps", "DaemonSet", rules::OfDaemonSet, true},
    {"extensions", "DaemonSet", rules::OfDaemonSet, true},
    {"apps", "ReplicaSet", rules::OfReplicas, true},
    {"extensions", "ReplicaSet", rules::OfReplicas, true},
    {"", "ReplicationController", rules::OfReplicas, true},
    {"batch", "Job", rules::OfJob, false},
    {"", "Pod", rules::OfPod, false},
    {"", "PersistentVolumeClaim", OfClaim, false},
    {"", "Service", OfService, false},
    {"", "Namespace", OfNamespace, false},
    {"apiextensions.k8s.io", "CustomResourceDefinition", OfDefinition, false},
    {"apiregistration.k8s.io", "APIService", OfApiService, false},
};

// Kubernetes' own groups: their kinds without a rule have nothing to wait for.
constexpr absl::string_view kOwnGroups[] = {"",
                                            "admissionregistration.k8s.io",
                                            "apps",
                                            "autoscaling",
                                            "batch",
                                            "certificates.k8s.io",
                                            "coordination.k8s.io",
                                            "discovery.k8s.io",
                                            "events.k8s.io",
                                            "extensions",
                                            "flowcontrol.apiserver.k8s.io",
                                            "networking.k8s.io",
                                            "node.k8s.io",
                                            "policy",
                                            "rbac.authorization.k8s.io",
                                            "scheduling.k8s.io",
                                            "storage.k8s.io"};

KindRule RuleOf(const std::string& api_version, absl::string_view kind) {
  const size_t slash = api_version.find('/');
  const std::string group = slash == std::string::npos ? "" : api_version.substr(0, slash);
  for (const KindRule& rule : kRules) {
    if (rule.group == group && rule.kind == kind) return rule;
  }
  const bool own = std::find(std::begin(kOwnGroups), std::end(kOwnGroups), group) != std::end(kOwnGroups);
  return {"", "", own ? Always : ByConditions, false};
}

}  // namespace

bool MayBeUnready(const std::string& api_version, const std::string& kind, const ReadinessOptions& options) {
  const rules::Rule rule = RuleOf(api_version, kind).rule;
  if (options.completion) return rule == rules::OfJob || rule == rules::OfPod;
  return rule != Always && (rule != rules::OfJob || options.jobs);
}

Readiness ReadinessOf(const Json& object, const ReadinessOptions& options) {
  if (object.is_null()) {
    return options.completion ? Failed("it is gone, and how it ended is not known")
                              : NotYet("it is not there");
  }
  const std::string api_version = TextAt(object, {"apiVersion"}), kind = TextAt(object, {"kind"});
  if (!MayBeUnready(api_version, kind, options)) return Ready();
  const KindRule rule = RuleOf(api_version, kind);
  // The end of a hook counts, even if it is being cleaned up by now.
  if (!options.completion && !At(object, {"metadata", "deletionTimestamp"}).is_null()) {
    return NotYet("it is being deleted");
  }
  const bool unseen = rule.observes && IntAt(object, {"metadata", "generation"}) > 0 &&
                      At(object, {"status", "observedGeneration"}).is_null();
  if (unseen || rules::IsStale(object)) return NotYet("its controller has not looked at it yet");
  return rule.rule(object, options);
}

}  // namespace devstats::release
