#include "coordinator/release/engine/cluster_capabilities.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::release {
namespace {

struct VersionedKube : kube::FakeKube {
  absl::StatusOr<std::string> Version() override { return version; }
  absl::StatusOr<std::string> version;
};

TEST(ClusterCapabilities, WhatTheServerIsAndHas) {
  VersionedKube kube;
  kube.version = "v1.32.5-gke.100";
  const auto found = ClusterCapabilities(kube);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->kube_version, "v1.32.5-gke.100");
  EXPECT_EQ(found->kube_major, "1");
  EXPECT_EQ(found->kube_minor, "32");
  const std::vector<std::string>& served = found->api_versions;
  EXPECT_TRUE(std::is_sorted(served.begin(), served.end()));
  EXPECT_EQ(std::count(served.begin(), served.end(), "v1"), 1);
  EXPECT_EQ(std::count(served.begin(), served.end(), "v1/Secret"), 1);
  EXPECT_EQ(std::count(served.begin(), served.end(), "apps/v1/Deployment"), 1);
  EXPECT_EQ(std::count(served.begin(), served.end(), "policy/v1beta1"), 0);
}

TEST(ClusterCapabilities, AServerThatDoesNotAnswer) {
  VersionedKube kube;
  kube.version = absl::UnavailableError("no route");
  EXPECT_EQ(ClusterCapabilities(kube).status(),
            absl::UnavailableError("version of the API server: no route"));
  kube.version = "unknown";
  EXPECT_TRUE(absl::IsInvalidArgument(ClusterCapabilities(kube).status()));
}

}  // namespace
}  // namespace devstats::release
