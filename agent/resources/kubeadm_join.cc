#include "agent/resources/kubeadm_join.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/host/systemd.h"
#include "agent/resources/file_state.h"
#include "agent/resources/kubeadm_config.h"
#include "agent/resources/kubectl.h"
#include "agent/resources/kubelet.h"
#include "common/pki.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kJoin[] = "kubeadm join";
constexpr char kKubeletConfig[] = "/etc/kubernetes/kubelet.conf";
constexpr char kAuthority[] = "/etc/kubernetes/pki/ca.crt";

absl::Status OtherCluster(const Json& observed, const v1::KubeadmJoin& desired) {
  const std::string server = observed["server"], pin = observed["pin"];
  return Hint(absl::FailedPreconditionError(absl::StrCat(
                  "this box belongs to the cluster of ", server, " (authority ", pin,
                  "), not to that of https://", desired.endpoint(), " (authority ", desired.ca_hash(), ")")),
              "take it out of that cluster first (kubeadm reset), if nobody needs it there");
}

// The pin of the authority that this box trusts; empty without one.
absl::StatusOr<std::string> PinHere(const Host& host) {
  ASSIGN_OR_RETURN(auto ca, host.ReadFile(kAuthority));
  if (!ca) return std::string();
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(*ca), kAuthority);
  return info.spki_pin;
}

}  // namespace

absl::StatusOr<Json> KubeadmJoinResource::Observe() {
  ASSIGN_OR_RETURN(auto config, host_->ReadFile(kKubeletConfig));
  ASSIGN_OR_RETURN(auto admin, host_->ReadFile(Kubectl::kAdminConfig));
  ASSIGN_OR_RETURN(const KubeadmRun::Past past, run_.Look());
  if (past.begun && !past.finished) return Json{{"state", "half-made"}};
  if (admin) return Json{{"state", "control-plane"}};
  if (!config) return Json{{"state", "none"}};
  Json out = {{"state", "member"}, {"ours", past.finished}};
  ASSIGN_OR_RETURN(out["server"], ServerOf(*config, kKubeletConfig));
  ASSIGN_OR_RETURN(out["pin"], PinHere(*host_));
  ASSIGN_OR_RETURN(const UnitState kubelet, host_->systemd().Get(KubeletResource::kUnit));
  out["kubelet"] = kubelet.active;
  return out;
}

absl::StatusOr<UnitPlan> KubeadmJoinResource::Diff(const Json& observed) const {
  UnitPlan plan;
  RETURN_IF_ERROR(CriSocket(desired_.version()));
  const std::string state = observed["state"];
  if (state == "control-plane")
    return Hint(
        absl::FailedPreconditionError("this box is the control plane of a cluster and cannot join one"),
        "give it the role control-plane in cluster.yaml, or remove that cluster (kubeadm reset)");
  if (state != "member") {
    const bool half = state == "half-made";
    AddChange(&plan, kJoin, Change::RUN, half ? Change::OURS : Change::ABSENT,
              half ? "half made by an earlier run, which is cleaned first" : "",
              absl::StrCat("node ", desired_.node_name(), " of https://", desired_.endpoint()));
    return plan;
  }
  // The authority tells one cluster from another; without its pin we only believe what we did ourselves.
  const bool same_authority =
      desired_.ca_hash().empty() ? observed["ours"] == true : observed["pin"] == desired_.ca_hash();
  if (!same_authority || observed["server"] != absl::StrCat("https://", desired_.endpoint()))
    return OtherCluster(observed, desired_);
  if (observed["kubelet"] != "active")
    AddChange(&plan, KubeletResource::kUnit, Change::UPDATE, Change::OURS, observed["kubelet"], "active");
  return plan;
}

absl::Status KubeadmJoinResource::Settle(const StepContext& context) {
  return host_->commands().Settle(context.key);
}

absl::Status KubeadmJoinResource::Join(const StepContext& context) {
  ASSIGN_OR_RETURN(const Secret config, JoinConfig(desired_, token_));
  ASSIGN_OR_RETURN(const std::string socket, CriSocket(desired_.version()));
  return run_.Once(context, {.arguments = {},
                             .config = config,
                             .cri_socket = socket,
                             .made_from = CanonicalJson(Inputs()),
                             .prepare = [&] {
                               return run_.Command(context, "preflight",
                                                   {"join", "phase", "preflight", "--config", "/dev/stdin"},
                                                   config, absl::Minutes(10));
                             }});
}

absl::Status KubeadmJoinResource::WaitActive(const StepContext& context) {
  context.progress("waiting for the kubelet");
  const absl::Time end = absl::Now() + absl::Minutes(1);
  while (true) {
    ASSIGN_OR_RETURN(const UnitState kubelet, host_->systemd().Get(KubeletResource::kUnit));
    if (kubelet.active == "active") return absl::OkStatus();
    if (absl::Now() > end)
      return Hint(absl::UnavailableError(absl::StrCat("the kubelet is ", kubelet.active)),
                  "journalctl -u kubelet");
    absl::SleepFor(absl::Milliseconds(200));
  }
}

absl::Status KubeadmJoinResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    if (c.path() == kJoin) RETURN_IF_ERROR(Join(context));
    if (c.path() == KubeletResource::kUnit) RETURN_IF_ERROR(host_->systemd().Start(KubeletResource::kUnit));
  }
  return WaitActive(context);
}

}  // namespace devstats::agent
