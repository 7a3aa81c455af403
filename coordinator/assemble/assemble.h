// From cluster.yaml to the graph of units that makes it true.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/unit/graph.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/devstats/host_gate.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/devstats/upkeep/image_locks.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/nodes/agent_client.h"
#include "coordinator/nodes/kubernetes_access.h"
#include "coordinator/release/engine/renderings.h"
#include "coordinator/secrets/store.h"
#include "coordinator/spec/model.h"

namespace devstats::coordinator {

// What of the whole is meant: nothing set means all of it.
struct Scope {
  std::string only;  // one phase: "host"; of releases and add-ons, too: "addons", "addons/metallb"
  std::string node;  // one node
};

// What units reach the world with; not owned, outlives the graph.
struct World {
  AgentPool* agents = nullptr;
  const Clock* clock = nullptr;
  KubernetesAccess* kubernetes = nullptr;
  secrets::Store* secrets = nullptr;
  // For releases.
  kube::KubeClient* kube = nullptr;            // gives up at once ...
  kube::Persistence persistence;               // ... where releases have patience of their own
  const chart::Environment* charts = nullptr;  // what renderings know of the world, but for the cluster
  release::Renderings* renderings = nullptr;   // that plans were made from
  bool render_anew = false;                    // this is for a plan
  std::string cluster_id;
  uint64_t epoch = 0;
  chartsource::Fetcher* fetcher = nullptr;  // of charts from elsewhere
  std::string chart_cache;                  // a folder in which they are kept
  // For environments.
  std::string devstats_chart;           // the folder of our chart
  domain::HostProber* hosts = nullptr;  // asks the network
  jobs::Store* jobs = nullptr;
  domain::ImageLockStore* images = nullptr;  // null: images are as cluster.yaml writes them
};

// The graph of the units in `scope`. NotFound for an unknown phase or node, with those there are. Needs
// outside the scope are not in the graph: Prerequisites() gives them.
absl::StatusOr<Graph> Assemble(const spec::ClusterSpec& spec, const World& world, const Scope& scope);

// The units outside the scope that those inside need, with all that these need: must be verified before a
// part may run.
absl::StatusOr<Graph> Prerequisites(const spec::ClusterSpec& spec, const World& world, const Scope& scope);

// "10.0.0.1:7442".
std::string AgentAddress(const spec::NodeSpec& node);

}  // namespace devstats::coordinator
