// What the executor knows of the box's health: what it needs itself to do its work.
#pragma once
#include "agent/host/host.h"
#include "common/journal.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Checks "state" (the journal can be written), "systemd" (it answers) and "clock" (something keeps it in
// step).
v1::Health CheckHealth(Host* host, Journal* journal);

}  // namespace devstats::agent
