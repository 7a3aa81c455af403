#include "common/identity.h"
#include "tests/fuzz/fuzz.h"

// There is one way to write an identity, and nothing in it that a log, a path or a DNS name would mind.
FUZZ_TARGET(identity) {
  const auto identity = devstats::ParseIdentity(input);
  if (!identity.ok()) return;
  REQUIRE(identity->Uri() == input);
  REQUIRE(identity->cluster.size() <= 63 && identity->name.size() <= 63);
  for (const char c : identity->cluster + identity->name)
    REQUIRE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
  if (identity->kind == devstats::Identity::Kind::kNode)
    REQUIRE(devstats::CheckNodeName(identity->name).ok());
}
