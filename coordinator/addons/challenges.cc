#include "coordinator/addons/challenges.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace devstats::addons {

using kube::TextAt;

std::vector<std::string> StuckChallenges(kube::KubeClient& client, const std::string& name_space) {
  std::vector<std::string> stuck;
  const auto challenges = client.List({"acme.cert-manager.io/v1", "Challenge", name_space});
  if (!challenges.ok()) return stuck;
  for (const Json& challenge : challenges->items) {
    const std::string state = TextAt(challenge, {"status", "state"});
    if (state == "valid") continue;
    const std::string reason = TextAt(challenge, {"status", "reason"});
    stuck.push_back(
        log::Printable(absl::StrCat("Challenge ", name_space, "/", TextAt(challenge, {"metadata", "name"}),
                                    " for ", TextAt(challenge, {"spec", "dnsName"}), ": ",
                                    state.empty() ? "pending" : state, reason.empty() ? "" : ": ", reason)));
  }
  return stuck;
}

}  // namespace devstats::addons
