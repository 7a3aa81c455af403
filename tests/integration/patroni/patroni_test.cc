// Tuning, switchover and rebuild on a real Patroni, judged by what SHOW says on each member.
#include <sys/wait.h>

#include <fstream>

#include "common/fault.h"
#include "coordinator/devstats/patroni/status.h"
#include "coordinator/devstats/patroni/tuning_unit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/devstats/patroni/api_contract.h"
#include "tests/coordinator/kube/units/unit_run.h"
#include "tests/integration/patroni/patroni_cluster.h"

namespace devstats::patroni {
namespace {

using coordinator::UnitRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Parameters = std::map<std::string, std::string>;

constexpr int64_t kMostLag = 16 << 20;
constexpr absl::Duration kEvery = absl::Milliseconds(50);  // a look asks each member, or starts a psql

// One leads, the others follow; no restart is pending.
bool IsHealthy(PatroniApi& api) {
  const auto state = ObserveCluster(api);
  if (!state.ok() || state->members.size() != PatroniCluster::kMembers || !state->leader()) return false;
  return std::all_of(state->members.begin(), state->members.end(), [](const MemberState& m) {
    return ProblemOf(m, kMostLag).empty() && !m.pending_restart;
  });
}

PatroniApi* RealApi() {
  static const std::unique_ptr<RestApi> api = TheCluster() ? TheCluster()->Api() : nullptr;
  if (!api) return nullptr;
  if (!Eventually([] { return IsHealthy(*api); }, absl::Seconds(60), kEvery)) {
    ADD_FAILURE() << TheCluster()->Logs();
    return nullptr;
  }
  return api.get();
}

INSTANTIATE_TEST_SUITE_P(Real, ApiContract, ::testing::Values(&RealApi));

// Passes all on, and tells of what was done.
class WatchedApi final : public PatroniApi {
 public:
  explicit WatchedApi(PatroniApi* api) : api_(api) {}
  std::function<void(const std::string&)> after = [](const std::string&) {};
  std::vector<std::string> log;
  absl::StatusOr<Cluster> GetCluster() override { return api_->GetCluster(); }
  absl::StatusOr<Config> GetConfig() override { return api_->GetConfig(); }
  absl::StatusOr<Member> GetMember(const std::string& m) override { return api_->GetMember(m); }
  absl::StatusOr<Config> PatchConfig(const Json& patch) override {
    auto result = api_->PatchConfig(patch);
    Did("patch");
    return result;
  }
  absl::Status Restart(const std::string& m, const RestartOptions& options) override {
    const absl::Status result = api_->Restart(m, options);
    Did("restart " + m);
    return result;
  }
  absl::Status Switchover(const std::string& from, const std::string& to) override {
    const absl::Status result = api_->Switchover(from, to);
    Did(absl::StrCat("switchover ", from, " ", to));
    return result;
  }
  absl::Status Reinitialize(const std::string& m) override { return api_->Reinitialize(m); }

 private:
  void Did(const std::string& what) {
    log.push_back(what);
    after(what);
  }
  PatroniApi* const api_;
};

class RealPatroni : public ::testing::Test {
 protected:
  void SetUp() override {
    api_ = RealApi();
    if (!api_) GTEST_SKIP() << "no Patroni here";
    watched_ = std::make_unique<WatchedApi>(api_);
  }
  void TearDown() override {
    if (api_ && HasFailure()) fprintf(stderr, "%s\n", TheCluster()->Logs().c_str());
  }
  std::unique_ptr<TuningUnit> Unit(const Parameters& parameters, PatroniApi* api = nullptr) {
    TuningOptions options;
    options.wanted = {
        .settings = {{"loop_wait", 1}, {"ttl", 20}, {"retry_timeout", 3}, {"primary_start_timeout", 60}},
        .postgresql = {{"use_pg_rewind", true}, {"use_slots", true}},
        .parameters = parameters,
        .members = PatroniCluster::kMembers};
    options.settings = TheCluster()->Reader();
    options.nodes = [] { return PatroniCluster::kMembers; };
    options.memory_limit = int64_t{1} << 30;
    options.patience = absl::Seconds(60);
    options.poll = absl::Milliseconds(200);
    options.clock = clock_;
    options.sleep = [this](absl::Duration d) {
      slept_();
      absl::SleepFor(d);
    };
    return std::make_unique<TuningUnit>("patroni-tuning@test", std::move(options),
                                        api ? api : watched_.get());
  }
  void Apply(const Parameters& parameters) {
    const auto unit = Unit(parameters);
    const auto done = run_.Run(*unit);
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_THAT(UnitRun::Plan(*unit), IsEmpty());
  }
  std::vector<std::string> ShowAll(const std::string& parameter) {
    std::vector<std::string> out;
    for (const std::string& name : TheCluster()->names()) out.push_back(TheCluster()->Show(name, parameter));
    return out;
  }
  std::map<std::string, std::string> Starts() {
    std::map<std::string, std::string> out;
    for (const std::string& name : TheCluster()->names()) out[name] = api_->GetMember(name)->started;
    return out;
  }
  std::string Leader() { return api_->GetCluster()->leader(); }

  PatroniApi* api_ = nullptr;
  std::unique_ptr<WatchedApi> watched_;
  const Clock* clock_ = &SystemClock();
  std::function<void()> slept_ = [] {};
  UnitRun run_;
};

TEST_F(RealPatroni, TellsWhichVersionItIs) {
  for (const std::string& name : TheCluster()->names())
    EXPECT_EQ("patroni " + api_->GetMember(name)->patroni_version, TheCluster()->Version());
}

TEST_F(RealPatroni, TuningIsAppliedAndTheRestartIsRolled) {
  const std::string leader = Leader();
  const auto before = Starts();
  Apply({{"max_connections", "120"},
         {"wal_keep_size", "64MB"},
         {"idle_in_transaction_session_timeout", "30min"},
         {"random_page_cost", "1.1"},
         {"work_mem", "8MB"},
         {"wal_level", "hot_standby"}});
  EXPECT_THAT(ShowAll("max_connections"), ElementsAre("120", "120", "120"));
  EXPECT_THAT(ShowAll("wal_keep_size"), ElementsAre("64MB", "64MB", "64MB"));
  EXPECT_THAT(ShowAll("idle_in_transaction_session_timeout"), ElementsAre("30min", "30min", "30min"));
  EXPECT_THAT(ShowAll("random_page_cost"), ElementsAre("1.1", "1.1", "1.1"));
  EXPECT_THAT(ShowAll("work_mem"), ElementsAre("8MB", "8MB", "8MB"));
  // The switchover itself restarts the old leader.
  ASSERT_EQ(watched_->log.size(), 4u) << absl::StrJoin(watched_->log, ", ");
  EXPECT_EQ(watched_->log[0], "patch");
  EXPECT_THAT(watched_->log[3], HasSubstr("switchover " + leader));
  EXPECT_NE(Leader(), leader);
  for (const auto& [name, started] : Starts()) EXPECT_NE(started, before.at(name)) << name;
}

TEST_F(RealPatroni, WhatNeedsNoRestartGetsNone) {
  const auto before = Starts();
  Apply({{"max_connections", "120"}, {"random_page_cost", "1.2"}});
  EXPECT_THAT(ShowAll("random_page_cost"), ElementsAre("1.2", "1.2", "1.2"));
  EXPECT_EQ(Starts(), before);
  EXPECT_THAT(watched_->log, ElementsAre("patch"));
}

TEST_F(RealPatroni, WhatShrinksGoesToTheLeaderFirst) {
  const std::string leader = Leader();
  Apply({{"max_connections", "60"}});
  EXPECT_THAT(ShowAll("max_connections"), ElementsAre("60", "60", "60"));
  EXPECT_EQ(watched_->log[1], "restart " + leader);
  EXPECT_EQ(Leader(), leader);
}

TEST_F(RealPatroni, RulesRefuseBeforeAnythingIsSent) {
  const Json before = api_->GetConfig()->all;
  const std::pair<Parameters, const char*> broken[] = {
      {{{"max_connections", "16"}}, "rule minimum: max_connections"},
      {{{"shared_buffers", "2GB"}}, "rule memory: shared_buffers"},
      {{{"wal_keep_segments", "10"}}, "rule version: wal_keep_segments"},
      {{{"port", "5433"}}, "rule scope: port"},
      {{{"wal_level", "minimal"}}, "rule choice: wal_level"},
      {{{"work_mem", "8 megs"}}, "rule value: work_mem"},
      {{{"work_mum", "8MB"}}, "did you mean \"work_mem\"?"},
  };
  for (const auto& [parameters, rule] : broken)
    EXPECT_THAT(UnitRun::Plan(*Unit(parameters)), ElementsAre(HasSubstr(rule)));
  EXPECT_EQ(api_->GetConfig()->all, before);
}

TEST_F(RealPatroni, AValueInTheLocalFileAloneIsFoundAndNamed) {
  TheCluster()->WriteLocalFile("db-1", {{"work_mem", "16MB"}, {"shared_buffers", "32MB"}});
  const auto shows = [](const std::string& value) {
    return Eventually([&] { return TheCluster()->Show("db-1", "work_mem") == value; }, absl::Seconds(30),
                      kEvery);
  };
  EXPECT_TRUE(shows("16MB"));
  // It is looked at again for some seconds, lest the member has only not yet taken what the DCS says; it has.
  FixedClock clock(absl::UnixEpoch());
  clock_ = &clock;
  slept_ = [&] { clock.Advance(absl::Seconds(1)); };
  EXPECT_THAT(
      UnitRun::Plan(*Unit({{"work_mem", "8MB"}})),
      ElementsAre(HasSubstr("rule local: work_mem: wanted is 8MB, but patroni.yml of db-1 says 16MB")));
  TheCluster()->WriteLocalFile("db-1", {{"work_mem", "8MB"}, {"shared_buffers", "32MB"}});
  EXPECT_TRUE(shows("8MB"));
  EXPECT_THAT(UnitRun::Plan(*Unit({{"work_mem", "8MB"}})), Not(Contains(HasSubstr("rule local"))));
}

// The coordinator dies at once after its PATCH: who comes after it finds what is left to do.
TEST_F(RealPatroni, ACoordinatorKilledBetweenPatchAndRestart) {
  const Parameters wanted{{"max_connections", "70"}};
  const auto before = Starts();
  const TempDir dir;
  std::ofstream(dir / "faults") << "kill patroni.patched\n";
  const pid_t child = fork();
  if (child == 0) {
    if (!EnableFaults(dir / "faults", dir / "hits", true).ok()) _exit(1);
    const auto own = TheCluster()->Api();
    StepContext context{.progress = [](absl::string_view) {}};
    (void)Unit(wanted, own.get())->Apply({}, context);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_TRUE(Eventually([&] { return api_->GetConfig()->Parameter("max_connections") == "70"; }));
  EXPECT_EQ(Starts(), before);
  Apply(wanted);
  EXPECT_THAT(ShowAll("max_connections"), ElementsAre("70", "70", "70"));
}

TEST_F(RealPatroni, TheLeaderIsKilledDuringTuning) {
  const std::string leader = Leader();
  bool killed = false, back = false;
  watched_->after = [&](const std::string& what) {
    if (killed || what.rfind("restart", 0) != 0) return;
    killed = true;
    TheCluster()->Kill(leader);
  };
  int looks = 0;
  slept_ = [&] {
    if (!killed || back) return;
    // The unit has looked at a cluster that nobody leads often enough.
    if (++looks == 5) {
      EXPECT_EQ(TheCluster()->ExpireLeader(), absl::OkStatus());
    }
    // As a pod that comes back when another one leads.
    const auto cluster = api_->GetCluster();
    if (!cluster.ok() || cluster->leader().empty() || cluster->leader() == leader) return;
    back = true;
    TheCluster()->Run(leader);
  };
  Apply({{"max_connections", "80"}, {"max_worker_processes", "10"}});
  EXPECT_TRUE(killed && back);
  EXPECT_THAT(ShowAll("max_connections"), ElementsAre("80", "80", "80"));
  EXPECT_THAT(ShowAll("max_worker_processes"), ElementsAre("10", "10", "10"));
  EXPECT_NE(Leader(), "");
}

TEST_F(RealPatroni, SwitchesOverToTheNamedReplica) {
  const std::string old = Leader();
  const std::string candidate = old == "db-2" ? "db-1" : "db-2";
  const absl::Status done = SwitchOver(*api_, candidate, kMostLag, {.poll = absl::Milliseconds(200)});
  EXPECT_TRUE(done.ok()) << done;
  EXPECT_EQ(Leader(), candidate);
  EXPECT_EQ(TheCluster()->Query(candidate, "SELECT pg_is_in_recovery()")->rows[0][0], "f");
  EXPECT_EQ(TheCluster()->Query(old, "SELECT pg_is_in_recovery()")->rows[0][0], "t");
  EXPECT_TRUE(absl::IsAlreadyExists(SwitchOver(*api_, candidate, kMostLag, {})));
}

TEST_F(RealPatroni, RebuildsAReplicaAndNothingElse) {
  const std::string leader = Leader();
  const std::string replica = leader == "db-2" ? "db-1" : "db-2";
  const Waiting waiting{.poll = absl::Milliseconds(200)};
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(*api_, leader, {.rebuild = 0}, waiting)));
  EXPECT_TRUE(absl::IsFailedPrecondition(Rebuild(*api_, replica, {}, waiting)));
  ASSERT_TRUE(TheCluster()->Query(leader, "CREATE TABLE rebuilt AS SELECT 1 AS a").ok());
  const auto before = Starts();
  const absl::Status done = Rebuild(*api_, replica, {.rebuild = 0}, waiting);
  ASSERT_TRUE(done.ok()) << done;
  const auto after = Starts();
  for (const std::string& name : TheCluster()->names())
    EXPECT_EQ(after.at(name) == before.at(name), name != replica);
  EXPECT_EQ(TheCluster()->Query(replica, "SELECT a FROM rebuilt")->rows[0][0], "1");
  ASSERT_TRUE(TheCluster()->Query(leader, "DROP TABLE rebuilt").ok());
}

TEST_F(RealPatroni, AHealthyClusterHasNoProblems) {
  const auto status = StatusOfCluster(*api_, PatroniCluster::kMembers, {}, [](const std::string& leader) {
    return SlotsOf(*TheCluster()->Query(leader, kSlotsQuery));
  });
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_THAT(status->problems, IsEmpty());
  EXPECT_EQ(status->slots.size(), 2u);
  for (const Slot& slot : status->slots) EXPECT_TRUE(slot.active) << slot.name;
}

}  // namespace
}  // namespace devstats::patroni
