// Kinds of Kubernetes that are on their way out, as Helm 3.21's client library (1.36) knows them. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

// "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1
// PodDisruptionBudget"; empty if it is not by Kubernetes 1.`minor`.
std::string DeprecationOf(absl::string_view api_version, absl::string_view kind, int minor);

}  // namespace devstats::chart
