// What the box is: read at any time, changes nothing.
#pragma once
#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Without what programs must be asked for (logins.h). Never fails for a fact that cannot be read: it is left empty.
v1::Facts GatherFacts(const Host& host);

// ID and VERSION_ID of an os-release file; quotes are taken off.
void ParseOsRelease(const std::string& text, v1::Facts* facts);
// "MemTotal:  16384 kB" of /proc/meminfo, in bytes; 0 when absent.
uint64_t ParseMemTotal(const std::string& text);

}  // namespace devstats::agent
