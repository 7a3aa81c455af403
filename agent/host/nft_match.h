// What a match of nft asks of a first packet from another box. Pure.
#pragma once
#include <string>
#include <vector>

#include "agent/host/packet_filter.h"
#include "common/digest.h"

namespace devstats::agent {

// Adds to `rule` that `left` (in nft's JSON) must be one of `values` ("==", "in"), or none of them ("!=").
void NftAsk(const Json& left, const std::string& op, const std::vector<Json>& values, FilterRule* rule);

}  // namespace devstats::agent
