// cluster, nodes, labels.
#include "coordinator/spec/os.h"
#include "coordinator/spec/schema.h"

namespace devstats::spec {
namespace {

NodeSpec& Node(Draft& d) { return d.spec.nodes.back(); }

Names Roles() { return {NameOf(Role::kControlPlane), NameOf(Role::kWorker)}; }

Names Systems() {
  Names names;
  for (const SupportedOs& os : SupportedSystems()) names.push_back(os.name());
  return names;
}

const Key kNodeKeys[] = {
    {.path = "cluster",
     .required = true,
     .grammar = &kDnsLabel,
     .meaning = "The name of the cluster. It stands in certificates: choose it once.",
     .example = "devstats",
     .set = [](Draft& d, Value&& v) { d.spec.name = v.text; }},
    {.path = "nodes",
     .type = Type::kSectionList,
     .required = true,
     .max = 500,
     .meaning = "The servers.",
     .example = "[{name: devstats-master, address: 10.0.0.10}]",
     .set = [](Draft& d, Value&&) { d.spec.nodes.emplace_back(); }},
    {.path = "nodes[].name",
     .required = true,
     .grammar = &kNodeName,
     .meaning = "The host name, which is the name of the Kubernetes node too.",
     .example = "devstats-node-0",
     .set = [](Draft& d, Value&& v) { Node(d).name = v.text; }},
    {.path = "nodes[].address",
     .required = true,
     .grammar = &kAddress,
     .meaning = "The address at which the nodes reach each other.",
     .example = "10.0.0.10",
     .set = [](Draft& d, Value&& v) { Node(d).address = v.text; }},
    {.path = "nodes[].externalAddress",
     .grammar = &kAddress,
     .meaning = "The address at which the world reaches the node, where that is another one.",
     .example = "203.0.113.10",
     .set = [](Draft& d, Value&& v) { Node(d).external_address = v.text; }},
    {.path = "nodes[].role",
     .fallback = "worker",
     .choices = Roles,
     .meaning = "What runs there: exactly one node is the control plane. Pods run on all of them.",
     .example = "control-plane",
     .set =
         [](Draft& d, Value&& v) {
           Node(d).role = v.text == NameOf(Role::kControlPlane) ? Role::kControlPlane : Role::kWorker;
         }},
    {.path = "nodes[].os",
     .choices = Systems,
     .meaning = "The operating system that must be found there. Without it any supported one will do.",
     .example = "ubuntu-24.04",
     .set = [](Draft& d, Value&& v) { Node(d).os = v.text; }},
    {.path = "nodes[].agentPort",
     .type = Type::kNumber,
     .fallback = "7442",
     .min = 1,
     .max = 65535,
     .meaning = "The TCP port of the agent.",
     .example = "7442",
     .set = [](Draft& d, Value&& v) { Node(d).agent_port = v.number; }},
    {.path = "nodes[].labels",
     .type = Type::kTextMap,
     .grammar = &kLabelValue,
     .key_grammar = &kLabelKey,
     .meaning = "Labels of the Kubernetes node, over those of all nodes.",
     .example = "{ingress: prod}",
     .set =
         [](Draft& d, Value&& v) {
           Node(d).labels = {v.map.begin(), v.map.end()};
         }},
    {.path = "nodes[].disks",
     .type = Type::kTextList,
     .grammar = &kDisk,
     .meaning = "The data disks by serial number or WWN, as `lsblk -d -o NAME,SERIAL,WWN` shows them. Others "
                "are never "
                "touched.",
     .example = "[S5XYNG0R201234, S5XYNG0R201235]",
     .set = [](Draft& d, Value&& v) { Node(d).disks = v.list; }},
    {.path = "nodes[].wipe",
     .type = Type::kTextList,
     .grammar = &kDisk,
     .meaning = "Those of the disks whose content may be destroyed. Even so each plan that does it wants to "
                "be confirmed.",
     .example = "[S5XYNG0R201234]",
     .set = [](Draft& d, Value&& v) { Node(d).wipe = v.list; }},
    {.path = "labels",
     .type = Type::kTextMap,
     .grammar = &kLabelValue,
     .key_grammar = &kLabelKey,
     .meaning = "Labels of all Kubernetes nodes.",
     .example = "{node: devstats-app, node2: devstats-db}",
     .set =
         [](Draft& d, Value&& v) {
           d.labels = {v.map.begin(), v.map.end()};
         }},
};

}  // namespace

absl::Span<const Key> NodeKeys() { return kNodeKeys; }

}  // namespace devstats::spec
