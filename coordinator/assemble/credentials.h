// The passwords of registries: their names and MACs go into a phase, their values beside it.
#pragma once
#include "coordinator/nodes/phase_unit.h"
#include "coordinator/secrets/store.h"

namespace devstats::coordinator {

// Completes the registries of the phase that have a user. A secret that is not set, or was changed since,
// makes the unit's plan fail, not this. `store` is not owned and outlives the unit.
void AddCredentials(secrets::Store* store, PhaseWants* wants);

}  // namespace devstats::coordinator
