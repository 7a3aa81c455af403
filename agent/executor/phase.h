// One phase carried out: its resources in their order, each by the common Execute.
#pragma once
#include <functional>
#include <string>

#include "agent/host/host.h"
#include "common/journal.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Runs to the end; a failed resource stops only those that need it. Errors of resources are in the status.
v1::StepStatus RunPhase(const v1::ApplyRequest& request, Host* host, Journal* journal,
                        const std::string& boot_id, const std::function<void(const v1::Progress&)>& progress);

}  // namespace devstats::agent
