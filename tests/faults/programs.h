// The programs of a small box, as far as resources see them.
#pragma once
#include <arpa/inet.h>

#include "absl/strings/str_format.h"
#include "tests/faults/small_box.h"

namespace devstats::agent {

// The kernel's table, in its own byte order.
inline void SmallBox::ShowRoutes() {
  std::string text = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  auto raw = [](const std::string& address) {
    in_addr parsed{};
    inet_pton(AF_INET, address.c_str(), &parsed);
    return parsed.s_addr;
  };
  const Json routes = world_.value("routes", Json::object());
  for (const auto& [destination, via] : routes.items()) {
    const std::pair<std::string, std::string> network = absl::StrSplit(destination, '/');
    const uint32_t mask = htonl(~uint32_t{0} << (32 - std::stoi(network.second)));
    text += absl::StrFormat("eth0\t%08X\t%08X\t0003\t0\t0\t0\t%08X\t0\t0\t0\n", raw(network.first),
                            raw(via.get<std::string>()), mask);
  }
  Write("/proc/net/route", text);
}

inline void SmallBox::Mark(const Command& command) {
  const std::string attempt = "-1";
  world_["acts"].push_back(std::string(absl::StripSuffix(command.label, attempt)));
}

inline ProcessResult SmallBox::Mkfs(const Command& command) {
  Signature made{{command.argv[0].substr(command.argv[0].rfind('.') + 1)}, "", "", false};
  for (size_t i = 0; i + 1 < command.argv.size(); ++i) {
    if (command.argv[i] == "-U") made.uuid = command.argv[i + 1];
    if (command.argv[i] == "-L") made.label = command.argv[i + 1];
  }
  blocks.Find(command.argv.back())->signature = made;
  return {};
}

inline ProcessResult SmallBox::Dpkg() {
  std::string out;
  const Json packages = world_.value("packages", Json::object());
  for (const auto& [name, package] : packages.items())
    absl::StrAppend(&out, name, "\t", package[0].get<std::string>(), "\t", package[1].get<std::string>(), "\n");
  return {1, out, "dpkg-query: no packages found matching x\n", false};
}

inline ProcessResult SmallBox::Kubeadm(const Command& command) {
  const std::vector<std::string>& argv = command.argv;
  if (argv[1] == "init" && argv[2] == "--config")
    for (const char* file : {"/etc/kubernetes/admin.conf", "/etc/kubernetes/manifests/kube-apiserver.yaml",
                             "/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/config.yaml"})
      Write(file, "x\n");
  if (argv[1] == "join" && argv[2] == "--config") {
    Write("/etc/kubernetes/kubelet.conf",
          "apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.0.0.1:6443\n  name: default-cluster\n");
    Write("/etc/kubernetes/pki/ca.crt", Read("/authority"));
  }
  if (argv[1] == "reset") std::filesystem::remove_all(root() + "/etc/kubernetes");
  return {0, "[done]\n", "", false};
}

inline ProcessResult SmallBox::Program(const Command& command) {
  const std::string line = absl::StrJoin(command.argv, " ");
  const auto is = [&](const char* words) { return absl::StartsWith(line, words); };
  if (!command.label.empty()) Mark(command);
  if (is("/usr/bin/dpkg-query")) return Dpkg();
  if (is("/usr/bin/apt-cache madison")) return {0, " kubelet | 1.35.0-1.1 | https://example.org  Packages\n", "", false};
  if (is("/usr/bin/apt-get install"))
    for (const std::string& word : command.argv)
      if (const auto sign = word.find('='); absl::StartsWith(word, "kube"))
        world_["packages"][word.substr(0, sign)] = {"ii ", word.substr(sign + 1)};
  if (is("/usr/bin/apt-mark hold"))
    for (size_t i = 2; i < command.argv.size(); ++i) world_["packages"][command.argv[i]][0] = "hi ";
  if (is("/usr/bin/apt-") || is("/usr/bin/dpkg ")) return {};
  if (is("/usr/sbin/mkfs.")) return Mkfs(command);
  if (is("/usr/bin/kubeadm")) return Kubeadm(command);
  if (is("/usr/bin/kubectl completion")) return {0, "# completion\n", "", false};
  if (is("/usr/bin/kubectl")) return {0, absl::EndsWith(line, "/readyz") ? "ok" : "{}", "", false};
  if (is("/usr/bin/containerd")) return {0, "containerd github.com/containerd/containerd 1.6.20 1.6.20\n", "", false};
  if (is("/usr/bin/cp")) return *RunProcess(command.argv);  // the real one
  if (is("/usr/sbin/iptables")) return {world_.value("masquerade", false) ? 0 : 1, "", "", false};
  if (is("/sbin/ip route del")) {
    world_["routes"].erase(command.argv[3]);
    ShowRoutes();
    return {};
  }
  return {DurableCommands::kNoSuchProgram, "", "", false};
}

}  // namespace devstats::agent
