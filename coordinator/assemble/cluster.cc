#include "coordinator/assemble/cluster.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/assemble/phases.h"
#include "coordinator/kube/units/bootstrap_token.h"
#include "coordinator/kube/units/labels_unit.h"
#include "coordinator/kube/units/manifest_source.h"
#include "coordinator/kube/units/nodes.h"
#include "coordinator/kube/units/object_unit.h"
#include "coordinator/kube/units/taints_unit.h"
#include "coordinator/kube/units/verify_unit.h"
#include "coordinator/nodes/phase_unit.h"

namespace devstats::coordinator {
namespace {

using Names = std::vector<std::string>;

// The pod network of a node as the control plane has given it out.
absl::StatusOr<std::string> PodCidrOf(kube::KubeClient& client, const std::string& node) {
  ASSIGN_OR_RETURN(const Json object, GetNode(client, node));
  const std::string cidr = kube::TextAt(object, {"spec", "podCIDR"});
  if (cidr.empty()) return absl::UnavailableError(absl::StrCat(node, " has no pod network yet"));
  return cidr;
}

class Cluster {
 public:
  Cluster(const spec::ClusterSpec& spec, const World& world, const std::vector<Json>& cni,
          std::vector<GraphNode>* all)
      : spec_(spec), world_(world), client_(world.kubernetes->client()), cni_(cni), all_(*all) {
    for (const spec::NodeSpec& node : spec.nodes) nodes_.push_back(node.name);
  }

  void Add(const std::map<std::string, std::string>& last) {
    AddControlPlane(last.at(spec_.ControlPlane().name));
    AddJoins(last);
    if (spec_.kubernetes->cni.kind == spec::CniSpec::Kind::kHostGateway)
      AddHostGateway();
    else
      AddManifest();
    AddObjects();
    AddKubeconfigs();
    AddVerification();
  }

 private:
  AgentClient* AgentOf(const spec::NodeSpec& node) {
    return world_.agents->Get(node.name, AgentAddress(node));
  }

  // What a unit of the cluster needs makes the world that it observes: it is deferred until then.
  std::string Push(std::unique_ptr<Unit> unit, const Names& needs) {
    std::string id = unit->id();
    all_.push_back({.unit = std::move(unit), .needs = needs, .world = needs});
    return id;
  }
  std::string PushPhase(const spec::NodeSpec& node, PhaseWants wants, const Names& needs) {
    wants.node = node.name;
    return Push(std::make_unique<PhaseUnit>(std::move(wants), AgentOf(node)), needs);
  }

  void AddControlPlane(const std::string& ready) {
    const spec::NodeSpec& master = spec_.ControlPlane();
    const std::string init = PushPhase(master, {.spec = ControlPlanePhase(spec_, master)}, {ready});
    access_ = Push(std::make_unique<KubernetesAccessUnit>(world_.kubernetes, AgentOf(master)), {init});
  }

  void AddJoins(const std::map<std::string, std::string>& last) {
    joined_ = {access_};
    for (const spec::NodeSpec& node : spec_.nodes) {
      if (node.role == spec::Role::kControlPlane) continue;
      auto complete = [access = world_.kubernetes](agent::v1::PhaseSpec* phase) -> absl::Status {
        ASSIGN_OR_RETURN(*phase->mutable_join()->mutable_ca_hash(), access->AuthorityPin());
        return absl::OkStatus();
      };
      auto secrets = [client = client_,
                      clock = world_.clock](const StepKey& key) -> absl::StatusOr<PhaseSecrets> {
        ASSIGN_OR_RETURN(Secret token, CreateBootstrapToken(*client, BootstrapTokenIdOf(key), *clock));
        return PhaseSecrets{{"token", std::move(token)}};
      };
      auto take_back = [client = client_](const StepKey& key) {
        return DeleteBootstrapToken(*client, BootstrapTokenIdOf(key));
      };
      joined_.push_back(PushPhase(
          node,
          {.spec = JoinPhase(spec_, node), .complete = complete, .secrets = secrets, .take_back = take_back},
          {last.at(node.name), access_}));
    }
  }

  // Each box routes to the pods of all others: it changes when a node is added.
  void AddHostGateway() {
    for (const spec::NodeSpec& node : spec_.nodes) {
      std::map<std::string, std::string> others;
      for (const spec::NodeSpec& other : spec_.nodes)
        if (other.name != node.name) others[other.name] = other.address;
      auto complete = [client = client_, name = node.name,
                       others](agent::v1::PhaseSpec* phase) -> absl::Status {
        ASSIGN_OR_RETURN(*phase->mutable_bridge_cni()->mutable_pod_cidr(), PodCidrOf(*client, name));
        for (const auto& [other, address] : others) {
          agent::v1::Routes::Route* route = phase->mutable_routes()->add_items();
          ASSIGN_OR_RETURN(*route->mutable_destination(), PodCidrOf(*client, other));
          route->set_via(address);
        }
        return absl::OkStatus();
      };
      network_.push_back(PushPhase(node, {.spec = NetworkPhase(spec_, node), .complete = complete}, joined_));
    }
  }

  void AddManifest() {
    network_ = {
        Push(std::make_unique<ObjectUnit>(ObjectsWanted{.id = "cni", .objects = cni_}, client_), {access_})};
  }

  void AddObjects() {
    NodeLabels labels;
    for (const spec::NodeSpec& node : spec_.nodes) labels[node.name] = node.labels;
    Names namespaces;
    for (const spec::ContextSpec& context : spec_.contexts)
      if (context.namespace_ != "default") namespaces.push_back(context.namespace_);
    done_ = network_;
    done_.push_back(Push(std::make_unique<LabelsUnit>("labels", std::move(labels), client_), joined_));
    done_.push_back(Push(std::make_unique<TaintsUnit>("taints", nodes_, client_), joined_));
    done_.push_back(Push(MakeNamespacesUnit("namespaces", namespaces, client_), {access_}));
  }

  void AddKubeconfigs() {
    if (spec_.contexts.empty()) return;
    AgentClient* master = AgentOf(spec_.ControlPlane());
    Names before = joined_;  // and after what else those boxes do: a box works on one phase at a time
    before.insert(before.end(), network_.begin(), network_.end());
    for (const spec::NodeSpec& node : spec_.nodes) {
      auto secrets = [agent = AgentOf(node), master](const StepKey&) -> absl::StatusOr<PhaseSecrets> {
        ASSIGN_OR_RETURN(const std::string request, agent->BeginKubeconfig());
        ASSIGN_OR_RETURN(auto answer, master->SignKubernetesClient(request));
        return PhaseSecrets{{"certificate", Secret(answer.certificate_pem())}};
      };
      done_.push_back(PushPhase(node, {.spec = KubeconfigPhase(spec_, node), .secrets = secrets}, before));
    }
  }

  void AddVerification() {
    const spec::KubernetesSpec& k = *spec_.kubernetes;
    Push(std::make_unique<VerifyUnit>(VerifyWanted{.id = "verification",
                                                   .nodes = nodes_,
                                                   .max_pods = k.max_pods,
                                                   .node_mask = k.node_mask,
                                                   .dns_domain = k.dns_domain,
                                                   .image = k.check_image},
                                      client_),
         done_);
  }

  const spec::ClusterSpec& spec_;
  const World& world_;
  kube::KubeClient* const client_;
  const std::vector<Json>& cni_;
  std::vector<GraphNode>& all_;
  Names nodes_, joined_, network_, done_;
  std::string access_;
};

}  // namespace

absl::StatusOr<std::vector<Json>> ReadCni(const spec::ClusterSpec& spec) {
  std::vector<Json> objects;
  if (!spec.kubernetes || spec.kubernetes->cni.kind != spec::CniSpec::Kind::kManifest) return objects;
  const spec::KubernetesSpec& k = *spec.kubernetes;
  kube::HttpClient http;
  ASSIGN_OR_RETURN(const std::string text, ReadManifest(k.cni.manifest, k.cni.digest, http), "CNI manifest");
  ASSIGN_OR_RETURN(objects, kube::ParseManifest(text, k.cni.manifest));
  RETURN_IF_ERROR(SetPodNetwork(k.pod_subnet, k.node_mask, &objects), k.cni.manifest);
  return objects;
}

void AddCluster(const spec::ClusterSpec& spec, const World& world,
                const std::map<std::string, std::string>& last, const std::vector<Json>& cni,
                std::vector<GraphNode>* all) {
  Cluster(spec, world, cni, all).Add(last);
}

}  // namespace devstats::coordinator
