// Operations about one release: what of them is kept, and the graph that carries one out.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/release/engine/release_unit.h"
#include "coordinator/run/operations.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

// What a release's unit reaches the world with.
release::EngineParts EnginePartsOf(const World& world);

// The unit "release NAMESPACE/NAME"; `wanted` is what `request` translates to (release_request.h).
absl::StatusOr<std::unique_ptr<release::ReleaseUnit>> MakeReleaseUnit(const v1::ReleaseRequest& request,
                                                                      release::ReleaseRequest wanted,
                                                                      const World& world);

bool IsReleaseOperation(const OperationRecord& operation);
// The request as an operation of that kind keeps it: sealed, for values may be secrets.
absl::StatusOr<std::string> SealRequest(const v1::ReleaseRequest& request, const World& world);
// DataLoss when it cannot be opened any more.
absl::StatusOr<Graph> ReleaseGraph(const OperationRecord& operation, const World& world);

}  // namespace devstats::coordinator
