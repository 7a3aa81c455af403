#include "coordinator/spec/os.h"

#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

TEST(KubernetesVersions, MinorOfAPlainVersionAlone) {
  EXPECT_EQ(KubernetesMinor("1.35.0"), 35);
  EXPECT_EQ(KubernetesMinor("1.20.15"), 20);
  for (const char* other : {"", "1.35", "v1.35.0", "2.35.0", "1.x.0", "1.35.0.1"})
    EXPECT_FALSE(KubernetesMinor(other)) << other;
}

TEST(KubernetesVersions, WhatKubeletsNeed) {
  EXPECT_FALSE(NeedsCgroup2("1.34.9"));
  EXPECT_TRUE(NeedsCgroup2("1.35.0"));
  EXPECT_FALSE(NeedsContainerd2("1.35.9"));
  EXPECT_TRUE(NeedsContainerd2("1.36.0"));
  EXPECT_FALSE(NeedsCgroup2("")) << "without Kubernetes nothing is needed";
}

}  // namespace
}  // namespace devstats::spec
