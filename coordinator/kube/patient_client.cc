#include "coordinator/kube/patient_client.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "coordinator/kube/status.h"

namespace devstats::kube {
namespace {

bool Passes(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
      return true;
    case absl::StatusCode::kAborted:  // somebody wrote at the same moment; a conflict of fields stays one
      return ConflictsOf(status).empty();
    default:
      return false;
  }
}

}  // namespace

absl::Status PatientClient::Pass(Method method, absl::FunctionRef<absl::Status(KubeClient&)> call) {
  absl::Duration pause = persistence_.first, waited;
  for (bool again = false;; again = true) {
    absl::Status status = call(*client_);
    if (again && method == Method::kDelete && absl::IsNotFound(status)) return absl::OkStatus();
    const bool repeatable = method != Method::kPatch && method != Method::kWatch && method != Method::kProxy;
    // An update of a version that has passed, and a deletion of another object, stay wrong.
    const bool settled = absl::IsAborted(status) && (method == Method::kUpdate || method == Method::kDelete);
    if (status.ok() || !repeatable || settled || !Passes(status)) return status;
    if (waited >= persistence_.patience || !persistence_.go_on()) return status;
    if (persistence_.again) persistence_.again(status);
    pause = std::min(pause, persistence_.patience - waited);
    persistence_.sleep ? persistence_.sleep(pause) : absl::SleepFor(pause);
    waited += pause;
    pause = std::min(pause * 2, persistence_.longest);
  }
}

}  // namespace devstats::kube
