// Why a certificate is not there: what cert-manager says of the challenges that an authority has set.
#pragma once
#include <string>
#include <vector>

#include "coordinator/kube/client.h"

namespace devstats::addons {

// "Challenge devstats-test/tls-1-x for test.example.com: pending: ...", those that are not valid yet. None if
// there is no such kind or it cannot be read: it is only an explanation.
std::vector<std::string> StuckChallenges(kube::KubeClient& client, const std::string& name_space);

}  // namespace devstats::addons
