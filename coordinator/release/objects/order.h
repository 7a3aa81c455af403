// In which order objects are installed. Helm's order of kinds is a list; here it is a graph: an object waits
// for what it needs (its namespace, its kind's definition, what it names: config, secrets, claims, accounts,
// roles, services, classes; the policies, quotas and services of its namespace and the rights of its account
// before its pods; of webhooks and aggregated APIs everything else), and for nothing else. Pure.
#pragma once
#include <vector>

#include "coordinator/release/objects/objects.h"

namespace devstats::release {

// For each object the positions of those it waits for. Never a circle.
std::vector<std::vector<size_t>> NeedsOf(const std::vector<ReleaseObject>& objects);

// Positions in Helm's InstallOrder, ties as given; its reverse is the order of deletion.
std::vector<size_t> InstallOrder(const std::vector<ReleaseObject>& objects);

}  // namespace devstats::release
