// Fields of an object by manager (Kubernetes: "Server-Side Apply", managedFields, FieldsV1). Pure.
#pragma once
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::release {

// The JSON patch that makes the fields which Helm 3, kubectl apply or an update of ours set (operation
// Update, managers "helm", "kubectl-client-side-apply", "kubectl-create", "devstats" ...; never those of a
// subresource) our own by apply; nothing if there are none. The patch tests the object's resourceVersion.
// Also drops kubectl's last-applied annotation, which nobody would keep up to date.
std::optional<Json> TakeOverPatch(const Json& live);

// Whether everything in `wanted` has just that value in `live` and is ours by apply, and nothing else is
// ours: then applying it would change nothing. False when in doubt (a value that the server writes otherwise:
// "1000m" as "1").
bool IsApplied(const Json& live, const Json& wanted);

// Removes the field at a conflict's path (".spec.template.spec.containers[name=\"web\"].image",
// ".metadata.labels.a.b/c") from an object. NotFound when it is not there.
absl::Status EraseField(absl::string_view path, Json* object);
// The value there, or null.
const Json* FindField(absl::string_view path, const Json& object);

}  // namespace devstats::release
