#include "coordinator/chartsource/lock_digest.h"

#include "coordinator/chart/loader/metadata.h"

namespace devstats::chartsource {
namespace {

absl::StatusOr<std::string> DigestFor(const std::string& yaml, const std::string& lock_yaml) {
  const chart::Limits limits;
  chart::Metadata wanted;
  chart::ChartLock lock;
  if (!chart::ReadMetadata(yaml, limits, wanted).ok() || !chart::ReadLock(lock_yaml, limits, lock).ok())
    abort();
  return LockDigest(wanted, lock);
}

// The digests that Helm has written for the same dependencies.
TEST(LockDigest, IsHelms) {
  const std::string plain =
      "dependencies: [{repository: 'http://localhost:8879/charts', version: 0.1.0, name: alpine}]";
  EXPECT_EQ(*DigestFor(plain, plain),
            "sha256:fb239e836325c5fa14b29d1540a13b7d3ba13151b67fe719f820e0ef6d66aaaf");
  std::string wanted = "dependencies:\n", locked = wanted;
  for (const std::string name : {"dev", "prod"}) {
    absl::StrAppend(&wanted, "- {name: ", name, ", repository: 'file://envs/", name,
                    "', version: '>= 0.0.1', import-values: [data], tags: [", name, "], condition: '", name,
                    ".enabled,global.", name, ".enabled'}\n");
    absl::StrAppend(&locked, "- {name: ", name, ", repository: 'file://envs/", name, "', version: v0.1.0}\n");
  }
  EXPECT_EQ(*DigestFor(wanted, locked),
            "sha256:9403fc24f6cf9d6055820126cf7633b4bd1fed3c77e4880c674059f536346182");
}

TEST(LockDigest, OfHelm2IsOfTheRequirementsAlone) {
  chart::Metadata wanted;
  ASSERT_TRUE(
      chart::ReadMetadata("dependencies: [{name: alpine, version: 0.1.0, repository: 'file://../alpine'}]",
                          chart::Limits(), wanted)
          .ok());
  EXPECT_EQ(*OldLockDigest(wanted),
            "sha256:7b380b1a826e7be1eecb089f66209d6d3df54be4bf879d4a8e6f8a9e871710e5");
}

TEST(LockDigest, EveryFieldCounts) {
  const std::string lock = "dependencies: [{name: a, version: 1.0.0}]";
  const std::string before = *DigestFor("dependencies: [{name: a, version: 1}]", lock);
  for (const char* more : {"alias: x", "enabled: true", "tags: [x]", "condition: x", "repository: x",
                           "import-values: [{child: x, parent: y}]"}) {
    EXPECT_NE(*DigestFor(absl::StrCat("dependencies: [{name: a, version: 1, ", more, "}]"), lock), before)
        << more;
  }
  EXPECT_NE(*DigestFor("dependencies: [{name: a, version: 1}]", "dependencies: []"), before);
  EXPECT_NE(*DigestFor("dependencies: []", "dependencies: []"), *DigestFor("{}", "dependencies: []"));
}

}  // namespace
}  // namespace devstats::chartsource
