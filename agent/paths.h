// Where the agent keeps things. Drawn once, built only here.
//
//   /etc/devstats/
//     faults                        root; fault points for tests (see common/fault.h); absent on real boxes
//   /var/lib/devstats-agent/
//     front/                        devstats-agent 0700: what the unprivileged process needs
//       ca.pem                      the cluster's authority
//       identity -> identity-N/     the key and certificate in use; replaced as a pair by renaming the link
//       identity-N/{key.pem,cert.pem}
//     executor/                     root 0700
//       state.db                    journal, inventory, fence
//       cluster-id                  which cluster may command this box; written by enrol
//       output/                     what transient units write, and their input while they start; see host/commands.h
//       pending/                    marks of things to be done after a change; see Host::MarkPending
//       fault-hits
//   /run/devstats-agent/
//     executor.sock                 root:devstats-agent 0660
#pragma once
#include <string>

namespace devstats::agent {

struct Paths {
  std::string root;  // "" on a box; a temporary folder in tests

  std::string Faults() const { return root + "/etc/devstats/faults"; }
  std::string Front() const { return root + "/var/lib/devstats-agent/front"; }
  std::string Ca() const { return Front() + "/ca.pem"; }
  std::string Identity() const { return Front() + "/identity"; }
  std::string IdentityFolder(const std::string& serial) const { return Front() + "/identity-" + serial; }
  static std::string KeyIn(const std::string& folder) { return folder + "/key.pem"; }
  static std::string CertificateIn(const std::string& folder) { return folder + "/cert.pem"; }
  std::string Executor() const { return root + "/var/lib/devstats-agent/executor"; }
  std::string State() const { return Executor() + "/state.db"; }
  std::string ClusterId() const { return Executor() + "/cluster-id"; }
  std::string Output() const { return Executor() + "/output"; }
  std::string Pending() const { return Executor() + "/pending"; }
  std::string FaultHits() const { return Executor() + "/fault-hits"; }
  std::string Socket() const { return root + "/run/devstats-agent/executor.sock"; }
};

}  // namespace devstats::agent
