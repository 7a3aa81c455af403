// What the API server refuses, in words that name the object, the field and the next step. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/kube/status.h"
#include "coordinator/release/objects/objects.h"

namespace devstats::release {

// An error of applying `object`, explained: immutable field, quota (ResourceExhausted), missing right,
// webhook, missing namespace ... Other errors get the object's name.
absl::Status Explained(const absl::Status& status, const ReleaseObject& object);

// Aborted: 'Deployment shop/web: .spec.replicas is owned by "kubectl-scale"', with the conflicts attached.
absl::Status OwnedByOthers(const kube::ObjectRef& ref, const std::vector<kube::FieldConflict>& conflicts);

// The server says that the change itself is not possible in an object that exists.
bool IsImmutable(const absl::Status& status);
// An answer to what was sent, not a failure on the way: with other objects it may go on.
bool IsRefusal(const absl::Status& status);

// All errors as one, with the code of the first, all conflicts, and each hint once. OK if there is none.
absl::Status Together(const std::vector<absl::Status>& errors);

}  // namespace devstats::release
