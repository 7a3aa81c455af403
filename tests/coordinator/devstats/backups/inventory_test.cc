#include "coordinator/devstats/backups/inventory.h"

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "gmock/gmock.h"

namespace devstats::backups {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'795'000'000);

spec::ProjectSpec ProjectNamed(const std::string& name, const std::string& database) {
  spec::ProjectSpec project;
  project.name = name;
  project.database = database;
  return project;
}

class InventoryTest : public ::testing::Test {
 protected:
  void Add(const std::string& name, int days_old, State state = State::kGood) {
    report_.files.push_back({.name = name,
                             .bytes = 100 + days_old,
                             .modified = kNow - absl::Hours(24) * days_old - absl::Minutes(1),
                             .state = state});
  }
  // Names of what goes, the oldest first.
  std::vector<std::string> Gone(const Keep& keep) const {
    const auto pruning = Prune(InventoryOf(report_, projects_), keep, kNow);
    EXPECT_TRUE(pruning.ok()) << pruning.status();
    std::vector<std::string> names;
    for (const Candidate& one : pruning->files) names.push_back(one.file.name);
    return names;
  }
  Report report_;
  std::vector<spec::ProjectSpec> projects_ = {ProjectNamed("kubernetes", "gha"),
                                              ProjectNamed("keda", "keda")};
};

TEST_F(InventoryTest, FilesStandWithTheirProjects) {
  Add("old.dump", 9);
  Add("gha.20261101T000000Z.dump", 17);
  Add("gha.dump", 3);
  Add("gha.tar.xz", 1);
  Add("copy.of.dump", 1);
  const Inventory inventory = InventoryOf(report_, projects_);
  ASSERT_EQ(inventory.rows.size(), 3u);
  EXPECT_EQ(inventory.rows[0].project, "kubernetes");
  ASSERT_EQ(inventory.rows[0].dumps.size(), 2u);
  EXPECT_EQ(inventory.rows[0].dumps[0].name, "gha.dump");
  EXPECT_EQ(inventory.rows[0].events.size(), 1u);
  EXPECT_EQ(inventory.rows[1].project, "keda");
  EXPECT_THAT(inventory.rows[1].dumps, IsEmpty());
  EXPECT_EQ(inventory.rows[2].project, "");
  EXPECT_EQ(inventory.rows[2].database, "old");
  ASSERT_EQ(inventory.others.size(), 1u);
  EXPECT_EQ(NewestDump(inventory.rows[0])->name, "gha.dump");
  EXPECT_EQ(NewestDump(inventory.rows[1]), nullptr);
}

TEST_F(InventoryTest, TwoProjectsOfOneDatabaseBothHaveItsDumps) {
  projects_.push_back(ProjectNamed("k8s", "gha"));
  Add("gha.dump", 3);
  const Inventory inventory = InventoryOf(report_, projects_);
  ASSERT_EQ(inventory.rows.size(), 3u);
  EXPECT_EQ(inventory.rows[2].dumps.size(), 1u);
}

TEST_F(InventoryTest, TheNewestGoodDumpAlwaysStays) {
  Add("gha.dump", 100, State::kBad);
  Add("gha.20260801T000000Z.dump", 109);
  Add("gha.20260701T000000Z.dump", 140);
  Add("keda.dump", 300);
  Add("gone.dump", 300);
  Add("gone.tar.xz", 300);
  EXPECT_THAT(Gone({.days = 30}), ElementsAre("gha.20260701T000000Z.dump", "gha.dump"));
  EXPECT_THAT(Gone({.last = 1}), ElementsAre("gha.20260701T000000Z.dump"));
  EXPECT_THAT(Gone({.days = 30, .orphans = true}),
              ElementsAre("gone.dump", "gone.tar.xz", "gha.20260701T000000Z.dump", "gha.dump"));
}

TEST_F(InventoryTest, WithTwoBoundsWhatEitherKeepsStays) {
  for (int days : {1, 40, 80, 120}) Add(absl::StrCat("gha.2026010", days % 7, "T000000Z.dump"), days);
  EXPECT_EQ(Gone({.days = 30}).size(), 3u);
  EXPECT_EQ(Gone({.last = 3}).size(), 1u);
  EXPECT_EQ(Gone({.days = 100, .last = 2}).size(), 1u);
  EXPECT_THAT(Gone({.days = 1, .last = 9}), IsEmpty());
}

TEST_F(InventoryTest, FilesOfOthersAndThoseBeingWrittenStay) {
  Add("gha.dump", 1);
  Add("gha.20260101T000000Z.dump", 300, State::kUnread);
  Add("gha.tar.xz", 300);
  Add("backup.of.mine.dump", 300);
  Add("report.tar.xz", 300);
  EXPECT_THAT(Gone({.days = 1, .orphans = true}), IsEmpty());
}

TEST_F(InventoryTest, RefusesWithoutABoundOrKnowledge) {
  Add("gha.dump", 1, State::kUnread);
  EXPECT_TRUE(absl::IsInvalidArgument(Prune(InventoryOf(report_, projects_), {}, kNow).status()));
  EXPECT_THAT(Prune(InventoryOf(report_, projects_), {.days = 1}, kNow).status().message(),
              HasSubstr("which dumps are good is not known"));
}

TEST_F(InventoryTest, WhatGoesAtOnceIsBoundedAndFitsIntoAJob) {
  projects_ = {ProjectNamed("p", "p")};
  Add("p.dump", 1);
  for (size_t i = 0; i < kMostPruned + 7; ++i)
    Add(absl::StrCat("p.", 20250101 + i, "T000000Z.dump"), 400 - static_cast<int>(i));
  const auto pruning = Prune(InventoryOf(report_, projects_), {.days = 30}, kNow);
  ASSERT_TRUE(pruning.ok());
  EXPECT_EQ(pruning->files.size(), kMostPruned);
  EXPECT_EQ(pruning->more, 7u);
  EXPECT_EQ(pruning->kept, 1u);
  EXPECT_EQ(pruning->files[0].reason, "older than 30 days");
  const auto fits = [](const Pruning& one) {
    return jobs::Check(**jobs::FindKind("backup-prune"), {{"files", FilesOption(one)}}).ok();
  };
  EXPECT_TRUE(fits(*pruning));
  // Of a database with the longest name that there may be.
  for (File& file : report_.files) file.name.insert(0, std::string(62, 'p'));
  const auto longer = Prune(InventoryOf(report_, {}), {.days = 30}, kNow);
  ASSERT_TRUE(longer.ok());
  EXPECT_EQ(longer->files.size() + longer->more, kMostPruned + 7);
  EXPECT_LT(longer->files.size(), kMostPruned);
  EXPECT_TRUE(fits(*longer));
}

}  // namespace
}  // namespace devstats::backups
