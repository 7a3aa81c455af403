// What of an object is ours, as the API server keeps it in managedFields.
#pragma once
#include <initializer_list>
#include <set>
#include <string>

#include "common/digest.h"

namespace devstats::coordinator {

// True when an apply of ours has set some field of it.
bool IsOurs(const Json& object);
// The keys of the map at `path` ({"metadata", "labels"}) that an apply of ours has set.
std::set<std::string> OwnedKeys(const Json& object, std::initializer_list<const char*> path);

}  // namespace devstats::coordinator
