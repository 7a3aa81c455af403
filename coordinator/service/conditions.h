// The conditions of the cluster by name, each with the reason when it is not met: what `devstatsctl health` shows and
// `devstatsctl wait` waits for.
#pragma once
#include <string>

#include "coordinator/assemble/assemble.h"
#include "coordinator/spec/model.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

// Met or not, whatever the reason says: an error may come without a word.
void AddCheck(const std::string& name, bool ok, const std::string& reason, v1::Health* health);

// "kubernetes": the API server answers to the coordinator. Then, for each node of the spec, "node@NAME": it is Ready.
void CheckKubernetes(const spec::ClusterSpec& spec, const World& world, v1::Health* health);

}  // namespace devstats::coordinator
