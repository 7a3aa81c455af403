#include "coordinator/release/objects/definition.h"

#include "absl/strings/str_cat.h"
#include "coordinator/kube/object.h"

namespace devstats::release {

using kube::At;
using kube::TextAt;

std::vector<kube::ApiResource> KindsDefinedBy(const Json& object) {
  std::vector<kube::ApiResource> kinds;
  if (TextAt(object, {"kind"}) != kDefinitionKind) return kinds;
  const auto add = [&](const std::string& version) {
    kinds.push_back({absl::StrCat(TextAt(object, {"spec", "group"}), "/", version),
                     TextAt(object, {"spec", "names", "kind"}), TextAt(object, {"spec", "names", "plural"}),
                     TextAt(object, {"spec", "scope"}) == "Namespaced"});
  };
  for (const Json& version : At(object, {"spec", "versions"})) {
    if (At(version, {"served"}) != false) add(TextAt(version, {"name"}));
  }
  // apiextensions.k8s.io/v1beta1 may have a single version.
  if (kinds.empty() && At(object, {"spec", "version"}).is_string()) add(TextAt(object, {"spec", "version"}));
  return kinds;
}

}  // namespace devstats::release
