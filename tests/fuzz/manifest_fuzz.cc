#include "coordinator/kube/object.h"
#include "coordinator/kube/units/difference.h"
#include "coordinator/kube/units/manifest_source.h"
#include "tests/fuzz/fuzz.h"

// Objects of a manifest have names; the pod network is set in them, once and for all.
FUZZ_TARGET(manifest) {
  namespace kube = devstats::kube;
  namespace coordinator = devstats::coordinator;
  auto objects = kube::ParseManifest(input, "f");
  if (!objects.ok()) return;
  for (const devstats::Json& object : *objects) REQUIRE(object.is_object() && kube::RefOf(object).ok());
  const std::vector<devstats::Json> before = *objects;
  if (!coordinator::SetPodNetwork("10.244.0.0/16", 24, &*objects).ok()) return;
  const std::vector<devstats::Json> once = *objects;
  REQUIRE(coordinator::SetPodNetwork("10.244.0.0/16", 24, &*objects).ok() && *objects == once);
  REQUIRE(once.size() == before.size());
  for (size_t i = 0; i < once.size(); ++i) {
    REQUIRE(coordinator::DifferencesOf(before[i], once[i]).empty() == (before[i] == once[i]));
    (void)coordinator::WithoutServerFields(once[i]);
  }
}
