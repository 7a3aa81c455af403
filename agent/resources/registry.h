// Which resources a phase has, and in which order they stand. The coordinator orders phases; only this orders
// resources.
#pragma once
#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "agent/resources/secrets.h"
#include "common/unit/graph.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

// The graph of the resources that `spec` sets. `host` is not owned and outlives the graph. `secrets` are
// those of an apply; to plan, only those that are compared with what is there.
absl::StatusOr<Graph> MakePhase(const v1::PhaseSpec& spec, Host* host, const Secrets& secrets = {});

}  // namespace devstats::agent
