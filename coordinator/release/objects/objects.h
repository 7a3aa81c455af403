// The objects of a release: a manifest's documents as they are sent to the API server, with the namespace
// they go to and the marks of ownership that Helm 3 sets (pkg/action/validate.go): label
// app.kubernetes.io/managed-by=Helm, annotations meta.helm.sh/release-name and -namespace.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"

namespace devstats::release {

struct ReleaseObject {
  kube::ObjectRef ref;  // with its namespace, if its kind has one
  Json object;          // what is sent
  std::string path;     // of the template: "shop/templates/x.yaml"; empty: unknown
  bool keep = false;    // helm.sh/resource-policy: keep
};

// Names an object whatever the version of its group: "apps|Deployment|NAMESPACE|NAME".
std::string KeyOf(const kube::ObjectRef& ref);

struct ObjectsOptions {
  bool own = true;  // put the marks of ownership on them
  // Documents whose kind the server no longer has (a manifest of years ago) are told here and left out;
  // nullptr: they are an error that says what to do.
  std::vector<std::string>* vanished = nullptr;
};

// In the order of the manifest; a List is replaced by its items, comment-only documents are left out. The
// scope of a kind comes from the server, or from a CustomResourceDefinition in the same manifest or in
// `crds`. Errors name the template, document and line: InvalidArgument, "shop/templates/x.yaml: ...".
// FailedPrecondition for a kind that is nowhere: 'no matches for kind "X" in version "y/v1"'.
absl::StatusOr<std::vector<ReleaseObject>> ObjectsOf(absl::string_view manifest, const ReleaseName& owner,
                                                     kube::KubeClient& client, const ObjectsOptions& options,
                                                     const std::vector<ReleaseObject>& crds = {});

// Why a live object may not become the release's: it lacks the marks, or they name another one (in Helm's
// words: 'invalid ownership metadata; label validation error: missing key "...": must be set to "Helm";
// ...'). OK if it is the release's.
absl::Status CheckOwnership(const Json& live, const ReleaseName& owner);

}  // namespace devstats::release
