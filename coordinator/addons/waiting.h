// What units that wait have in common. Reasons change by themselves, by the second: they are told as
// warnings, and only whether there are any is part of a plan's world.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"

namespace devstats::addons {

// {"done": DONE} with the reasons beside it.
Json Seen(bool done, const std::vector<std::string>& reasons);
// Adds the reasons and, unless it is done, a change "waits" until `wanted`.
void AddWait(const Json& seen, const std::string& wanted, UnitPlan* plan);

}  // namespace devstats::addons
