// Which pods are a workload's. Pure.
#pragma once
#include <string>

#include "common/digest.h"

namespace devstats::release {

// The label selector of a workload's pods ({"matchLabels": ..., "matchExpressions": ...}); null for a kind
// that has none of its own (a Service's pods are another's).
Json PodSelectorOf(const Json& object);
// As a list request has it: "app=web,tier in (a,b),!old".
std::string SelectorText(const Json& selector);
bool Selects(const Json& selector, const Json& labels);

}  // namespace devstats::release
