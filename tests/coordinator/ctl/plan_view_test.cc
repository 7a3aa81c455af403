#include "coordinator/ctl/plan_view.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"

namespace devstats::ctl {
namespace {

const Paint kNoColour(false);

plan::v1::Plan PlanOf(const std::string& text) {
  plan::v1::Plan plan;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &plan));
  return plan;
}

TEST(PlanViewTest, ShowsEveryKindOfChange) {
  const auto plan = PlanOf(R"(
    units { unit: "host@node-1" state: READY
      parts { unit: "sysctl" state: READY
        changes { path: "net.ipv4.ip_forward" action: UPDATE before: "0" after: "1" owner: OURS }
        changes { path: "/etc/sysctl.d/90.conf" action: CREATE after: "a = 1" } }
      parts { unit: "quiet" state: READY }
      parts { unit: "swap" state: READY
        changes { path: "/dev/sda2" action: DELETE before: "on" owner: FOREIGN }
        changes { path: "containerd" action: RUN after: "restart" } } }
    units { unit: "storage@node-1" state: READY
      changes { path: "/dev/sdb" action: CREATE after: "ext4" destructive: true } }
    units { unit: "kubeadm@node-1" state: DEFERRED deferred_by: "host@node-1" }
    units { unit: "host@node-2" state: READY }
    units { unit: "host@node-3" state: UNKNOWN error: "no answer\x1b[2J\nlook there" })");
  EXPECT_EQ(PlanView(plan, "3f0c", kNoColour),
            "host@node-1\n"
            "  sysctl\n"
            "    ~ net.ipv4.ip_forward: 0 -> 1\n"
            "    + /etc/sysctl.d/90.conf: a = 1\n"
            "  swap\n"
            "    - /dev/sda2: on (not made by us)\n"
            "    ! containerd: restart\n"
            "storage@node-1\n"
            "  + /dev/sdb: ext4 (destroys data)\n"
            "kubeadm@node-1: deferred until host@node-1 is done\n"
            "host@node-3: unknown: no answer\\x1b[2J\n"
            "    look there\n"
            "1 more unit without changes\n"
            "digest: 3f0c\n"
            "2 to add, 1 to change, 1 to remove, 1 to run; 1 destructive; 1 deferred; 1 unknown\n");
}

TEST(PlanViewTest, LongValuesAreADiff) {
  const auto plan = PlanOf(R"(
    units { unit: "u" state: READY
      changes { path: "/etc/hosts" action: UPDATE before: "a\nb\nc\n" after: "a\nB\nc\n" } })");
  EXPECT_EQ(PlanView(plan, "d", kNoColour),
            "u\n"
            "  ~ /etc/hosts\n"
            "        a\n"
            "      - b\n"
            "      + B\n"
            "        c\n"
            "digest: d\n"
            "0 to add, 1 to change, 0 to remove, 0 to run\n");
}

TEST(PlanViewTest, ADiffEndsAfterTwelveLines) {
  plan::v1::Plan plan;
  auto* change = plan.add_units()->add_changes();
  std::string after;
  for (int i = 0; i < 30; ++i) absl::StrAppend(&after, "line ", i, "\n");
  change->set_path("/etc/file");
  change->set_action(plan::v1::Change::CREATE);
  change->set_after(after);
  const std::string view = PlanView(plan, "d", kNoColour);
  EXPECT_THAT(view, testing::HasSubstr("+ line 10\n"));
  EXPECT_THAT(view, testing::Not(testing::HasSubstr("+ line 11\n")));
  EXPECT_THAT(view, testing::HasSubstr("19 more lines\n"));
}

TEST(PlanViewTest, AnEmptyPlanSaysSo) {
  const auto plan = PlanOf(R"(units { unit: "a" state: READY } units { unit: "b" state: READY })");
  EXPECT_EQ(PlanView(plan, "d", kNoColour), "Nothing to change: 2 units as they should be.\n");
}

TEST(PlanViewTest, WarningsAreShownAndAreNoChanges) {
  const auto plan = PlanOf(R"(
    units { unit: "preflight@a" state: READY warnings: "root may log in by ssh" warnings: "b is away\x1b[2J\nlook there" }
    units { unit: "host@a" state: READY parts { unit: "swap" state: READY warnings: "zram is on" } parts { unit: "modules" } }
    units { unit: "host@b" state: READY })");
  EXPECT_EQ(PlanView(plan, "d", kNoColour),
            "preflight@a\n"
            "  warning: root may log in by ssh\n"
            "  warning: b is away\\x1b[2J\n"
            "    look there\n"
            "host@a\n"
            "  swap\n"
            "    warning: zram is on\n"
            "Nothing to change: 3 units as they should be.\n");
  EXPECT_EQ(CountPlan(plan).changes(), 0u);
  EXPECT_THAT(PlanView(plan, "d", Paint(true)), testing::HasSubstr("\033[33mwarning\033[0m: root may"));
}

TEST(PlanViewTest, WarningsBesideChanges) {
  const auto plan = PlanOf(R"(
    units { unit: "preflight@a" state: READY warnings: "root may log in by ssh" }
    units { unit: "host@a" state: READY changes { path: "swap" action: UPDATE before: "on" after: "off" } }
    units { unit: "host@b" state: READY })");
  EXPECT_EQ(PlanView(plan, "d", kNoColour),
            "preflight@a\n"
            "  warning: root may log in by ssh\n"
            "host@a\n"
            "  ~ swap: on -> off\n"
            "1 more unit without changes\n"
            "digest: d\n"
            "0 to add, 1 to change, 0 to remove, 0 to run\n");
}

TEST(PlanViewTest, ColoursMarkWhatDestroys) {
  const auto plan =
      PlanOf(R"(units { unit: "u" changes { path: "p" action: CREATE after: "x" destructive: true } })");
  EXPECT_THAT(PlanView(plan, "d", Paint(true)), testing::HasSubstr("\033[31m(destroys data)\033[0m"));
}

}  // namespace
}  // namespace devstats::ctl
