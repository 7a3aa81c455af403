// Fields that the server has never heard of. A server-side apply with one is refused as a whole. What Helm
// does depends on where an object stands: its templates are validated, and an unknown field is an error; what
// is in crds/ is created unvalidated, and the server drops the field silently.
//
// Here a CustomResourceDefinition goes without such fields wherever it stands, and they are told: they are
// newer ways to check or to select its objects (x-kubernetes-validations, selectableFields), and what an
// older server serves without them is what it serves to Helm. In any other kind an unknown field stays an
// error: it is misspelt, or it is a protection (of a pod, a network) that nobody would miss until it is
// needed.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/client.h"

namespace devstats::release {

// The paths that the server's refusal names (".spec.versions[0].selectableFields"); none: it is another one.
std::vector<std::string> UnknownFieldsIn(absl::string_view refusal);

// Applies. Of a CustomResourceDefinition, takes just the fields out of `object` that the server does not
// know, and adds their paths to `dropped`, which is sorted.
absl::StatusOr<Json> ApplyKnown(const kube::ApplyOptions& options, kube::KubeClient& client, Json* object,
                                std::vector<std::string>* dropped);

}  // namespace devstats::release
