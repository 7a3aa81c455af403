// What the API server says of a failed request (metav1.Status), as one of our errors.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "coordinator/kube/http.h"

namespace devstats::kube {

// OK for a 2xx code. NotFound (404), AlreadyExists or Aborted (409, by reason), FailedPrecondition (410: what
// was asked for has been compacted away), PermissionDenied (403), Unauthenticated (401), InvalidArgument
// (400, 415, 422, with its causes), Unimplemented (405), Unavailable (429, 502, 503), DeadlineExceeded (504),
// else Internal. The message is the server's own; a body that is no Status gives its first words.
absl::Status StatusOf(const HttpResponse& response);
// The same of a Status object that came as such, in a stream.
absl::Status StatusOf(int code, const Json& status);

// A field that another manager owns, with which a server-side apply without force was refused.
struct FieldConflict {
  std::string field;    // ".spec.template.spec.containers[name=\"web\"].image"
  std::string manager;  // "kubectl-edit"
  friend bool operator==(const FieldConflict&, const FieldConflict&) = default;
};
// Those of an error of Apply, however annotated since; empty for any other error.
std::vector<FieldConflict> ConflictsOf(const absl::Status& status);
// Puts them there; for clients.
void SetConflicts(const std::vector<FieldConflict>& conflicts, absl::Status* status);

// How long the server asks to wait before trying again (Retry-After in seconds, or
// details.retryAfterSeconds); zero when it does not ask, or when trying again is not what the code calls for.
absl::Duration RetryAfter(const HttpResponse& response);

}  // namespace devstats::kube
