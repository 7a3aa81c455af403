// Keeps certificates alive: the coordinator's own and, over their connection, those of the boxes, at 2/3 of
// their life.
#pragma once
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/notify.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/nodes.h"
#include "coordinator/nodes/agent_client.h"
#include "coordinator/run/operations.h"

namespace devstats::coordinator {

class Renewal {
 public:
  struct Parts {  // none is owned
    access::Authority* authority;
    access::NodeCertificates* nodes;
    AgentPool* agents;
    Operations* operations;
  };
  // Looks every hour, from a thread of its own that beats `loop` (not owned).
  Renewal(Parts parts, Watchdog::Loop* loop);
  ~Renewal();

 private:
  void Work(Watchdog::Loop* loop);
  const Parts parts_;
  absl::Mutex mu_;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

// Renews the certificate of one box: a new key there, our signature here. Can be cut anywhere and done again.
absl::Status RenewNode(const std::string& node, access::NodeCertificates* nodes, AgentClient* agent);

}  // namespace devstats::coordinator
