// What a CustomResourceDefinition defines. Pure.
#pragma once
#include <vector>

#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "coordinator/kube/discovery.h"

namespace devstats::release {

inline constexpr absl::string_view kDefinitionKind = "CustomResourceDefinition";

// Its kind in each version that is served; empty for an object that defines none.
std::vector<kube::ApiResource> KindsDefinedBy(const Json& object);

}  // namespace devstats::release
