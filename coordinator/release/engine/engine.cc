#include "coordinator/release/engine/engine.h"

#include "coordinator/release/engine/carry.h"
#include "coordinator/release/engine/prepare.h"

namespace devstats::release {

absl::StatusOr<Transition> Engine::Prepare(const ReleaseRequest& request, const Writer& writer,
                                           int revision) {
  return Preparation(request, writer, revision, p_).Make();
}

absl::StatusOr<Release> Engine::Carry(const Transition& transition, const CarryContext& context) {
  return Carrying(transition, context, p_).Run();
}

}  // namespace devstats::release
