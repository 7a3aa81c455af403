#include "coordinator/ctl/specfile.h"

#include <sstream>

#include "common/files.h"
#include "common/status.h"
#include "coordinator/plan/plan.h"
#include "tests/common/temp_dir.h"

namespace devstats::ctl {
namespace {

SavedPlan SamplePlan() {
  SavedPlan saved{.file = "cluster.yaml", .spec = "name: x\n"};
  saved.plan.set_cluster_id("c1");
  saved.plan.set_created("2026-01-01T00:00:00Z");
  saved.plan.add_units()->set_unit("host@node-1");
  saved.digest = coordinator::PlanDigest(saved.plan);
  return saved;
}

TEST(SavedPlanTest, ComesBackAsItWas) {
  const SavedPlan saved = SamplePlan();
  const auto back = ParsePlan(PlanText(saved));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->spec, saved.spec);
  EXPECT_EQ(back->file, saved.file);
  EXPECT_EQ(back->digest, saved.digest);
  EXPECT_EQ(back->plan.created(), saved.plan.created());
  EXPECT_EQ(coordinator::PlanDigest(back->plan), saved.digest);
}

TEST(SavedPlanTest, AChangedOneIsRefused) {
  std::string text = PlanText(SamplePlan());
  text.replace(text.find("node-1"), 6, "node-2");
  const auto back = ParsePlan(text);
  EXPECT_TRUE(absl::IsInvalidArgument(back.status()));
  EXPECT_THAT(back.status().message(), testing::HasSubstr("changed after it was saved"));
}

TEST(SavedPlanTest, OtherFilesAreRefused) {
  for (const char* text : {"", "[]", "{}", "name: x", R"({"plan": {}})",
                           R"({"plan": {"units": 1}, "digest": "", "file": "", "spec": ""})"})
    EXPECT_TRUE(absl::IsInvalidArgument(ParsePlan(text).status())) << text;
}

TEST(ReadSpecTest, FromFileFromInputOrWithAdvice) {
  TempDir folder;
  ASSERT_TRUE(WriteFileAtomic(folder / "c.yaml", "name: x\n").ok());
  std::istringstream in("name: y\n");
  Io io{.in = &in};
  Shell shell(io);
  EXPECT_EQ(*ReadSpec(shell, folder / "c.yaml"), "name: x\n");
  EXPECT_EQ(*ReadSpec(shell, "-"), "name: y\n");
  EXPECT_THAT(HintOf(ReadSpec(shell, folder / "none").status()), testing::HasSubstr("devstatsctl init"));
}

}  // namespace
}  // namespace devstats::ctl
