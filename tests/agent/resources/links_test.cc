#include "agent/resources/links.h"

#include "agent/host/tree.h"
#include "common/unit/execute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LinksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.blocks.mounts.push_back({"/dev/sdb", "/data", "ext4"});
    ASSERT_TRUE(MakeFolders(box_.dir.path() + "/data").ok());
    // The real cp: what it leaves is what gets compared.
    box_.commands.On({"/usr/bin/cp"}, [](const Command& c) { return RunProcess(c.argv); });
    box_.systemd.Add("kubelet.service", "enabled", true);
    box_.systemd.Add("idle.service", "disabled", false);
  }
  LinksResource Make(bool move = false, const std::string& path = "/var/lib/kubelet",
                     const std::string& target = "/data/kubelet") {
    v1::Links links;
    v1::Link* link = links.add_items();
    link->set_path(path);
    link->set_target(target);
    link->set_move(move);
    link->add_users("kubelet.service");
    link->add_users("idle.service");
    return LinksResource(links, box_.host.get());
  }
  absl::StatusOr<Execution> Run(Unit& unit, const std::string& operation = "op") {
    return Execute(unit, *box_.journal,
                   {.key = {operation, "storage@n/links"},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = PlanUnit(unit),
                    .boot_id = "boot-1"});
  }
  std::vector<std::string> Paths(Unit& unit) {
    std::vector<std::string> paths;
    UnitPlan plan = PlanUnit(unit);
    EXPECT_EQ(plan.error(), "");
    for (const Change& c : plan.changes()) paths.push_back(c.path());
    return paths;
  }
  PathState At(const std::string& path) { return *LookAt(box_.dir.path() + path); }
  Box box_;
};

TEST_F(LinksTest, AnAbsentPathBecomesALinkToAFolderWithItsMode) {
  LinksResource unit = Make();
  UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.changes_size(), 1);
  EXPECT_EQ(plan.changes(0).owner(), Change::ABSENT);
  EXPECT_EQ(plan.changes(0).after(), "link to /data/kubelet");
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_EQ(At("/var/lib/kubelet").link, "/data/kubelet");
  EXPECT_EQ(At("/data/kubelet").mode, 0750u);
  EXPECT_THAT(box_.systemd.calls(), ::testing::IsEmpty());
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
  LinksResource etcd = Make(false, "/var/lib/etcd", "/data/etcd");
  ASSERT_TRUE(Run(etcd, "op-2").ok());
  EXPECT_EQ(At("/data/etcd").mode, 0700u);
}

TEST_F(LinksTest, AnEmptyFolderIsReplacedAndTellsTheMode) {
  ASSERT_TRUE(MakeFolders(box_.dir.path() + "/var/lib").ok());
  ASSERT_TRUE(MakeFolders(box_.dir.path() + "/var/lib/kubelet", 0711).ok());
  LinksResource unit = Make();
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_EQ(At("/var/lib/kubelet").link, "/data/kubelet");
  EXPECT_EQ(At("/data/kubelet").mode, 0711u);
}

TEST_F(LinksTest, ALinkThatLeadsNowhereGetsItsFolder) {
  LinksResource unit = Make();
  ASSERT_TRUE(Run(unit).ok());
  ASSERT_EQ(::rmdir((box_.dir.path() + "/data/kubelet").c_str()), 0);
  EXPECT_THAT(Paths(unit), ElementsAre("/var/lib/kubelet"));
  ASSERT_TRUE(Run(unit, "op-2").ok());
  EXPECT_EQ(At("/data/kubelet").kind, PathState::kEmptyFolder);
}

TEST_F(LinksTest, NothingIsWrittenBelowAMountPointWithoutItsMount) {
  box_.blocks.mounts.pop_back();
  LinksResource unit = Make();
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("nothing is mounted over /data/kubelet"));
}

TEST_F(LinksTest, DataOtherLinksAndFilesAreRefused) {
  box_.Write("/var/lib/kubelet/x", "1");
  LinksResource unit = Make();
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("/var/lib/kubelet: it holds data"));
  EXPECT_THAT(PlanUnit(unit).hint(), HasSubstr("set move: true"));
  LinksResource file = Make(true, "/var/lib/kubelet/x");
  EXPECT_THAT(PlanUnit(file).error(), HasSubstr("neither a folder nor a link"));
  ASSERT_EQ(::symlink("/srv", (box_.dir.path() + "/var/lib/etcd").c_str()), 0);
  LinksResource other = Make(true, "/var/lib/etcd");
  EXPECT_THAT(PlanUnit(other).error(), HasSubstr("it is a link to /srv"));
}

TEST_F(LinksTest, AMoveIsShownAndNeedsApproval) {
  box_.Write("/var/lib/kubelet/x", "1");
  LinksResource unit = Make(true);
  UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.changes_size(), 2);
  EXPECT_EQ(plan.changes(0).before(), "folder that holds data");
  EXPECT_EQ(plan.changes(0).owner(), Change::FOREIGN);
  EXPECT_EQ(plan.changes(1).after(), "stopped meanwhile: kubelet.service, idle.service");
  EXPECT_FALSE(MayAmend(plan, UnitPlan()));
}

TEST_F(LinksTest, AMoveCopiesSwapsAndKeepsTheOldCopy) {
  box_.Write("/var/lib/kubelet/pods/x", "content");
  LinksResource unit = Make(true);
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(At("/var/lib/kubelet").link, "/data/kubelet");
  EXPECT_EQ(box_.Read("/data/kubelet/pods/x"), "content");
  EXPECT_EQ(box_.Read("/var/lib/kubelet.devstats-old/pods/x"), "content");
  // Only what ran is started again.
  EXPECT_THAT(box_.systemd.calls(),
              ElementsAre("stop kubelet.service", "stop idle.service", "start kubelet.service"));
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
}

TEST_F(LinksTest, AMoveIsRefusedOverMountsDataAndOldCopies) {
  box_.Write("/var/lib/kubelet/x", "1");
  LinksResource unit = Make(true);
  box_.blocks.mounts.push_back({"tmpfs", "/var/lib/kubelet/pods/1/v", "tmpfs"});
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("/var/lib/kubelet/pods/1/v is mounted in it"));
  box_.blocks.mounts.pop_back();
  box_.Write("/data/kubelet/y", "2");
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("so does /data/kubelet"));
  ASSERT_TRUE(RemoveFile(box_.dir.path() + "/data/kubelet/y").ok());
  box_.Write("/var/lib/kubelet.devstats-old/z", "3");
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("of an earlier move is still there"));
}

TEST_F(LinksTest, AFailedCopyLeavesTheUsersRunningAndNothingBehind) {
  box_.Write("/var/lib/kubelet/x", "1");
  box_.commands.On({"/usr/bin/cp"}, [this](const Command&) {
    box_.Write("/data/kubelet/half", "1");
    return ProcessResult{1, "", "No space left on device", false};
  });
  LinksResource unit = Make(true);
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("No space left on device"));
  EXPECT_EQ(At("/data/kubelet").kind, PathState::kEmptyFolder);
  EXPECT_EQ(box_.systemd.Get("kubelet.service")->active, "active");
  EXPECT_EQ(box_.Read("/var/lib/kubelet/x"), "1");
  box_.commands.On({"/usr/bin/cp"}, [](const Command& c) { return RunProcess(c.argv); });
  auto again = Run(unit);
  ASSERT_TRUE(again.ok()) << again.status();
}

TEST_F(LinksTest, ACopyThatDiffersIsNotUsed) {
  box_.Write("/var/lib/kubelet/x", "1");
  box_.commands.On({"/usr/bin/cp"}, [this](const Command&) {
    box_.Write("/data/kubelet/x", "2");
    return ProcessResult{};
  });
  LinksResource unit = Make(true);
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("differs: its content"));
  EXPECT_EQ(At("/var/lib/kubelet").kind, PathState::kFolder);
}

// As a cut leaves the box: users stopped, the move in the inventory, whatever was done by then.
class CutMoveTest : public LinksTest {
 protected:
  void SetUp() override {
    LinksTest::SetUp();
    ASSERT_TRUE(
        box_.inventory
            ->Remember(
                {.resource = "links", .thing = "move:/var/lib/kubelet", .before = "[\"kubelet.service\"]"})
            .ok());
    ASSERT_TRUE(box_.systemd.Stop("kubelet.service").ok());
    box_.systemd.ClearCalls();
  }
  void ExpectMoved() {
    EXPECT_EQ(At("/var/lib/kubelet").link, "/data/kubelet");
    EXPECT_EQ(box_.Read("/data/kubelet/x"), "new");
    EXPECT_EQ(box_.Read("/var/lib/kubelet.devstats-old/x"), "new");
    EXPECT_EQ(At("/var/lib/kubelet.devstats-link").kind, PathState::kAbsent);
    EXPECT_EQ(box_.systemd.Get("kubelet.service")->active, "active");
    LinksResource unit = Make(true);
    EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
  }
};

TEST_F(CutMoveTest, WithinTheCopy) {
  box_.Write("/var/lib/kubelet/x", "new");
  box_.Write("/data/kubelet/x", "old");
  box_.Write("/data/kubelet/gone", "old");
  LinksResource unit = Make(true);
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  ExpectMoved();
  EXPECT_EQ(box_.Read("/data/kubelet/gone"), "<absent>");
}

TEST_F(CutMoveTest, WithinTheSwap) {
  box_.Write("/var/lib/kubelet.devstats-link/x", "new");
  box_.Write("/data/kubelet/x", "new");
  ASSERT_EQ(::symlink("/data/kubelet", (box_.dir.path() + "/var/lib/kubelet").c_str()), 0);
  LinksResource unit = Make(true);
  EXPECT_THAT(Paths(unit), ElementsAre("users of /var/lib/kubelet"));
  ASSERT_TRUE(Run(unit).ok());
  ExpectMoved();
}

TEST_F(CutMoveTest, BetweenTheTwoRenamesOfAnOverlay) {
  box_.Write("/var/lib/kubelet.devstats-old/x", "new");
  box_.Write("/data/kubelet/x", "new");
  LinksResource unit = Make(true);
  ASSERT_TRUE(Run(unit).ok());
  ExpectMoved();
}

TEST_F(CutMoveTest, BeforeTheUsersWereStarted) {
  box_.Write("/var/lib/kubelet.devstats-old/x", "new");
  box_.Write("/data/kubelet/x", "new");
  ASSERT_EQ(::symlink("/data/kubelet", (box_.dir.path() + "/var/lib/kubelet").c_str()), 0);
  LinksResource unit = Make(true);
  ASSERT_TRUE(Run(unit).ok());
  ExpectMoved();
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("start kubelet.service"));
}

}  // namespace
}  // namespace devstats::agent
