// What the coordinator reaches the world with: the agents of the boxes, Kubernetes, charts and what fetches
// them, the network's view of hosts.
#pragma once
#include <functional>
#include <memory>

#include "common/clock.h"
#include "common/grpc/tls.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/server/options.h"
#include "coordinator/server/state.h"

namespace devstats::coordinator {

class Surroundings {
 public:
  // `state` and `clock` are not owned. `client` is whom agents know us as; what waits asks `stopping`.
  Surroundings(const Options& options, const State& state, const TlsIdentity& client, const Clock* clock,
               std::function<bool()> stopping);
  Surroundings(const Surroundings&) = delete;  // world() points into it

  // Good as long as this and the state are.
  const World& world() const { return world_; }

 private:
  const std::unique_ptr<AgentPool> agents_;
  KubernetesAccess kubernetes_;
  const chartsource::SystemEnvironment charts_;
  release::Renderings renderings_;
  const std::unique_ptr<domain::HostProber> hosts_;
  chartsource::HttpFetcher fetcher_;
  const World world_;
};

}  // namespace devstats::coordinator
