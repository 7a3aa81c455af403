// Doors that the procedure of old needed on this box and the product does not: logins by ssh, what it left
// behind.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/host/commands.h"
#include "agent/host/host.h"

namespace devstats::agent {

// What `sshd -T` prints (its effective settings) as warnings, each with what to do. Pure.
std::vector<std::string> SshWarnings(absl::string_view settings);

// Those of this box, and of a join.sh of root's. None when no ssh server is installed or its settings cannot
// be read.
std::vector<std::string> LoginWarnings(const Host& host, Commands& commands);

}  // namespace devstats::agent
