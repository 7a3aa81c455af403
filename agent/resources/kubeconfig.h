// root's kubeconfig: the contexts of the spec with a client certificate of this box's own. The key is made
// here (KubeconfigRequest) and never leaves; the certificate comes back with the apply. Contexts that root
// adds and the one that root has chosen stay; a kubeconfig that was there before us is not touched.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/clock.h"
#include "common/secret.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

class KubeconfigResource : public Unit {
 public:
  static constexpr char kFile[] = "/root/.kube/config";
  static constexpr char kKey[] = "/root/.kube/devstats.key";
  static constexpr char kCertificate[] = "/root/.kube/devstats.crt";
  static constexpr char kAuthority[] = "/etc/kubernetes/pki/ca.crt";

  // `certificate` (PEM) may be empty where nothing is applied. Pointers are not owned.
  KubeconfigResource(v1::Kubeconfig desired, Secret certificate, Host* host,
                     const Clock* clock = &SystemClock())
      : desired_(std::move(desired)), certificate_(std::move(certificate)), host_(host), clock_(clock) {}
  std::string id() const override { return "kubeconfig"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  Json Desired() const;
  absl::StatusOr<Json> Current() const;  // the whole file as data; an empty object when absent
  // "valid", or why the certificate in place is not.
  absl::StatusOr<std::string> CertificateState() const;
  absl::Status InstallCertificate();
  absl::Status WriteConfig();
  const v1::Kubeconfig desired_;
  const Secret certificate_;
  Host* const host_;
  const Clock* const clock_;
};

// A request for the certificate of root on `node`, by the key of this box, which is made when there is none.
absl::StatusOr<std::string> KubeconfigRequest(Host* host, const std::string& node);

}  // namespace devstats::agent
