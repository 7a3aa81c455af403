#include "coordinator/server/surroundings.h"

#include <utility>

#include "coordinator/nodes/grpc_agent_client.h"

namespace devstats::coordinator {
namespace {

std::unique_ptr<AgentPool> MakePool(const State& state, const TlsIdentity& client,
                                    std::function<bool()> stopping) {
  return MakeGrpcAgentPool(
      {.cluster_id = state.authority->cluster(),
       .epoch = state.epoch,
       .identity = client,
       .check = [nodes = state.nodes.get()](
                    const std::string& node,
                    const pki::CertificateInfo& info) { return nodes->CheckServer(node, info); },
       .stopping = std::move(stopping)});
}

}  // namespace

Surroundings::Surroundings(const Options& options, const State& state, const TlsIdentity& client,
                           const Clock* clock, std::function<bool()> stopping)
    : agents_(MakePool(state, client, stopping)),
      kubernetes_(options.paths.Kubernetes(), clock),
      hosts_(domain::NewHostProber()),
      fetcher_("devstats-coordinator/" DEVSTATS_VERSION),
      world_{.agents = agents_.get(),
             .clock = clock,
             .kubernetes = &kubernetes_,
             .secrets = state.secrets.get(),
             .kube = kubernetes_.client(),
             .persistence = {.go_on = [stopping = std::move(stopping)] { return !stopping(); }},
             .charts = &charts_,
             .renderings = &renderings_,
             .cluster_id = state.authority->cluster(),
             .epoch = state.epoch,
             .fetcher = &fetcher_,
             .chart_cache = options.paths.Charts(),
             .devstats_chart = options.devstats_chart,
             .hosts = hosts_.get(),
             .jobs = state.jobs.get(),
             .images = state.images.get()} {}

}  // namespace devstats::coordinator
