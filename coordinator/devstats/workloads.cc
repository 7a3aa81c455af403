#include "coordinator/devstats/workloads.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/release/objects/quantity.h"

namespace devstats::domain {
namespace {

constexpr int64_t kMostReplicas = 10000;             // of one workload
constexpr int64_t kMostMilli = int64_t{1000} << 49;  // 512Ti
constexpr int64_t kDefaultPods = 110;                // kubelet's, of a node that does not say

const Json& At(const Json& json, std::initializer_list<const char*> path) {
  static const Json* const none = new Json();
  const Json* at = &json;
  for (const char* key : path) {
    if (!at->is_object() || !at->contains(key)) return *none;
    at = &at->at(key);
  }
  return *at;
}

std::string TextAt(const Json& json, std::initializer_list<const char*> path) {
  const Json& at = At(json, path);
  return at.is_string() ? at.get<std::string>() : "";
}

int64_t NumberAt(const Json& json, std::initializer_list<const char*> path, int64_t fallback) {
  const Json& at = At(json, path);
  return at.is_number_integer() ? std::clamp<int64_t>(at.get<int64_t>(), 0, kMostReplicas) : fallback;
}

std::vector<Json> ListAt(const Json& json, std::initializer_list<const char*> path) {
  const Json& at = At(json, path);
  return at.is_array() ? std::vector<Json>(at.begin(), at.end()) : std::vector<Json>();
}

Labels LabelsAt(const Json& json, std::initializer_list<const char*> path) {
  Labels out;
  const Json& at = At(json, path);
  if (!at.is_object()) return out;
  for (const auto& [key, value] : at.items()) {
    if (value.is_string()) out[key] = value.get<std::string>();
  }
  return out;
}

// In thousandths; 0 where nothing is said.
absl::StatusOr<int64_t> MilliAt(const Json& amounts, const char* resource) {
  const Json& at = At(amounts, {resource});
  if (at.is_null()) return 0;
  const std::string text = at.is_string() ? at.get<std::string>() : at.dump();
  const auto milli = release::MilliAmountOf(text);
  if (!milli || *milli > kMostMilli)
    return absl::InvalidArgumentError(absl::StrCat(resource, " \"", text, "\" is no amount"));
  return *milli;
}

absl::StatusOr<Room> RoomOf(const Json& amounts) {
  Room room;
  ASSIGN_OR_RETURN(room.cpu, MilliAt(amounts, "cpu"));
  ASSIGN_OR_RETURN(const int64_t memory, MilliAt(amounts, "memory"));
  room.memory = (memory + 999) / 1000;
  return room;
}

// What only limits say is requested, too.
absl::StatusOr<Room> RequestOf(const Json& container) {
  Json amounts = Json::object();
  for (const char* from : {"limits", "requests"}) {
    const Json& given = At(container, {"resources", from});
    if (given.is_object()) amounts.update(given);
  }
  return RoomOf(amounts);
}

// Containers run together, those of the start one after the other.
absl::StatusOr<Room> RequestOfPod(const Json& spec) {
  Room sum;
  for (const Json& container : ListAt(spec, {"containers"})) {
    ASSIGN_OR_RETURN(const Room one, RequestOf(container));
    sum += one;
  }
  for (const Json& container : ListAt(spec, {"initContainers"})) {
    ASSIGN_OR_RETURN(const Room one, RequestOf(container));
    sum.cpu = std::max(sum.cpu, one.cpu);
    sum.memory = std::max(sum.memory, one.memory);
  }
  sum.pods = 1;
  return sum;
}

// Where the pod is described, and how many of it; nullptr: it is no workload.
const Json* PodIn(const Json& object, int64_t* replicas) {
  const std::string kind = TextAt(object, {"kind"});
  if (kind == "Pod") return &object;
  if (kind != "Deployment" && kind != "StatefulSet" && kind != "Job") return nullptr;
  *replicas = NumberAt(object, {"spec", kind == "Job" ? "parallelism" : "replicas"}, 1);
  return &At(object, {"spec", "template"});
}

absl::StatusOr<Workload> WorkloadOf(const Json& object, const Json& pod, int64_t replicas) {
  Workload out;
  out.name = TextAt(object, {"metadata", "name"});
  out.name_space = TextAt(object, {"metadata", "namespace"});
  out.replicas = replicas;
  out.labels = LabelsAt(pod, {"metadata", "labels"});
  out.node_selector = LabelsAt(pod, {"spec", "nodeSelector"});
  out.tolerations = ListAt(pod, {"spec", "tolerations"});
  out.apart =
      ListAt(pod, {"spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"});
  ASSIGN_OR_RETURN(out.request, RequestOfPod(At(pod, {"spec"})), absl::StrCat("pods of ", out.name));
  out.group = out.name;
  if (const auto project = out.labels.find("proj"); project != out.labels.end())
    out.group = std::string(absl::StripSuffix(out.name, absl::StrCat("-", project->second)));
  return out;
}

bool Tolerates(const Json& toleration, const Json& taint) {
  const std::string key = TextAt(toleration, {"key"}), effect = TextAt(toleration, {"effect"});
  if (!effect.empty() && effect != TextAt(taint, {"effect"})) return false;
  if (TextAt(toleration, {"operator"}) == "Exists") return key.empty() || key == TextAt(taint, {"key"});
  return key == TextAt(taint, {"key"}) && TextAt(toleration, {"value"}) == TextAt(taint, {"value"});
}

bool Contains(const Labels& labels, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto there = labels.find(label.first);
    return there != labels.end() && there->second == label.second;
  });
}

bool Matches(const Json& expression, const Labels& labels) {
  const auto there = labels.find(TextAt(expression, {"key"}));
  const bool has = there != labels.end();
  const std::string is = TextAt(expression, {"operator"});
  if (is == "Exists") return has;
  if (is == "DoesNotExist") return !has;
  const std::vector<Json> values = ListAt(expression, {"values"});
  const bool listed = has && std::find(values.begin(), values.end(), there->second) != values.end();
  return is == "NotIn" ? !listed : listed;
}

}  // namespace

Room& Room::operator+=(const Room& more) {
  cpu += more.cpu;
  memory += more.memory;
  pods += more.pods;
  return *this;
}

Room& Room::operator-=(const Room& less) {
  cpu -= less.cpu;
  memory -= less.memory;
  pods -= less.pods;
  return *this;
}

absl::StatusOr<std::vector<Workload>> WorkloadsOf(const std::vector<Json>& objects) {
  std::vector<Workload> out;
  for (const Json& object : objects) {
    int64_t replicas = 1;
    const Json* pod = PodIn(object, &replicas);
    if (pod == nullptr) continue;
    ASSIGN_OR_RETURN(Workload workload, WorkloadOf(object, *pod, replicas));
    out.push_back(std::move(workload));
  }
  return out;
}

absl::StatusOr<std::vector<Node>> NodesOf(const std::vector<Json>& nodes) {
  std::vector<Node> out;
  for (const Json& object : nodes) {
    Node node;
    node.name = TextAt(object, {"metadata", "name"});
    node.labels = LabelsAt(object, {"metadata", "labels"});
    node.schedulable = At(object, {"spec", "unschedulable"}) != true;
    node.taints = ListAt(object, {"spec", "taints"});
    const Json& allocatable = At(object, {"status", "allocatable"});
    ASSIGN_OR_RETURN(node.left, RoomOf(allocatable), absl::StrCat("node ", node.name));
    ASSIGN_OR_RETURN(const int64_t pods, MilliAt(allocatable, "pods"), absl::StrCat("node ", node.name));
    node.left.pods = At(allocatable, {"pods"}).is_null() ? kDefaultPods : pods / 1000;
    out.push_back(std::move(node));
  }
  return out;
}

absl::StatusOr<std::vector<PlacedPod>> PodsOf(const std::vector<Json>& pods) {
  std::vector<PlacedPod> out;
  for (const Json& pod : pods) {
    const std::string node = TextAt(pod, {"spec", "nodeName"}), phase = TextAt(pod, {"status", "phase"});
    if (node.empty() || phase == "Succeeded" || phase == "Failed") continue;
    ASSIGN_OR_RETURN(Workload one, WorkloadOf(pod, pod, 1));
    out.push_back({node, std::move(one)});
  }
  return out;
}

bool IsEligible(const Node& node, const Workload& workload) {
  if (!node.schedulable || !Contains(node.labels, workload.node_selector)) return false;
  return std::all_of(node.taints.begin(), node.taints.end(), [&](const Json& taint) {
    const auto tolerates = [&](const Json& toleration) { return Tolerates(toleration, taint); };
    return TextAt(taint, {"effect"}) == "PreferNoSchedule" ||
           std::any_of(workload.tolerations.begin(), workload.tolerations.end(), tolerates);
  });
}

bool SpeaksOf(const Json& term, const Workload& of, const Workload& other) {
  const std::vector<Json> namespaces = ListAt(term, {"namespaces"});
  const bool same = namespaces.empty() ? other.name_space == of.name_space
                                       : std::find(namespaces.begin(), namespaces.end(), other.name_space) !=
                                             namespaces.end();
  if (!same || !Contains(other.labels, LabelsAt(term, {"labelSelector", "matchLabels"}))) return false;
  const std::vector<Json> expressions = ListAt(term, {"labelSelector", "matchExpressions"});
  return std::all_of(expressions.begin(), expressions.end(),
                     [&](const Json& expression) { return Matches(expression, other.labels); });
}

std::string TopologyOf(const Json& term, const Node& node) {
  const auto label = node.labels.find(TextAt(term, {"topologyKey"}));
  return label == node.labels.end() ? absl::StrCat("node ", node.name) : label->second;
}

}  // namespace devstats::domain
