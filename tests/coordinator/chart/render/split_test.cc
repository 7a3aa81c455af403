#include "coordinator/chart/render/split.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Split, CutsAtSeparatorLines) {
  EXPECT_THAT(SplitManifests("a: 1\n---\nb: 2\n"), ElementsAre("a: 1", "b: 2"));
  EXPECT_THAT(SplitManifests("---\na: 1\n---\n\n---\nb: 2\n---\n"), ElementsAre("a: 1", "---\nb: 2"));
  EXPECT_THAT(SplitManifests("a: 1   \n \n\n---  \n\n  b: 2"), ElementsAre("a: 1", "b: 2"));
  EXPECT_THAT(SplitManifests(" \n"), IsEmpty());
  EXPECT_THAT(SplitManifests(""), IsEmpty());
  EXPECT_THAT(SplitManifests("---\n"), IsEmpty());
}

TEST(Split, IsBlindToYaml) {
  EXPECT_THAT(SplitManifests("a: 1\n--- # note\nb: 2"), ElementsAre("a: 1", "# note\nb: 2"));
  EXPECT_THAT(SplitManifests("a: |\n  ---\nb: 2"), ElementsAre("a: |\n  ---\nb: 2"));
  EXPECT_THAT(SplitManifests("a: 1 ---\nb: 2"), ElementsAre("a: 1 ---\nb: 2"));
  EXPECT_THAT(SplitManifests("a: 1\n----\nb"), ElementsAre("a: 1", "-\nb"));
  EXPECT_THAT(SplitManifests("a: 1\n---b: 2"), ElementsAre("a: 1", "b: 2"));
}

TEST(Split, KeepsLeadingSeparatorsInside) {
  EXPECT_THAT(SplitManifests("---\n---\na: 1"), ElementsAre("---\na: 1"));
  EXPECT_THAT(SplitManifests("# c\n---\n---\na: 1"), ElementsAre("# c", "---\na: 1"));
}

TEST(Split, KnowsWindows) {
  EXPECT_THAT(SplitManifests("a: 1\r\n---\r\nb: 2\r\n"), ElementsAre("a: 1", "b: 2"));
}

}  // namespace
}  // namespace devstats::chart
