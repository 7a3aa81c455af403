// kubeadm's acts that must not happen twice, `init` and `join`: whether we have begun and finished one stands
// in the inventory, written before the act and after its success. What a cut or a failure left half made is
// cleaned by `kubeadm reset`, and only if we had begun it; then the act is made again.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/commands.h"
#include "agent/host/host.h"
#include "common/secret.h"
#include "common/unit/unit.h"

namespace devstats::agent {

class KubeadmRun {
 public:
  static constexpr char kProgram[] = "/usr/bin/kubeadm";

  struct Past {
    bool begun = false;
    bool finished = false;
    std::string made_from;  // what Once was given when it finished
  };
  struct Act {
    std::vector<std::string>
        arguments;  // after "kubeadm init"; the configuration is read from standard input
    Secret config;
    std::string cri_socket;
    std::string made_from;  // kept with the success
    std::function<absl::Status()>
        prepare;  // before anything is made, so that its failure leaves nothing behind
    absl::Duration timeout = absl::Minutes(15);
  };

  // `verb` is "init" or "join". `host` is not owned.
  KubeadmRun(std::string verb, Host* host) : verb_(std::move(verb)), host_(host) {}

  absl::StatusOr<Past> Look() const;
  // Makes it once: attaches to a run of this step and attempt that an earlier process of ours started in this
  // boot; otherwise cleans what an earlier one left, prepares and runs. FailedPrecondition with the findings
  // of kubeadm's preflight, Internal with its last words for other failures. Fault points
  // kubeadm.{reset,begun,ran}.
  absl::Status Once(const StepContext& context, const Act& act);
  // One kubeadm command in a unit of its own, its lines told as progress, its failure in kubeadm's words.
  absl::Status Command(const StepContext& context, const std::string& label,
                       std::vector<std::string> arguments, const Secret& config, absl::Duration timeout);

 private:
  std::string Begun() const { return "kubeadm:" + verb_; }
  std::string Finished() const { return "kubeadm:" + verb_ + "-finished"; }
  absl::Status Begin(const StepContext& context, const Act& act, const std::string& run);
  const std::string verb_;
  Host* const host_;
};

// kubeadm's own findings out of its output: the lines "[ERROR Name]: ...", else its "error ..." line, else
// the last.
std::string KubeadmWords(const std::string& output);

}  // namespace devstats::agent
