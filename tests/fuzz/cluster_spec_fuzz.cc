#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "coordinator/spec/spec.h"
#include "tests/fuzz/fuzz.h"

namespace {

void CheckEnvironment(const devstats::spec::EnvironmentSpec& environment) {
  REQUIRE(environment.name == "test" || environment.name == "prod");
  REQUIRE(!environment.namespace_.empty() && !environment.ingress_class.empty() &&
          !environment.domains.empty());
  for (const auto& domain : environment.domains)
    REQUIRE(!domain.name.empty() && !domain.host.empty() && !domain.image.empty());
  const auto& patroni = environment.patroni;
  REQUIRE(patroni.loop_wait + 2 * patroni.retry_timeout <= patroni.ttl);
  for (const auto& [name, value] : patroni.parameters) REQUIRE(!name.empty() && !value.empty());
}

// What others rely on without asking again.
void CheckGoodSpec(const devstats::spec::ClusterSpec& spec) {
  REQUIRE(!spec.name.empty() && !spec.nodes.empty() && spec.nodes.size() <= 500);
  for (const auto& node : spec.nodes)
    REQUIRE(!node.name.empty() && !node.address.empty() && node.agent_port > 0);
  for (const auto& link : spec.storage.links)
    REQUIRE(absl::StartsWith(link.target, spec.storage.mount + "/") &&
            !absl::StrContains(link.target, "/../"));
  REQUIRE(spec.environments.size() <= 2 && (spec.environments.empty() || spec.kubernetes));
  for (const auto& environment : spec.environments) CheckEnvironment(environment);
  if (!spec.kubernetes) return;
  REQUIRE(spec.ControlPlane().role == devstats::spec::Role::kControlPlane);
  REQUIRE(absl::StartsWith(spec.kubernetes->package_version, spec.kubernetes->version));
}

// Every mistake is a line with its place.
void CheckBadSpec(const absl::Status& status) {
  REQUIRE(status.code() == absl::StatusCode::kInvalidArgument);
  const std::vector<std::string> lines = absl::StrSplit(status.message(), '\n');
  REQUIRE(lines.size() <= 21);
  for (const std::string& line : lines) REQUIRE(absl::StartsWith(line, "f:"));
}

}  // namespace

FUZZ_TARGET(cluster_spec) {
  const auto spec = devstats::spec::ParseClusterSpec(input, "f");
  if (spec.ok())
    CheckGoodSpec(*spec);
  else
    CheckBadSpec(spec.status());
  if (input.size() <= 64) (void)devstats::spec::Explain(input).ok();  // longer ones only cost time
}
