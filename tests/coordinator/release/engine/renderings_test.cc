#include "coordinator/release/engine/renderings.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

class RenderingsTest : public ::testing::Test {
 protected:
  std::string Get(const std::string& key, bool anew = false) {
    const auto got = renderings_.Get(key, anew, [this]() -> absl::StatusOr<RenderedRelease> {
      return RenderedRelease{.manifest = absl::StrCat("made ", ++made_)};
    });
    return got.ok() ? got->manifest : got.status().ToString();
  }
  Renderings renderings_;
  int made_ = 0;
};

TEST_F(RenderingsTest, WhatWasPlannedIsCarriedOut) {
  EXPECT_EQ(Get("a", true), "made 1");
  EXPECT_EQ(Get("a"), "made 1");
  EXPECT_EQ(Get("b"), "made 2");
  EXPECT_EQ(Get("a", true), "made 3") << "a plan looks at the cluster again";
  EXPECT_EQ(Get("a"), "made 3");
}

TEST_F(RenderingsTest, AFailureIsNotKept) {
  const auto failed = renderings_.Get(
      "a", false, []() -> absl::StatusOr<RenderedRelease> { return absl::UnavailableError("x"); });
  EXPECT_TRUE(absl::IsUnavailable(failed.status()));
  EXPECT_EQ(Get("a"), "made 1");
}

TEST_F(RenderingsTest, OnlySoManyAreKept) {
  for (int i = 0; i < 100; ++i) Get(absl::StrCat("key-", i));
  EXPECT_EQ(Get("key-99"), "made 100");
  EXPECT_EQ(Get("key-0"), "made 101");
}

}  // namespace
}  // namespace devstats::release
