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

}  // namespace devstats::release
