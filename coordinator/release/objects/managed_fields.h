// Fields of an object by manager (Kubernetes: "Server-Side Apply", managedFields, FieldsV1). Pure.
#pragma once
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::release {

// The JSON patch that makes ours by apply what was set otherwise and the chart decides on, so that a field
// which `wanted` lacks goes; nothing if there is none. It holds for the object's resourceVersion only
// (Aborted). Ours become, of all that `previous` (the manifest of the last revision; null: none), `wanted` or
// kubectl's last-applied annotation names:
// - fields that Helm 3, kubectl apply or create, or an update of ours has set (operation Update; never of a
//   subresource). What else those own, the server had put there, and it becomes nobody's: a number of
//   replicas that the chart leaves open is not set back;
// - the parameters of a Deployment's strategy when `wanted` has another strategy.
// Also drops kubectl's last-applied annotation, which nobody would keep up to date.
std::optional<Json> TakeOverPatch(const Json& live, const Json& previous, const Json& wanted);

// Whether fields of a manager with this name are taken over from `live` (null: not known): a conflict with
// him is none.
bool IsTakenOver(const Json& live, absl::string_view manager);

// The object without the fields that `patch` makes ours and `wanted` lacks, and no other manager owns: what
// an apply after it leaves, in thought.
Json WithoutTakenOver(Json object, const Json& patch, const Json& wanted);

// Whether everything in `wanted` has just that value in `live` and is ours by apply, and nothing else is
// ours: then applying it would change nothing. False when in doubt (a value that the server writes
// otherwise).
bool IsApplied(const Json& live, const Json& wanted);

// Removes the field at a conflict's path (".spec.template.spec.containers[name=\"web\"].image",
// ".metadata.labels.a.b/c") from an object. NotFound when it is not there.
absl::Status EraseField(absl::string_view path, Json* object);
// The value there, or null.
const Json* FindField(absl::string_view path, const Json& object);

}  // namespace devstats::release
