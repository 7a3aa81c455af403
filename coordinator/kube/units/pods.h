// Pods as people want them told. Pure.
#pragma once
#include <string>

#include "common/digest.h"

namespace devstats::coordinator {

// Running with all its containers ready, or ended well.
bool IsPodWell(const Json& pod);
// Why a pod is not: "Pending: ErrImagePull: no such image", "Running, not ready".
std::string WhyNotWell(const Json& pod);

}  // namespace devstats::coordinator
