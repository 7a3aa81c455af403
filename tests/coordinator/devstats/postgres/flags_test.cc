#include "coordinator/devstats/postgres/flags.h"

#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNoon = absl::FromUnixSeconds(1795867200);

class FlagsTest : public ::testing::Test {
 protected:
  FlagsTest() {
    fake_.SetTime(kNoon);
    AddLogsDatabase(&fake_);
    AddProjectDatabase(&fake_, "gha");
  }
  std::vector<std::string> Flags(const std::string& database) {
    const auto flags = ReadFlags(fake_, database);
    if (!flags.ok()) return {flags.status().ToString()};
    std::vector<std::string> out;
    for (const Flag& flag : *flags) out.push_back(Describe(flag) + (IsStale(flag) ? " (stale)" : ""));
    return out;
  }
  Flag Only(const std::string& database) { return ReadFlags(fake_, database)->at(0); }
  FakePostgres fake_;
};

TEST_F(FlagsTest, AreReadWithOwnerAndAge) {
  SetFlag(&fake_, "gha", "provisioned", kNoon - absl::Hours(1000));
  SetFlag(&fake_, "gha", "devstats_running", kNoon - absl::Minutes(5));
  SetFlag(&fake_, "gha", "events/metric.sql 2026", kNoon);  // one of the metrics that the table is for
  EXPECT_THAT(Flags("gha"), ElementsAre("provisioned in gha, 1000h", "devstats_running in gha, 5m"));
  SetFlag(&fake_, "devstats", "affs_lock_k8s", kNoon - absl::Hours(1));
  SetFlag(&fake_, "devstats", "affsxlock", kNoon);
  SetLock(&fake_, "giant_lock", "restore-17", kNoon - absl::Seconds(90));
  EXPECT_THAT(Flags("devstats"), ElementsAre("affs_lock_k8s in devstats, 1h",
                                             "giant_lock in devstats, 1m30s, held by restore-17"));
}

TEST_F(FlagsTest, NeedNoTableOfLocksButTheOther) {
  EXPECT_THAT(Flags("gha"), ElementsAre());
  fake_.Script("gha", "DROP TABLE public.gha_computed");
  EXPECT_TRUE(absl::IsNotFound(ReadFlags(fake_, "gha").status()));
  EXPECT_TRUE(absl::IsNotFound(ReadFlags(fake_, "absent").status()));
}

TEST_F(FlagsTest, GrowStaleAsTheImagesHaveIt) {
  const std::pair<const char*, int> cases[] = {
      {"devstats_running", 9}, {"affs_lock", 16}, {"affs_lock_gha", 16}, {"giant_lock", 40}};
  for (const auto& [name, hours] : cases) {
    EXPECT_FALSE(IsStale({"gha", name, "", "", absl::Hours(hours)})) << name;
    EXPECT_TRUE(IsStale({"gha", name, "", "", absl::Hours(hours) + absl::Seconds(1)})) << name;
  }
  EXPECT_FALSE(IsStale({"gha", kProvisioned, "", "", absl::Hours(100000)}));
}

TEST_F(FlagsTest, AreNotClearedWhilePodsCouldHoldThem) {
  SetFlag(&fake_, "gha", "devstats_running", kNoon - absl::Hours(10));
  const auto proof = Unheld::Proven(Only("gha"), {"devstats-kubernetes-1", "fix"});
  EXPECT_TRUE(absl::IsFailedPrecondition(proof.status()));
  EXPECT_THAT(std::string(proof.status().message()), HasSubstr("devstats-kubernetes-1, fix"));
  EXPECT_TRUE(absl::IsInvalidArgument(Unheld::Proven({"gha", kProvisioned, "", "", {}}, {}).status()));
}

TEST_F(FlagsTest, AreClearedWithProof) {
  SetFlag(&fake_, "gha", "provisioned", kNoon);
  SetFlag(&fake_, "gha", "devstats_running", kNoon - absl::Hours(10));
  const auto proof = Unheld::Proven(Only("gha"), {});
  ASSERT_TRUE(proof.ok());
  EXPECT_TRUE(Clear(fake_, *proof).ok());
  EXPECT_THAT(Flags("gha"), ElementsAre("provisioned in gha, 0"));
  EXPECT_TRUE(Clear(fake_, *proof).ok());  // it is gone
}

TEST_F(FlagsTest, AreNotClearedWhenSetAnew) {
  SetFlag(&fake_, "gha", "devstats_running", kNoon - absl::Hours(10));
  const auto flag = Unheld::Proven(Only("gha"), {});
  fake_.Script("gha", "DELETE FROM public.gha_computed");
  SetFlag(&fake_, "gha", "devstats_running", kNoon);
  EXPECT_TRUE(absl::IsAborted(Clear(fake_, *flag)));
  EXPECT_THAT(Flags("gha"), ElementsAre("devstats_running in gha, 0"));

  SetLock(&fake_, "affs_lock", "one", kNoon - absl::Hours(20));
  const auto lock = Unheld::Proven(Only("devstats"), {});
  fake_.Script("devstats", "UPDATE public.gha_locks SET owner = 'two'");
  EXPECT_TRUE(absl::IsAborted(Clear(fake_, *lock)));
  fake_.Script("devstats", "UPDATE public.gha_locks SET owner = 'one'");
  EXPECT_TRUE(Clear(fake_, *lock).ok());
  EXPECT_THAT(Flags("devstats"), ElementsAre());
}

TEST_F(FlagsTest, LetSyncsRunOnce) {
  EXPECT_FALSE(IsProvisioned(*ReadFlags(fake_, "gha")));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(SetProvisioned(fake_, "gha").ok());
  EXPECT_TRUE(IsProvisioned(*ReadFlags(fake_, "gha")));
  EXPECT_THAT(Flags("gha"), ElementsAre("provisioned in gha, 0"));
  EXPECT_TRUE(absl::IsNotFound(SetProvisioned(fake_, "absent")));
}

}  // namespace
}  // namespace devstats::postgres
