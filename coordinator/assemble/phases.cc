#include "coordinator/assemble/phases.h"

#include "absl/strings/str_cat.h"
#include "coordinator/spec/os.h"

namespace devstats::coordinator {
namespace {

using agent::v1::PhaseSpec;

PhaseSpec Named(const char* name) {
  PhaseSpec phase;
  phase.set_phase(name);
  return phase;
}

void AddPackage(PhaseSpec* phase, const std::string& name, const std::string& version = "",
                bool hold = false) {
  agent::v1::Package* package = phase->mutable_packages()->add_items();
  package->set_name(name);
  package->set_version(version);
  package->set_hold(hold);
}

// What making and mounting the data disk takes.
void AddStoragePackages(const spec::StorageSpec& storage, PhaseSpec* phase) {
  if (storage.filesystem == "xfs") AddPackage(phase, "xfsprogs");
  if (storage.filesystem == "btrfs") AddPackage(phase, "btrfs-progs");
  if (storage.filesystem == "ext4") AddPackage(phase, "e2fsprogs");
  if (storage.layout == spec::StorageSpec::Layout::kRaid) AddPackage(phase, "mdadm");
  if (storage.layout == spec::StorageSpec::Layout::kLvm) AddPackage(phase, "lvm2");
}

agent::v1::DataDisk::Layout ToProto(spec::StorageSpec::Layout layout) {
  switch (layout) {
    case spec::StorageSpec::Layout::kSingle:
      return agent::v1::DataDisk::SINGLE;
    case spec::StorageSpec::Layout::kRaid:
      return agent::v1::DataDisk::RAID;
    case spec::StorageSpec::Layout::kLvm:
      return agent::v1::DataDisk::LVM;
  }
  return agent::v1::DataDisk::LAYOUT_UNSPECIFIED;
}

// Who writes below a linked folder, and so has to stop while it moves.
std::vector<std::string> UsersOf(const std::string& path) {
  if (path == "/var/lib/containerd") return {"kubelet.service", "containerd.service"};
  if (path == "/var/openebs") return {};
  return {"kubelet.service"};
}

void SetHosts(const spec::ClusterSpec& spec, PhaseSpec* phase) {
  for (const spec::NodeSpec& node : spec.nodes) {
    auto* entry = phase->mutable_hosts()->add_entries();
    entry->set_address(node.address);
    entry->add_names(node.name);
  }
}

}  // namespace

PhaseSpec HostPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node) {
  PhaseSpec phase = Named("host");
  for (const auto& [key, value] : spec.os.sysctl) (*phase.mutable_sysctl()->mutable_values())[key] = value;
  if (spec.os.hostname) phase.mutable_hostname()->set_name(node.name);
  if (spec.os.hosts) SetHosts(spec, &phase);
  if (spec.os.swap_off) phase.mutable_swap();
  for (const std::string& module : spec.os.modules) phase.mutable_modules()->add_names(module);
  if (!spec.os.journal_max_use.empty()) phase.mutable_journald()->set_max_use(spec.os.journal_max_use);
  if (!spec.os.journal_max_retention.empty())
    phase.mutable_journald()->set_max_retention(spec.os.journal_max_retention);
  for (const spec::RepositorySpec& r : spec.repositories) {
    auto* item = phase.mutable_repositories()->add_items();
    item->set_name(r.name);
    item->mutable_uris()->Add(r.uris.begin(), r.uris.end());
    item->mutable_suites()->Add(r.suites.begin(), r.suites.end());
    item->mutable_components()->Add(r.components.begin(), r.components.end());
    item->set_key(r.key);
  }
  for (const spec::PackageSpec& p : spec.packages) AddPackage(&phase, p.name, p.version, p.hold);
  if (!node.disks.empty()) AddStoragePackages(spec.storage, &phase);
  return phase;
}

PhaseSpec StoragePhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node) {
  PhaseSpec phase = Named("storage");
  if (node.disks.empty()) return phase;
  agent::v1::DataDisk* disk = phase.mutable_disk();
  disk->mutable_devices()->Add(node.disks.begin(), node.disks.end());
  disk->mutable_wipe()->Add(node.wipe.begin(), node.wipe.end());
  disk->set_layout(ToProto(spec.storage.layout));
  disk->set_raid_level(static_cast<uint32_t>(spec.storage.raid_level));
  disk->set_filesystem(spec.storage.filesystem);
  disk->set_label(spec.storage.label);
  disk->set_mount_point(spec.storage.mount);
  disk->mutable_mount_options()->Add(spec.storage.mount_options.begin(), spec.storage.mount_options.end());
  for (const spec::LinkSpec& l : spec.storage.links) {
    agent::v1::Link* link = phase.mutable_links()->add_items();
    link->set_path(l.path);
    link->set_target(l.target);
    link->set_move(l.move);
    for (const std::string& user : UsersOf(l.path)) link->add_users(user);
  }
  return phase;
}

PhaseSpec RuntimePhase(const spec::ClusterSpec& spec, const spec::NodeSpec&) {
  PhaseSpec phase = Named("runtime");
  if (!spec.kubernetes) return phase;
  const spec::RuntimeSpec& runtime = spec.runtime;
  AddPackage(&phase, runtime.package, runtime.version, !runtime.version.empty());
  agent::v1::Containerd* containerd = phase.mutable_containerd();
  containerd->set_sandbox_image(runtime.sandbox_image);
  containerd->set_systemd_cgroup(runtime.systemd_cgroup);
  containerd->set_restrict_oom_score_adj(runtime.restrict_oom_score_adj);
  containerd->set_cni_bin_dir(runtime.cni_bin_dir);
  if (spec::NeedsContainerd2(spec.kubernetes->version)) containerd->set_at_least_major(2);
  for (const spec::RegistrySpec& r : runtime.registries) {
    agent::v1::Registry* registry = containerd->add_registries();
    registry->set_host(r.host);
    registry->mutable_mirrors()->Add(r.mirrors.begin(), r.mirrors.end());
    registry->set_user(r.user);
    registry->set_password_secret(r.password_secret);
    registry->set_ca(r.ca);
  }
  phase.mutable_services()->add_names("containerd.service");
  return phase;
}

PhaseSpec KubernetesPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node) {
  PhaseSpec phase = Named("kubernetes");
  if (!spec.kubernetes) return phase;
  for (const char* name : {"kubelet", "kubeadm", "kubectl"})
    AddPackage(&phase, name, spec.kubernetes->package_version, true);
  for (const char* name : {"conntrack", "socat", "ethtool", "nfs-common"}) AddPackage(&phase, name);
  phase.mutable_kubelet()->set_node_ip(node.address);
  phase.mutable_kubelet()->set_node_name(node.name);
  phase.mutable_shell();
  return phase;
}

PhaseSpec ControlPlanePhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node) {
  PhaseSpec phase = Named("control-plane");
  const spec::KubernetesSpec& k = *spec.kubernetes;
  agent::v1::KubeadmInit* init = phase.mutable_init();
  init->set_version(k.version);
  init->set_node_name(node.name);
  init->set_advertise_address(node.address);
  init->set_pod_subnet(k.pod_subnet);
  init->set_service_subnet(k.service_subnet);
  init->set_node_mask(static_cast<uint32_t>(k.node_mask));
  init->mutable_sans()->Add(k.sans.begin(), k.sans.end());
  if (!node.external_address.empty()) init->add_sans(node.external_address);
  init->set_image_repository(k.image_repository);
  init->set_max_pods(static_cast<uint32_t>(k.max_pods));
  init->set_cgroup_driver(spec.runtime.systemd_cgroup ? "systemd" : "cgroupfs");
  init->set_resolv_conf(k.resolv_conf);
  init->set_dns_domain(k.dns_domain);
  init->set_conntrack_max_per_core(k.conntrack_max_per_core);
  init->set_conntrack_min(k.conntrack_min);
  return phase;
}

PhaseSpec JoinPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node) {
  PhaseSpec phase = Named("join");
  agent::v1::KubeadmJoin* join = phase.mutable_join();
  join->set_version(spec.kubernetes->version);
  join->set_node_name(node.name);
  join->set_endpoint(absl::StrCat(spec.ControlPlane().address, ":6443"));
  return phase;
}

PhaseSpec NetworkPhase(const spec::ClusterSpec& spec, const spec::NodeSpec&) {
  PhaseSpec phase = Named("network");
  phase.mutable_bridge_cni()->set_cluster_cidr(spec.kubernetes->pod_subnet);
  return phase;
}

PhaseSpec KubeconfigPhase(const spec::ClusterSpec& spec, const spec::NodeSpec&) {
  PhaseSpec phase = Named("kubeconfig");
  agent::v1::Kubeconfig* config = phase.mutable_kubeconfig();
  config->set_endpoint(absl::StrCat(spec.ControlPlane().address, ":6443"));
  for (const spec::ContextSpec& c : spec.contexts) {
    auto* context = config->add_contexts();
    context->set_name(c.name);
    context->set_namespace_(c.namespace_);
  }
  if (!spec.contexts.empty()) config->set_current(spec.contexts.front().name);
  return phase;
}

bool IsNothing(const PhaseSpec& phase) {
  PhaseSpec copy = phase;
  copy.clear_phase();
  return copy.ByteSizeLong() == 0;
}

}  // namespace devstats::coordinator
