// Reading from a server the facts that items of a bootstrap are known by (bootstrap_items.h).
#pragma once
#include "absl/status/statusor.h"
#include "coordinator/devstats/postgres/bootstrap_items.h"

namespace devstats::postgres {

absl::StatusOr<Facts> ReadFacts(Postgres& postgres, const BootstrapOptions& options);

}  // namespace devstats::postgres
