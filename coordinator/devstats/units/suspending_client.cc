#include "coordinator/devstats/units/suspending_client.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/health/suspension.h"

namespace devstats::domain {

absl::Status SuspendingClient::Pass(Method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) {
  return call(*client_);
}

// In three steps: made whole and suspended by the manager of suspensions, then taken by the release, then the
// manager of suspensions gives back all but what is its own. Whoever was cut between them does the rest with
// the next apply, since the last step is done for every cron that is held up.
absl::StatusOr<Json> SuspendingClient::Apply(const Json& object, const kube::ApplyOptions& options) {
  const std::string kind = kube::TextAt(object, {"kind"}) == "CronJob" ? CronKindOf(object) : "";
  if (kind.empty() || options.dry_run) return client_->Apply(object, options);
  ASSIGN_OR_RETURN(const kube::ObjectRef ref, kube::RefOf(object));
  ASSIGN_OR_RETURN(const Holds holds, ReadHolds(*client_, ref.namespace_));
  const auto hold = holds.find(kind);
  if (hold == holds.end()) return client_->Apply(object, options);

  const kube::ApplyOptions as_suspension{.force = true, .manager = kSuspendManager};
  const auto live = client_->Get(ref);
  if (absl::IsNotFound(live.status())) {
    Json suspended = object;
    suspended["spec"]["suspend"] = true;
    suspended["metadata"]["annotations"].update(AnnotationsOf(hold->second));
    RETURN_IF_ERROR(client_->Apply(suspended, as_suspension).status(), "making it suspended");
  } else if (!live.ok()) {
    return live.status();
  } else if (kube::TextAt(*live, {"metadata", "annotations", kSuspendedBy}).empty()) {
    return client_->Apply(object, options);  // resumed by hand, or suspended by its release
  }
  ASSIGN_OR_RETURN(Json made, client_->Apply(object, options));
  const Json annotations =
      live.ok() ? Json{{kSuspendedBy, kube::At(*live, {"metadata", "annotations", kSuspendedBy})},
                       {kSuspendedAt, kube::At(*live, {"metadata", "annotations", kSuspendedAt})}}
                : AnnotationsOf(hold->second);
  RETURN_IF_ERROR(
      client_
          ->Apply({{"apiVersion", ref.api_version},
                   {"kind", ref.kind},
                   {"metadata",
                    {{"name", ref.name}, {"namespace", ref.namespace_}, {"annotations", annotations}}},
                   {"spec", {{"suspend", true}}}},
                  as_suspension)
          .status(),
      "keeping it suspended");
  return made;
}

}  // namespace devstats::domain
