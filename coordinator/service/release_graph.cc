#include "coordinator/service/release_graph.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/service/release_request.h"

namespace devstats::coordinator {

release::EngineParts EnginePartsOf(const World& world) {
  return {.client = world.kube,
          .clock = world.clock,
          .environment = world.charts,
          .persistence = world.persistence};
}

absl::StatusOr<std::unique_ptr<release::ReleaseUnit>> MakeReleaseUnit(const v1::ReleaseRequest& request,
                                                                      release::ReleaseRequest wanted,
                                                                      const World& world) {
  // Not its digest: who sees a plan could try passwords on it.
  ASSIGN_OR_RETURN(const std::string mac, world.secrets->MacOfValue(Secret(Serialized(request))));
  release::ReleaseWanted unit{.id = absl::StrCat("release ", wanted.release.Text()),
                              .inputs = {{"kind", KindOf(request)}, {"request", mac}},
                              .coordinator = world.cluster_id,
                              .epoch = world.epoch};
  unit.request = [wanted = std::move(wanted)] { return wanted; };
  return std::make_unique<release::ReleaseUnit>(std::move(unit), EnginePartsOf(world));
}

bool IsReleaseOperation(const OperationRecord& operation) {
  return absl::StartsWith(operation.kind, "release ");
}

absl::StatusOr<std::string> SealRequest(const v1::ReleaseRequest& request, const World& world) {
  return world.secrets->SealValue(KindOf(request), Secret(Serialized(request)));
}

absl::StatusOr<Graph> ReleaseGraph(const OperationRecord& operation, const World& world) {
  ASSIGN_OR_RETURN(const Secret opened, world.secrets->OpenValue(operation.kind, operation.payload),
                   "what was asked");
  v1::ReleaseRequest request;
  if (!request.ParseFromString(opened.Reveal()))  // to carry it out
    return absl::DataLossError("what was asked cannot be read");
  ASSIGN_OR_RETURN(release::ReleaseRequest wanted, ToEngine(request, world.charts->limits()));
  ASSIGN_OR_RETURN(auto unit, MakeReleaseUnit(request, std::move(wanted), world));
  std::vector<GraphNode> nodes;
  nodes.push_back({.unit = std::move(unit), .needs = {}, .world = {}});
  return Graph::Make(std::move(nodes));
}

}  // namespace devstats::coordinator
