// Which names Kubernetes takes for objects of a kind. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::chart {

// What is wrong with `name`, in Kubernetes' words: "a DNS-1035 label must consist of ...".
std::vector<std::string> FaultsOfName(absl::string_view kind, absl::string_view name);

}  // namespace devstats::chart
