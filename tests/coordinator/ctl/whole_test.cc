// Whole commands against a coordinator in this process.
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "common/files.h"
#include "google/protobuf/text_format.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using events::v1::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kSmall[] = R"(
  cluster_id: "c1"
  units { unit: "host@node-1" state: READY changes { path: "swap" action: UPDATE before: "on" after: "off" } }
  units { unit: "host@node-2" state: READY })";

class WholeTest : public testing::Test {
 protected:
  WholeTest() {
    EXPECT_TRUE(WriteFileAtomic(spec_, "name: test\n").ok());
    SetPlan(kSmall);
    fake_.operation.set_id("op-1");
    fake_.operation.set_state("running");
    for (const auto& unit : fake_.plan.units()) fake_.operation.add_units()->set_unit(unit.unit());
  }
  void SetPlan(const std::string& text) {
    fake_.plan.Clear();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fake_.plan));
  }
  std::string digest() const { return coordinator::PlanDigest(fake_.plan); }
  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.end(), {"--socket", fake_.socket()});
    return Invoke(std::move(args), how);
  }
  Outcome Apply(std::vector<std::string> more, const Invocation& how = {}) {
    more.insert(more.begin(), {"apply", "-f", spec_});
    return Ctl(std::move(more), how);
  }
  // The events of an operation that ends well.
  void TellAll() {
    fake_.Tell(Event::OPERATION, "", "running", "begun by root@local");
    fake_.Tell(Event::UNIT, "host@node-1", "running");
    fake_.Tell(Event::UNIT, "host@node-1", "done", "", 1500);
    fake_.Tell(Event::UNIT, "host@node-2", "unchanged", "", 20);
    TellEnd("done");
  }
  void TellEnd(const std::string& state) {
    fake_.SetState(state);
    fake_.Tell(Event::OPERATION, "", state, "", 2000);
  }

  TempDir folder_;
  const std::string spec_ = folder_ / "cluster.yaml";
  FakeCoordinator fake_;
};

TEST_F(WholeTest, StatusForPeopleAndForPrograms) {
  fake_.status.mutable_version()->set_cluster_id("c1");
  fake_.status.add_nodes()->set_name("node-1");
  const Outcome people = Ctl({"status"});
  EXPECT_EQ(people.code, 0);
  EXPECT_EQ(people.err, "");
  EXPECT_THAT(people.out, HasSubstr("node-1  -     not in cluster.yaml"));
  EXPECT_THAT(people.out, Not(HasSubstr("\033[")));
  EXPECT_EQ((*ParseJson(Ctl({"status", "-o", "json"}).out))["nodes"][0]["name"], "node-1");
  EXPECT_TRUE(fake_.had_deadline);
}

TEST_F(WholeTest, PlanExitsWithTwoWhenThereIsSomethingToDo) {
  const Outcome outcome = Ctl({"plan", "-f", spec_, "--only", "host", "--node", "node-1"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "host@node-1\n  ~ swap: on -> off\n1 more unit without changes\ndigest: " +
                             digest() + "\n0 to add, 1 to change, 0 to remove, 0 to run\n");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(fake_.planned.spec(), "name: test\n");
  EXPECT_EQ(fake_.planned.file(), spec_);
  EXPECT_EQ(fake_.planned.only(), "host");
  EXPECT_EQ(fake_.planned.node(), "node-1");
}

TEST_F(WholeTest, PlanExitsWithZeroWhenThereIsNothing) {
  SetPlan(R"(units { unit: "host@node-1" state: READY })");
  EXPECT_EQ(Ctl({"plan", "-f", spec_}).code, 0);
}

TEST_F(WholeTest, PlanExitsWithOneWhenABoxIsUnknown) {
  SetPlan(R"(units { unit: "host@node-1" state: UNKNOWN error: "away" })");
  const Outcome outcome = Ctl({"plan", "-f", spec_});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("unknown: away"));
  EXPECT_THAT(outcome.err, HasSubstr("error: 1 unit could not be observed"));
}

TEST_F(WholeTest, WarningsAloneAreNothingPending) {
  SetPlan(R"(units { unit: "preflight@node-1" state: READY warnings: "root may log in by ssh" })");
  const Outcome outcome = Ctl({"plan", "-f", spec_});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("warning: root may log in by ssh"));
  EXPECT_THAT(Ctl({"plan", "-f", spec_, "-o", "-"}).out, HasSubstr("\"warnings\""));
}

TEST_F(WholeTest, APlanIsSavedAndAppliedLater) {
  const std::string file = folder_ / "plan.json";
  EXPECT_EQ(Ctl({"plan", "-f", spec_, "-o", file}).code, 2);
  EXPECT_EQ(Ctl({"plan", "-f", spec_, "-o", "-"}).out, *ReadFile(file));
  ASSERT_TRUE(RemoveFile(spec_).ok());  // the plan carries it
  TellAll();
  const Outcome outcome = Ctl({"apply", "--plan", file, "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(fake_.applied.size(), 1u);
  EXPECT_EQ(fake_.applied[0].spec(), "name: test\n");
  EXPECT_EQ(coordinator::PlanDigest(fake_.applied[0].plan()), digest());
}

TEST_F(WholeTest, PlanIsNotSavedUnderTheNameOfAFormat) {
  const Outcome outcome = Ctl({"plan", "-f", spec_, "-o", "json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_FALSE(Exists("json"));
}

TEST_F(WholeTest, ApplyWithoutTerminalAndWithoutYesOnlyShows) {
  const Outcome outcome = Apply({});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("~ swap: on -> off"));
  EXPECT_THAT(outcome.err, HasSubstr("nothing was applied: there is no terminal to ask on"));
  EXPECT_TRUE(fake_.applied.empty());
}

TEST_F(WholeTest, OnATerminalOnlyYesApplies) {
  for (const char* answer : {"", "y\n", "no\n", "yes please\n"}) {
    EXPECT_EQ(Apply({}, {.input = answer, .terminal = true}).code, 1) << answer;
    EXPECT_TRUE(fake_.applied.empty()) << answer;
  }
  TellAll();
  const Outcome outcome = Apply({}, {.input = "yes\n", .terminal = true});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(fake_.applied.size(), 1u);
  EXPECT_THAT(outcome.err, HasSubstr("\033[J"));  // the live picture
  EXPECT_THAT(outcome.err, HasSubstr("node-1         host           \033[32mdone"));
}

TEST_F(WholeTest, YesDoesNotCoverDestruction) {
  SetPlan(
      R"(units { unit: "u" changes { path: "/dev/sdb" action: CREATE after: "ext4" destructive: true } })");
  const Outcome refused = Apply({"--yes"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("hint: read it, then apply exactly it: --confirm " + digest()));
  EXPECT_THAT(Apply({"--confirm", "abc"}).err, HasSubstr("another plan than the one shown"));
  EXPECT_TRUE(fake_.applied.empty());
  TellAll();
  EXPECT_EQ(Apply({"--confirm", digest()}).code, 0);
  ASSERT_EQ(fake_.applied.size(), 1u);
  EXPECT_EQ(fake_.applied[0].confirm(), digest());
}

TEST_F(WholeTest, ApplyFollowsToTheEnd) {
  TellAll();
  const Outcome outcome = Apply({"--yes"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out,
              HasSubstr("2 units: 1 done, 1 unchanged; took 2.0s\nslowest:\n  1.5s   host@node-1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("operation op-1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("11:06:42 host@node-1 running\n"));
  EXPECT_THAT(outcome.err, HasSubstr("11:06:43 host@node-1 done (1.5s)\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("\033[")));
  EXPECT_TRUE(fake_.had_deadline);
}

TEST_F(WholeTest, ApplyOutlivesARestartOfTheCoordinator) {
  fake_.Tell(Event::OPERATION, "", "running");
  fake_.Tell(Event::UNIT, "host@node-1", "running");
  Outcome outcome;
  std::thread operator_([&] { outcome = Apply({"--yes"}); });
  ASSERT_TRUE(Eventually([&] { return fake_.sent() == 2; }));
  fake_.Stop();
  fake_.Tell(Event::OPERATION, "", "running", "going on after a restart of the coordinator");
  fake_.Tell(Event::UNIT, "host@node-1", "done", "", 1500);
  TellEnd("done");
  fake_.Start();
  operator_.join();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(fake_.watched(), ElementsAre(0, 2));  // nothing is asked for twice
  EXPECT_THAT(outcome.err, HasSubstr("no answer from the coordinator; trying again"));
  EXPECT_THAT(outcome.err, HasSubstr("host@node-1 done (1.5s)\n"));
  EXPECT_EQ(fake_.applied.size(), 1u);
}

TEST_F(WholeTest, CtrlCDetachesAndTheOperationGoesOn) {
  fake_.Tell(Event::OPERATION, "", "running");
  Outcome outcome;
  std::thread operator_([&] { outcome = Apply({"--yes"}); });
  ASSERT_TRUE(Eventually([&] { return fake_.sent() == 1; }));
  kill(getpid(), SIGINT);
  operator_.join();
  EXPECT_EQ(outcome.code, 130);
  EXPECT_THAT(outcome.err, HasSubstr("detached; operation op-1 goes on\n"));
  EXPECT_THAT(outcome.err, HasSubstr("devstatsctl events --follow --operation op-1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("devstatsctl operation abort op-1\n"));
}

TEST_F(WholeTest, AFailureSaysWhyAndWhatNext) {
  fake_.operation.set_error("host@node-1: no space");
  TellEnd("failed");
  const Outcome outcome = Apply({"--yes"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("error: operation op-1 failed: host@node-1: no space\n"));
  EXPECT_THAT(outcome.err, HasSubstr("hint: when the cause is mended: devstatsctl operation resume op-1\n"));
}

TEST_F(WholeTest, WhatAwaitsApprovalIsShownAndApproved) {
  v1::UnitState* unit = fake_.operation.mutable_units(0);
  unit->set_state("awaiting-approval");
  unit->mutable_amended()->set_unit("host@node-1");
  const std::string amended = DigestOf(unit->amended());
  TellEnd("awaiting-approval");
  const Outcome waits = Apply({"--yes"});
  EXPECT_EQ(waits.code, 2);
  EXPECT_THAT(waits.out,
              HasSubstr("devstatsctl operation approve op-1 host@node-1 --confirm " + amended + "\n"));
  const Outcome approved = Ctl({"operation", "approve", "op-1", "host@node-1", "--confirm", amended});
  EXPECT_EQ(approved.code, 0) << approved.err;
  EXPECT_EQ(fake_.approved.unit(), "host@node-1");
  EXPECT_EQ(fake_.approved.confirm(), amended);
  // Only what happened since the approval is shown.
  EXPECT_THAT(approved.err, Not(HasSubstr("awaiting-approval")));
  EXPECT_THAT(approved.err, HasSubstr("op-1 done"));
}

TEST_F(WholeTest, EventsAreOneLineEach) {
  TellAll();
  EXPECT_THAT(Ctl({"events", "--since", "3"}).out,
              testing::StartsWith("4  2026-11-18 11:06:44  unit  op-1  host@node-2  unchanged  (20ms)\n5  "));
  const Outcome json = Ctl({"events", "--follow", "--operation", "op-1", "-o", "json"});
  EXPECT_EQ(json.code, 0);
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 5);
}

TEST_F(WholeTest, NodeTokenPrintsThreeLinesAndNothingElse) {
  fake_.token.set_token("s3cret");
  fake_.token.set_address("10.0.0.1:7441");
  fake_.token.set_ca_pin("sha256:ab");
  const Outcome outcome = Ctl({"node", "token", "node-1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3);
  EXPECT_THAT(outcome.out, testing::EndsWith("\ns3cret\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("s3cret")));
  EXPECT_THAT(Ctl({"node", "token", "node-1", "--cloud-init"}).out, testing::StartsWith("#cloud-config\n"));
}

TEST_F(WholeTest, LogsAndDisksOfABox) {
  EXPECT_EQ(Ctl({"node", "logs", "node-1", "kubelet"}).out, "- kubelet: a\\x1b[2Jline\n");
  fake_.node.mutable_summary()->set_name("node-1");
  fake_.node.mutable_summary()->set_reachable(true);
  fake_.node.mutable_facts()->add_disks()->set_serial("S1");
  EXPECT_THAT(Ctl({"node", "disks", "node-1"}).out, HasSubstr("node-1  -       0 B   S1"));
  EXPECT_EQ((*ParseJson(Ctl({"node", "disks", "node-1", "-o", "json"}).out))["disks"][0]["node"], "node-1");
  fake_.node.mutable_summary()->set_reachable(false);
  EXPECT_EQ(Ctl({"node", "disks", "node-1"}).code, 1);
}

TEST_F(WholeTest, HealthAndWaitJudgeByTheChecks) {
  auto* check = fake_.health.add_checks();
  check->set_name("agent@node-1");
  check->set_reason("away");
  EXPECT_EQ(Ctl({"health"}).code, 1);
  const Outcome waited = Ctl({"wait", "--timeout", "1s"});
  EXPECT_EQ(waited.code, 1);
  EXPECT_THAT(waited.err, HasSubstr("not well after 1s: agent@node-1: away"));
  check->set_ok(true);
  EXPECT_EQ(Ctl({"health"}).code, 0);
  EXPECT_EQ(Ctl({"wait"}).code, 0);
}

TEST_F(WholeTest, AccessMadeHereWorksFromElsewhere) {
  fake_.StartTls();
  const std::string context = folder_ / "ann";
  const Outcome added = Ctl({"access", "add", "ann", "--role", "viewer", "--ttl", "1d", "-o", context});
  ASSERT_EQ(added.code, 0) << added.err;
  fake_.status.mutable_version()->set_version("7.7");
  const Outcome version = Invoke({"version", "--context", context});
  EXPECT_THAT(version.out, HasSubstr("coordinator 7.7")) << version.err;
}

TEST_F(WholeTest, ARefusedAccessLeavesNoKey) {
  fake_.refuse = Hint(absl::PermissionDeniedError("only admins may"), "ask one");
  const std::string context = folder_ / "ann";
  const Outcome outcome = Ctl({"access", "add", "ann", "--role", "admin", "-o", context});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "error: only admins may\nhint: ask one\n");
  EXPECT_FALSE(Exists(context));
}

}  // namespace
}  // namespace devstats::ctl
