// One connection of psql, carried to a database through the coordinator.
#pragma once
#include <memory>
#include <string>

#include "common/unique_fd.h"
#include "coordinator/ctl/client.h"

namespace devstats::ctl {

// Carries bytes between them until one of both has closed. An error of the stream reaches the client as
// PostgreSQL's own errors do.
void CarryDatabase(const UniqueFd& client, DatabaseStream& stream);

}  // namespace devstats::ctl
