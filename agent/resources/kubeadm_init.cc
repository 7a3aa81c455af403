#include "agent/resources/kubeadm_init.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "agent/host/systemd.h"
#include "agent/resources/file_state.h"
#include "agent/resources/kubeadm_config.h"
#include "agent/resources/kubectl.h"
#include "agent/resources/kubelet.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kInit[] = "kubeadm init";
// The first three tell that somebody made or joined a cluster here; all of them that it was finished.
constexpr const char* kFiles[] = {"/etc/kubernetes/admin.conf",
                                  "/etc/kubernetes/manifests/kube-apiserver.yaml",
                                  "/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/config.yaml"};

// "ready", or what keeps the API server from it.
std::string ApiState(Host* host) {
  const Kubectl kubectl(host);
  if (auto ready = kubectl.Get("/readyz"); !ready.ok()) return std::string(ready.status().message());
  auto config = kubectl.Get("/api/v1/namespaces/kube-system/configmaps/kubeadm-config");
  return config.ok() ? "ready" : std::string(config.status().message());
}

// "pod_subnet: 10.244.0.0/16 -> 10.0.0.0/16" for each field that differs.
std::vector<std::string> Differences(const Json& made, const Json& desired) {
  std::vector<std::string> out;
  Json all = made;
  all.update(desired);
  for (const auto& [key, unused] : all.items()) {
    const Json was = made.value(key, Json()), now = desired.value(key, Json());
    if (was != now) out.push_back(absl::StrCat(key, ": ", CanonicalJson(was), " -> ", CanonicalJson(now)));
  }
  return out;
}

absl::Status Foreign(const std::string& file) {
  return Hint(
      absl::FailedPreconditionError(
          absl::StrCat(file, " is there, but this agent has not made a cluster on this box")),
      "a cluster that others made is not taken over: list another box as the control plane, or remove that "
      "cluster (kubeadm reset) if nobody needs it");
}

absl::Status Incomplete(const std::string& file) {
  return Hint(
      absl::FailedPreconditionError(absl::StrCat("the cluster was made here, but ", file, " is gone")),
      "put it back from a backup; or, if the cluster may be lost with all it holds, run kubeadm reset and "
      "apply again");
}

absl::Status Unready(const std::string& state) {
  return Hint(absl::UnavailableError(absl::StrCat("the API server is not ready: ", state)),
              "on the box: crictl ps -a; journalctl -u kubelet");
}

absl::Status Fixed(const std::vector<std::string>& differences) {
  return Hint(
      absl::FailedPreconditionError(absl::StrCat("fixed when the cluster was made and not changed by apply: ",
                                                 absl::StrJoin(differences, ", "))),
      "put the former values back into cluster.yaml, or change the running cluster by kubeadm first");
}

}  // namespace

absl::StatusOr<Json> KubeadmInitResource::Observe() {
  Json present = Json::array(), absent = Json::array();
  for (const char* file : kFiles) {
    ASSIGN_OR_RETURN(auto content, host_->ReadFile(file));
    (content ? present : absent).push_back(file);
  }
  ASSIGN_OR_RETURN(const KubeadmRun::Past past, run_.Look());
  const bool any = !present.empty() && present[0] != kFiles[3];
  Json out = {{"state", "none"}};
  if (past.finished && any) {
    out["state"] = "made";
    out["absent"] = absent;
    ASSIGN_OR_RETURN(out["made_from"], ParseJson(past.made_from), "the record of the cluster's making");
    ASSIGN_OR_RETURN(const UnitState kubelet, host_->systemd().Get(KubeletResource::kUnit));
    out["kubelet"] = kubelet.active;
    if (absent.empty() && kubelet.active == "active") out["api"] = ApiState(host_);
  } else if (past.begun) {
    out["state"] = "half-made";
  } else if (any) {
    out["state"] = "foreign";
    out["present"] = present;
  }
  return out;
}

absl::StatusOr<UnitPlan> KubeadmInitResource::Diff(const Json& observed) const {
  UnitPlan plan;
  RETURN_IF_ERROR(InitConfig(desired_));
  const std::string state = observed["state"];
  if (state == "foreign") return Foreign(observed["present"][0]);
  if (state != "made") {
    const bool half = state == "half-made";
    AddChange(
        &plan, kInit, Change::RUN, half ? Change::OURS : Change::ABSENT,
        half ? "half made by an earlier run, which is cleaned first" : "",
        absl::StrCat("Kubernetes ", desired_.version(), ", API server on ", desired_.advertise_address()));
    return plan;
  }
  if (!observed["absent"].empty()) return Incomplete(observed["absent"][0]);
  if (auto differences = Differences(observed["made_from"], Inputs()); !differences.empty())
    return Fixed(differences);
  if (observed["kubelet"] != "active") {
    AddChange(&plan, KubeletResource::kUnit, Change::UPDATE, Change::OURS, observed["kubelet"], "active");
    return plan;
  }
  if (observed["api"] != "ready") return Unready(observed["api"]);
  return plan;
}

absl::Status KubeadmInitResource::Settle(const StepContext& context) {
  return host_->commands().Settle(context.key);
}

absl::Status KubeadmInitResource::Prepare(const StepContext& context, const Secret& config) {
  context.progress("pulling images");
  absl::Status pulled = run_.Command(
      context, "images", {"config", "images", "pull", "--config", "/dev/stdin"}, config, absl::Minutes(30));
  // Images may be on the box already without a registry in reach: preflight looks and decides.
  if (!pulled.ok()) context.progress(pulled.message());
  return run_.Command(context, "preflight", {"init", "phase", "preflight", "--config", "/dev/stdin"}, config,
                      absl::Minutes(30));
}

absl::Status KubeadmInitResource::Init(const StepContext& context) {
  ASSIGN_OR_RETURN(const std::string text, InitConfig(desired_));
  const Secret config(text);
  ASSIGN_OR_RETURN(const std::string socket, CriSocket(desired_.version()));
  return run_.Once(context, {.arguments = {"--skip-token-print"},
                             .config = config,
                             .cri_socket = socket,
                             .made_from = CanonicalJson(Inputs()),
                             .prepare = [&] { return Prepare(context, config); }});
}

absl::Status KubeadmInitResource::WaitReady(const StepContext& context) {
  context.progress("waiting for the API server");
  const absl::Time end = absl::Now() + absl::Minutes(3);
  while (true) {
    const std::string state = ApiState(host_);
    if (state == "ready") return absl::OkStatus();
    if (absl::Now() > end) return Unready(state);
    absl::SleepFor(absl::Milliseconds(500));
  }
}

absl::Status KubeadmInitResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    if (c.path() == kInit) RETURN_IF_ERROR(Init(context));
    if (c.path() == KubeletResource::kUnit) RETURN_IF_ERROR(host_->systemd().Start(KubeletResource::kUnit));
  }
  return WaitReady(context);
}

}  // namespace devstats::agent
