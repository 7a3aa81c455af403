#include "absl/strings/match.h"
#include "coordinator/kube/config.h"
#include "tests/fuzz/fuzz.h"

// What is accepted leads to a server by TLS, with everything that it takes.
FUZZ_TARGET(kubeconfig) {
  if (absl::StrContains(input, "/dev/")) return;  // it may name files, and some of these do not end
  const auto access = devstats::kube::ParseKubeconfig(input, "/nonexistent/config");
  if (!access.ok()) return;
  REQUIRE(absl::StartsWith(access->server, "https://") && !absl::EndsWith(access->server, "//"));
}
