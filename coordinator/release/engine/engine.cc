#include "coordinator/release/engine/engine.h"

#include "coordinator/release/engine/carry.h"
#include "coordinator/release/engine/prepare.h"

namespace devstats::release {

absl::StatusOr<Transition> Engine::Prepare(const ReleaseRequest& request, const Writer& writer,
                                           int revision) {
  kube::PatientClient patient(p_.client, p_.persistence);
  EngineParts parts = p_;
  parts.client = &patient;
  return Preparation(request, writer, revision, parts).Make();
}

absl::StatusOr<Release> Engine::Carry(const Transition& transition, const CarryContext& context) {
  return Carrying(transition, context, p_).Run();
}

}  // namespace devstats::release
