// Everything that the coordinator keeps, opened together.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/journal.h"
#include "coordinator/access/audit.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/grants.h"
#include "coordinator/access/nodes.h"
#include "coordinator/access/tokens.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/upkeep/image_locks.h"
#include "coordinator/run/operations.h"
#include "coordinator/secrets/store.h"
#include "coordinator/server/options.h"

namespace devstats::coordinator {

struct State {
  std::unique_ptr<Database> db;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Operations> operations;
  std::unique_ptr<access::Audit> audit;
  std::unique_ptr<access::Authority> authority;
  std::unique_ptr<access::Tokens> tokens;
  std::unique_ptr<access::NodeCertificates> nodes;
  std::unique_ptr<access::Grants> grants;
  std::unique_ptr<secrets::Store> secrets;
  std::unique_ptr<jobs::Store> jobs;
  std::unique_ptr<domain::ImageLockStore> images;
  uint64_t epoch = 0;
  std::string boot_id;
};

// Opens or makes the state and begins a new epoch, durably. `clock` is not owned.
absl::StatusOr<State> OpenState(const Options& options, const Clock* clock);

}  // namespace devstats::coordinator
