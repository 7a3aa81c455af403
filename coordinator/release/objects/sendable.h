// Objects of manifests as server-side apply wants them. What a create takes and an apply refuses or owns
// wrongly is written as the server itself would store it. Pure.
#pragma once
#include "common/digest.h"

namespace devstats::release {

// - stringData of a Secret becomes data: else the key of a removed entry would stay in data;
// - ports of a Service get their protocol, without which Kubernetes 1.20 cannot tell them apart;
// - of two environment variables with one name, the last is kept, which is the one that counts: an apply
//   refuses both;
// - null is "not there" in kinds of Kubernetes itself: an apply would own the field.
void MakeSendable(Json* object);

// Kubernetes 1.20 counts empty maps as nobody's (emptyDir: {}), so they do not go by themselves when a
// manifest no longer has them. An apply that has a null in the place of each removes them, if the kind is
// Kubernetes' own: whether it is such a one, with the nulls for what `previous` had added.
bool AddRemovals(const Json& previous, Json* object);
// Of other kinds, whose schemas refuse null: the merge patch that removes them. An empty map: there are none.
Json RemovalsOf(const Json& previous, const Json& object);

}  // namespace devstats::release
