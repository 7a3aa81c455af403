#include "agent/resources/bridge_cni.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/host/commands.h"
#include "agent/host/systemd.h"
#include "agent/resources/file_state.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kIptables[] = "/usr/sbin/iptables";
constexpr char kRule[] = "masquerading of pods that leave the cluster";

bool IsNetworkFile(const std::string& name) {
  return absl::EndsWith(name, ".conflist") || absl::EndsWith(name, ".conf") || absl::EndsWith(name, ".json");
}

}  // namespace

std::vector<std::string> BridgeCniResource::Rule(const std::string& verb) const {
  return {"-w",
          "-t",
          "nat",
          verb,
          "POSTROUTING",
          "-s",
          desired_.pod_cidr(),
          "!",
          "-d",
          desired_.cluster_cidr(),
          "-m",
          "comment",
          "--comment",
          "devstats-pods",
          "-j",
          "MASQUERADE"};
}

std::string BridgeCniResource::NetworkText() const {
  const Json bridge = {{"type", "bridge"},
                       {"bridge", "cni0"},
                       {"isGateway", true},
                       {"isDefaultGateway", true},
                       {"hairpinMode", true},
                       {"ipMasq", false},
                       {"ipam",
                        {{"type", "host-local"},
                         {"ranges", Json::array({Json::array({Json{{"subnet", desired_.pod_cidr()}}})})}}}};
  const Json portmap = {{"type", "portmap"}, {"capabilities", {{"portMappings", true}}}};
  const Json network = {
      {"cniVersion", "0.3.1"}, {"name", "devstats"}, {"plugins", Json::array({bridge, portmap})}};
  return network.dump(2) + "\n";
}

std::string BridgeCniResource::ServiceText() const {
  // Taken away and added: never twice, and no shell to ask first.
  return absl::StrCat(
      "# Made by devstats-agent from cluster.yaml; changes here are overwritten.\n"
      "[Unit]\n"
      "Description=Masquerade packets of pods that leave the cluster\n"
      "After=network-pre.target\n\n"
      "[Service]\n"
      "Type=oneshot\n"
      "RemainAfterExit=yes\n"
      "ExecStart=-",
      kIptables, " ", absl::StrJoin(Rule("-D"), " "), "\nExecStart=", kIptables, " ",
      absl::StrJoin(Rule("-A"), " "), "\nExecStop=-", kIptables, " ", absl::StrJoin(Rule("-D"), " "),
      "\n\n[Install]\nWantedBy=multi-user.target\n");
}

absl::StatusOr<Json> BridgeCniResource::Observe() {
  ASSIGN_OR_RETURN(Json network, ObserveFile(host_, kFile));
  ASSIGN_OR_RETURN(Json unit, ObserveFile(host_, kUnitFile));
  ASSIGN_OR_RETURN(const Json service, ObserveService(host_, kUnit));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, host_->ListFolder(kFolder));
  Json earlier = Json::array();
  for (const std::string& name : names)
    if (IsNetworkFile(name) && name < kName) earlier.push_back(name);
  std::vector<std::string> argv = Rule("-C");
  argv.insert(argv.begin(), kIptables);
  auto rule = host_->commands().Observe(argv);
  // Without the program there is no rule; installing it is another resource's.
  if (!rule.ok() && !absl::IsNotFound(rule.status())) return rule.status();
  return Json{{"network", network},
              {"unit", unit},
              {"enabled", service["enabled"]},
              {"earlier", earlier},
              {"rule", rule.ok() && rule->exit_code == 0}};
}

absl::StatusOr<UnitPlan> BridgeCniResource::Diff(const Json& observed) const {
  UnitPlan plan;
  if (desired_.pod_cidr().empty() || desired_.cluster_cidr().empty())
    return absl::InvalidArgumentError("the bridge network needs pod_cidr and cluster_cidr");
  if (!observed["earlier"].empty())
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(kFolder, "/", observed["earlier"][0].get<std::string>(),
                                                   " comes before ", kName, " and would be used instead")),
        "remove it, or let cluster.yaml name that network under kubernetes.cni");
  DiffFile(observed["unit"], kUnitFile, ServiceText(), &plan);
  if (observed["enabled"] != true)
    AddChange(&plan, absl::StrCat(kUnit, " enabled"), Change::UPDATE, Change::OURS, "no", "yes");
  if (observed["rule"] != true) AddChange(&plan, kRule, Change::CREATE, Change::ABSENT, "", "iptables rule");
  // Last: it is what makes the node ready.
  DiffFile(observed["network"], kFile, NetworkText(), &plan);
  return plan;
}

absl::Status BridgeCniResource::Apply(const UnitPlan& diff, const StepContext& context) {
  const Change* network = nullptr;
  bool service = false;
  for (const Change& c : diff.changes()) {
    if (c.path() == kFile) {
      network = &c;
      continue;
    }
    service = true;
    if (c.path() != kUnitFile) continue;
    // By the rule of the old text: its own stop takes it away.
    RETURN_IF_ERROR(host_->systemd().Stop(kUnit));
    RETURN_IF_ERROR(host_->WriteFile(id(), kUnitFile, c.after()));
  }
  FaultPoint("bridge_cni.unit", context.key.Text());
  if (service) {
    context.progress("setting the rule for packets that leave the cluster");
    RETURN_IF_ERROR(ApplyService(host_, kUnit));
  }
  if (network == nullptr) return absl::OkStatus();
  context.progress(absl::StrCat("writing ", kFile));
  return host_->WriteFile(id(), kFile, network->after());
}

}  // namespace devstats::agent
