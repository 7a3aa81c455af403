// Sets of fields as managedFields has them (FieldsV1): {"f:spec": {"f:ports": {"k:{\"port\":80}": {".":
// {}}}}}. An element is "f:KEY" (of a map), "k:{KEYS}", "v:VALUE" or "i:N" (of a list); "." is the map or
// item itself; none: the whole value. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::release {

// What the element names in a map or list, or nullptr. An item of a manifest may lack keys that the server
// fills in (a port's protocol).
const Json* ChildAt(absl::string_view element, const Json& parent);

// An empty map or list. Kubernetes 1.20 counts one as nobody's field after an apply, but not after an update.
bool IsEmptyPart(const Json& value);

// The union.
void AddFields(const Json& more, Json* fields);

// Those of `fields` that `wanted` or one of `others` has, but empty parts of `wanted`: its apply decides
// whose they are.
Json FieldsIn(const Json& fields, const Json& wanted, const std::vector<const Json*>& others);

// Removes from `object` what `fields` has and `wanted` has not, but what is also in `kept`.
void EraseFields(const Json& fields, const Json& wanted, const Json& kept, Json* object);

// Whether `wanted` has just the fields of `fields`, each with its value in `live`, list items in one order.
bool AreFieldsOf(const Json& fields, const Json& wanted, const Json& live);

}  // namespace devstats::release
