// One case for each resource: a box before, and what it should become.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/resources/bridge_cni.h"
#include "agent/resources/kubeconfig.h"
#include "common/pki.h"
#include "devstats/agent/v1/agent.pb.h"
#include "tests/agent/resources/containerd_goldens.h"
#include "tests/faults/programs.h"

namespace devstats::agent {

struct Case {
  std::string name;
  std::vector<std::string> once;  // the programs that must run exactly once, whatever is cut
  std::function<void(SmallBox&, v1::ApplyRequest*)> prepare;
};
inline void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

inline pki::Authority TestAuthority() {
  return *pki::NewAuthority("kubernetes", absl::UnixEpoch(), absl::Now() + absl::Hours(24 * 3650));
}

inline void WantSwapOff(SmallBox& box, v1::ApplyRequest* request) {
  std::string area(static_cast<size_t>(64 * 1024 + ::sysconf(_SC_PAGESIZE)), '\0');
  area.replace(static_cast<size_t>(::sysconf(_SC_PAGESIZE)) - 10, 10, "SWAPSPACE2");
  box.Write("/swapfile", area);
  box.Write("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/swapfile\tfile\t64\t0\t-2\n");
  box.Write("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n");
  box.systemd.Add("swapfile.swap", "generated", true);
  request->mutable_spec()->mutable_swap();
}

inline void WantModules(SmallBox& box, v1::ApplyRequest* request) {
  box.Write("/proc/sys/kernel/osrelease", "6.8.0-1\n");
  box.Write("/proc/modules", "");
  box.Write("/proc/filesystems", "nodev\tproc\n");
  box.Write("/lib/modules/6.8.0-1/modules.builtin", "");
  box.Write("/lib/modules/6.8.0-1/modules.dep", "kernel/br_netfilter.ko:\nkernel/overlay.ko:\n");
  for (const char* name : {"overlay", "br_netfilter"}) request->mutable_spec()->mutable_modules()->add_names(name);
}

inline void WantDisk(SmallBox& box, v1::ApplyRequest* request) {
  BlockDevice& system = box.blocks.Add("/dev/sda", "SYS");
  system.mounts = {"/"};
  system.signature.types = {"gpt"};
  box.blocks.Add("/dev/sdb", "SER-B");
  box.Write("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n");
  box.systemd.Add("data.mount", "enabled");
  v1::DataDisk* disk = request->mutable_spec()->mutable_disk();
  disk->add_devices("SER-B");
  disk->set_layout(v1::DataDisk::SINGLE);
  disk->set_filesystem("ext4");
  disk->set_label("data");
  disk->set_mount_point("/data");
  disk->add_mount_options("noatime");
}

inline void WantLinks(SmallBox& box, v1::ApplyRequest* request) {
  box.blocks.mounts.push_back({"/dev/sdb", "/data", "ext4"});
  box.Write("/data/other", "1");
  box.Write("/var/lib/kubelet/pods/x", "content");
  box.systemd.Add("kubelet.service", "enabled", true);
  v1::Link* link = request->mutable_spec()->mutable_links()->add_items();
  link->set_path("/var/lib/kubelet");
  link->set_target("/data/kubelet");
  link->set_move(true);
  link->add_users("kubelet.service");
  v1::Link* absent = request->mutable_spec()->mutable_links()->add_items();
  absent->set_path("/var/openebs");
  absent->set_target("/data/openebs");
}

inline void WantContainerd(SmallBox& box, v1::ApplyRequest* request) {
  box.systemd.Add("containerd.service", "enabled", true);
  box.Write("/etc/containerd/config.toml", kDebianToml);
  v1::Containerd* containerd = request->mutable_spec()->mutable_containerd();
  containerd->set_sandbox_image("registry.k8s.io/pause:3.10");
  containerd->set_systemd_cgroup(true);
  containerd->set_cni_bin_dir("/opt/cni/bin");
  v1::Registry* registry = containerd->add_registries();
  registry->set_host("registry.k8s.io");
  registry->add_mirrors("http://10.0.0.1:5000");
}

inline void WantInit(SmallBox& box, v1::ApplyRequest* request) {
  box.systemd.Add("kubelet.service", "enabled", true);
  v1::KubeadmInit* init = request->mutable_spec()->mutable_init();
  init->set_version("1.35.0");
  init->set_node_name("n");
  init->set_advertise_address("10.0.0.1");
  init->set_pod_subnet("10.244.0.0/16");
  init->set_service_subnet("10.96.0.0/12");
}

inline void WantJoin(SmallBox& box, v1::ApplyRequest* request) {
  const pki::Authority ca = TestAuthority();
  box.Write("/authority", ca.certificate_pem);
  box.systemd.Add("kubelet.service", "enabled", true);
  v1::KubeadmJoin* join = request->mutable_spec()->mutable_join();
  join->set_version("1.35.0");
  join->set_node_name("n");
  join->set_endpoint("10.0.0.1:6443");
  join->set_ca_hash(pki::Inspect(ca.certificate_pem)->spki_pin);
  (*request->mutable_secrets())["token"] = "abcdef.0123456789abcdef";
}

inline void WantKubeconfig(SmallBox& box, v1::ApplyRequest* request) {
  const pki::Authority ca = TestAuthority();
  box.Write(KubeconfigResource::kAuthority, ca.certificate_pem);
  const std::string csr = *KubeconfigRequest(box.host(), "n");
  (*request->mutable_secrets())["certificate"] =
      *pki::Sign(ca, csr,
                 {.common_name = "root@n", .not_before = absl::Now() - absl::Hours(1),
                  .not_after = absl::Now() + absl::Hours(24 * 365)});
  v1::Kubeconfig* config = request->mutable_spec()->mutable_kubeconfig();
  config->set_endpoint("10.0.0.1:6443");
  config->set_current("prod");
  auto* context = config->add_contexts();
  context->set_name("prod");
  context->set_namespace_("devstats-prod");
}

inline void WantRoutes(SmallBox& box, v1::ApplyRequest* request) {
  box.systemd.Add(RoutesResource::kUnit, "disabled");
  box.Write("/proc/net/route", "Iface\n");
  auto* route = request->mutable_spec()->mutable_routes()->add_items();
  route->set_destination("10.244.1.0/24");
  route->set_via("10.0.0.2");
}

inline void WantBridge(SmallBox& box, v1::ApplyRequest* request) {
  box.systemd.Add(BridgeCniResource::kUnit, "disabled");
  request->mutable_spec()->mutable_bridge_cni()->set_pod_cidr("10.244.1.0/24");
  request->mutable_spec()->mutable_bridge_cni()->set_cluster_cidr("10.244.0.0/16");
}

inline std::vector<Case> Cases() {
  return {
      {"hostname", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         for (const char* file : {"/proc/sys/kernel/hostname", "/etc/hostname"}) box.Write(file, "provider-17\n");
         request->mutable_spec()->mutable_hostname()->set_name("node-1");
       }},
      {"hosts", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         box.Write("/etc/hosts", "127.0.0.1 localhost\n");
         auto* entry = request->mutable_spec()->mutable_hosts()->add_entries();
         entry->set_address("10.0.0.2");
         entry->add_names("node-1");
       }},
      {"swap", {}, WantSwapOff},
      {"modules", {}, WantModules},
      {"sysctl", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         for (const char* key : {"ip_forward", "tcp_syncookies"}) {
           box.Write(absl::StrCat("/proc/sys/net/ipv4/", key), "0\n");
           (*request->mutable_spec()->mutable_sysctl()->mutable_values())[absl::StrCat("net.ipv4.", key)] = "1";
         }
       }},
      {"journald", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         box.systemd.Add("systemd-journald.service", "static", true);
         request->mutable_spec()->mutable_journald()->set_max_use("2G");
       }},
      {"repositories", {"update"},
       [](SmallBox&, v1::ApplyRequest* request) {
         auto* item = request->mutable_spec()->mutable_repositories()->add_items();
         item->set_name("kubernetes");
         item->add_uris("https://example.org/deb/");
         item->add_suites("/");
         item->set_key("-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n-----END PGP PUBLIC KEY BLOCK-----");
       }},
      {"packages", {"configure", "install", "hold"},
       [](SmallBox&, v1::ApplyRequest* request) {
         auto* item = request->mutable_spec()->mutable_packages()->add_items();
         item->set_name("kubelet");
         item->set_version("1.35.0-1.1");
         item->set_hold(true);
       }},
      {"disk", {"mkfs"}, WantDisk},
      {"links", {}, WantLinks},
      {"containerd", {}, WantContainerd},
      {"services", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         box.systemd.Add("containerd.service", "disabled");
         request->mutable_spec()->mutable_services()->add_names("containerd.service");
       }},
      {"kubelet", {},
       [](SmallBox& box, v1::ApplyRequest* request) {
         box.systemd.Add("kubelet.service", "disabled");
         box.Write("/proc/sys/kernel/hostname", "node-1\n");
         request->mutable_spec()->mutable_kubelet()->set_node_ip("10.0.0.1");
         request->mutable_spec()->mutable_kubelet()->set_node_name("node-1");
       }},
      {"init", {"images", "preflight", "init"}, WantInit},
      {"join", {"preflight", "join"}, WantJoin},
      {"kubeconfig", {}, WantKubeconfig},
      {"routes", {}, WantRoutes},
      {"bridge_cni", {}, WantBridge},
      {"shell", {}, [](SmallBox&, v1::ApplyRequest* request) { request->mutable_spec()->mutable_shell(); }},
  };
}

}  // namespace devstats::agent
