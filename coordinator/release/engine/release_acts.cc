#include <memory>

#include "coordinator/release/engine/release_unit.h"

namespace devstats::release {

ReleaseActs ActsOf(EngineParts parts) {
  const auto engine = std::make_shared<Engine>(std::move(parts));
  return {.prepare = [engine](const ReleaseRequest& request, const Writer& writer,
                              int revision) { return engine->Prepare(request, writer, revision); },
          .carry = [engine](const Transition& transition,
                            const CarryContext& context) { return engine->Carry(transition, context); }};
}

}  // namespace devstats::release
