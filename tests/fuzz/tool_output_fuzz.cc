// What programs and /proc say, each by its own small parser.
#include "absl/strings/match.h"
#include "agent/host/facts.h"
#include "agent/host/listeners.h"
#include "agent/host/logins.h"
#include "agent/resources/disk_tools.h"
#include "agent/resources/kubeadm_run.h"
#include "agent/resources/routes.h"
#include "coordinator/kube/units/network_check.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(tool_output) {
  using namespace devstats::agent;  // NOLINT(google-build-using-namespace): the parsers of one room
  const std::string text(input);
  if (const auto array = ParseMdDetail(input); array.ok()) REQUIRE(array->uuid == PlainUuid(array->uuid));
  (void)ParsePvs(input);
  (void)ParseLvs(input);
  REQUIRE(PlainUuid(MdUuid(input)) == PlainUuid(input));
  if (!input.empty()) REQUIRE(!absl::StrContains(MountUnit(text), '/'));
  if (const auto path = SysctlPath(text); path.ok()) REQUIRE(!absl::StrContains(*path, "/../"));
  const std::string normal = NormalizeSysctl(input);
  REQUIRE(NormalizeSysctl(normal) == normal);
  for (const auto& [destination, via] : ParseKernelRoutes(input))
    REQUIRE(!destination.empty() && !via.empty());
  (void)ParseServiceRoutes(input);
  (void)KubeadmWords(text);
  v1::Facts facts;
  ParseOsRelease(text, &facts);
  (void)ParseMemTotal(text);
  for (const auto protocol : {v1::Port::TCP, v1::Port::UDP})
    for (const Listener& listener : ParseSockets(input, protocol)) REQUIRE(listener.port <= 65535);
  REQUIRE(SshWarnings(input).size() <= 3);
  const std::vector<devstats::coordinator::CheckTarget> targets(3);
  REQUIRE(devstats::coordinator::FailuresOf("node", targets, input).size() <= 3);
}
