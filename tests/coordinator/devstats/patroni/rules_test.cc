#include "coordinator/devstats/patroni/rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"

namespace devstats::patroni {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

constexpr int64_t kGiga = int64_t{1} << 30;

// Sound for three members of PostgreSQL 15.
Wanted SoundWanted() {
  spec::PatroniSpec spec;
  spec.loop_wait = 15, spec.ttl = 60, spec.retry_timeout = 20, spec.members = 3;
  spec.parameters = {{"shared_buffers", "4GB"}, {"max_connections", "200"}, {"work_mem", "64MB"},
                     {"wal_level", "replica"},  {"wal_keep_size", "1GB"},   {"max_wal_senders", "10"}};
  return WantedOf(spec);
}
Surroundings SoundSurroundings() {
  return {.server_version = 150004, .memory_limit = 16 * kGiga, .nodes = 3};
}

TEST(CheckRules, FindsNothingWrongWithWhatIsSound) {
  EXPECT_TRUE(CheckRules(SoundWanted(), SoundSurroundings()).empty());
  EXPECT_TRUE(CheckRules(SoundWanted(), {}).empty());
  EXPECT_TRUE(RefusalOf({}).ok());
}

struct Broken {
  const char* name;
  std::function<void(Wanted&, Surroundings&)> spoil;
  const char *rule, *what, *why;
};

class EachRule : public ::testing::TestWithParam<Broken> {};

TEST_P(EachRule, RefusesAndNamesItself) {
  Wanted wanted = SoundWanted();
  Surroundings around = SoundSurroundings();
  GetParam().spoil(wanted, around);
  const auto findings = CheckRules(wanted, around);
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings[0].refused) << findings[0].message;
  EXPECT_EQ(findings[0].rule, GetParam().rule);
  EXPECT_EQ(findings[0].what, GetParam().what);
  EXPECT_THAT(findings[0].message, HasSubstr(GetParam().why));
  const absl::Status refusal = RefusalOf(findings);
  EXPECT_TRUE(absl::IsInvalidArgument(refusal));
  EXPECT_THAT(std::string(refusal.message()),
              HasSubstr(absl::StrCat("rule ", GetParam().rule, ": ", GetParam().what)));
}

std::function<void(Wanted&, Surroundings&)> SetTo(const char* name, const char* value) {
  return [=](Wanted& w, Surroundings&) { w.parameters[name] = value; };
}
std::function<void(Wanted&, Surroundings&)> SettingTo(const char* name, int64_t value) {
  return [=](Wanted& w, Surroundings&) { w.settings[name] = value; };
}

const Broken kBroken[] = {
    {"timing", SettingTo("retry_timeout", 60), "timing", "ttl", "15 + 2 * 60 > 60"},
    {"timingWithTheDcs",
     [](Wanted& w, Surroundings& a) {
       w.settings.erase("retry_timeout");
       a.config.all = {{"retry_timeout", 23}};
     },
     "timing", "ttl", "15 + 2 * 23 > 60"},
    {"timingWithPatronisDefault",
     [](Wanted& w, Surroundings&) {
       w.settings = {{"ttl", 20}};
     },
     "timing", "ttl", "10 + 2 * 10 > 20"},
    {"loopWait", SettingTo("loop_wait", 0), "minimum", "loop_wait", "less than 1"},
    {"retryTimeout", SettingTo("retry_timeout", 2), "minimum", "retry_timeout", "less than 3"},
    {"ttl",
     [](Wanted& w, Surroundings&) {
       w.settings = {{"ttl", 19}, {"loop_wait", 1}, {"retry_timeout", 3}};
     },
     "minimum", "ttl", "less than 20"},
    {"connections", SetTo("max_connections", "16"), "minimum", "max_connections", "less than 25"},
    {"mostConnections", SetTo("max_connections", "300000"), "minimum", "max_connections",
     "more than PostgreSQL"},
    {"reserved", SetTo("superuser_reserved_connections", "200"), "minimum", "superuser_reserved_connections",
     "start"},
    {"senders", SetTo("max_wal_senders", "2"), "minimum", "max_wal_senders", "less than 3"},
    {"slots", SetTo("max_replication_slots", "3"), "minimum", "max_replication_slots", "less than 4"},
    {"processes", SetTo("max_worker_processes", "1"), "minimum", "max_worker_processes", "less than 2"},
    {"locks", SetTo("max_locks_per_transaction", "31"), "minimum", "max_locks_per_transaction",
     "less than 32"},
    {"keep", SetTo("wal_keep_size", "15MB"), "minimum", "wal_keep_size", "16MB"},
    {"noNumber", SetTo("max_connections", "many"), "value", "max_connections", "no whole number"},
    {"noSize", SetTo("shared_buffers", "4gb"), "value", "shared_buffers", "\"4gb\" is no size"},
    {"walLevel", SetTo("wal_level", "minimal"), "choice", "wal_level", "replica, logical"},
    {"hotStandby", SetTo("hot_standby", "off"), "choice", "hot_standby", "keeps it on"},
    {"noSwitch", SetTo("wal_log_hints", "maybe"), "choice", "wal_log_hints", "neither on nor off"},
    {"port", SetTo("port", "5433"), "scope", "port", "the DCS cannot set it"},
    {"conninfo", SetTo("primary_conninfo", "host=x"), "scope", "primary_conninfo", "Patroni makes"},
    {"segments", SetTo("wal_keep_segments", "10"), "version", "wal_keep_segments", "use wal_keep_size"},
    {"early",
     [](Wanted& w, Surroundings& a) {
       a.server_version = 120001;
       w.parameters["wal_keep_size"] = "1GB";
     },
     "version", "wal_keep_size", "came with 13"},
    {"nodes", [](Wanted& w, Surroundings&) { w.members = 4; }, "members", "members", "there are 3"},
    {"fewSenders",
     [](Wanted& w, Surroundings& a) {
       w.members = 6, a.nodes = 6;
       w.parameters["max_wal_senders"] = "4";
     },
     "members", "max_wal_senders", "5 replicas"},
    {"fewSlots",
     [](Wanted& w, Surroundings& a) {
       w.members = 6, a.nodes = 6;
       w.parameters["max_replication_slots"] = "4";
     },
     "members", "max_replication_slots", "5 replicas"},
    {"memory", SetTo("shared_buffers", "16GB"), "memory", "shared_buffers", "the pod may have 16 GB"},
    {"memoryOfTheDcs",
     [](Wanted& w, Surroundings& a) {
       w.parameters.erase("shared_buffers");
       a.config.all["postgresql"]["parameters"]["shared_buffers"] = "17GB";
     },
     "memory", "shared_buffers", "shared_buffers 17 GB"},
    {"walSizes", SetTo("min_wal_size", "2GB"), "wal", "min_wal_size", "more than max_wal_size"},
};
INSTANTIATE_TEST_SUITE_P(Rules, EachRule, ::testing::ValuesIn(kBroken),
                         [](const auto& p) { return p.param.name; });

TEST(CheckRules, WarnsWhereItMayDo) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"wal_level", "hot_standby", "called replica"},
      {"work_mem", "5GB", "one parallel query may take 15 GB"},
      {"max_connections", "4000", "idle connections"},
      {"effective_cache_size", "20GB", "more than the pod"},
      {"max_parallel_workers", "20", "max_worker_processes"},
      {"wal_log_hints", "off", "pg_rewind"},
      {"max_wal_senders", "3", "a rebuild takes 2"},
      {"max_slot_wal_keep_size", "100MB", "less than wal_keep_size"},
  };
  for (const auto& [name, value, why] : cases) {
    Wanted wanted = SoundWanted();
    wanted.parameters[name] = value;
    const auto findings = CheckRules(wanted, SoundSurroundings());
    EXPECT_TRUE(RefusalOf(findings).ok()) << name << ": " << RefusalOf(findings);
    EXPECT_THAT(WarningsOf(findings), Contains(AllOf(HasSubstr(name), HasSubstr(why)))) << name;
  }
}

TEST(CheckRules, KnowsTheServersOwnNames) {
  FakePatroni fake;
  const Settings known = *fake.Reader()("db-0");
  Surroundings around = SoundSurroundings();
  around.known = &known;
  Wanted wanted{.parameters = {{"shared_bufers", "1GB"}, {"mine.own", "x"}}, .members = 1};
  const auto findings = CheckRules(wanted, around);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "version");
  EXPECT_THAT(findings[0].message, HasSubstr("did you mean \"shared_buffers\"?"));
  wanted = {.parameters = {{"idle_in_transaction_session_timeout", "30 minutes"}}, .members = 1};
  EXPECT_THAT(CheckRules(wanted, around), Contains(Field(&Finding::rule, "value")));
}

TEST(CheckRules, UpstreamsShippedValuesBreakTheTimingRule) {
  for (const auto& [loop_wait, ttl, retry] : {std::tuple{15, 60, 60}, std::tuple{60, 120, 120}}) {
    Wanted wanted = SoundWanted();
    wanted.settings = {{"loop_wait", loop_wait}, {"ttl", ttl}, {"retry_timeout", retry}};
    EXPECT_THAT(CheckRules(wanted, {}), Contains(Field(&Finding::rule, "timing")));
  }
}

TEST(SettingDifferences, TellsPatronisOwn) {
  Wanted wanted = SoundWanted();
  const Config config{
      {{"ttl", 60}, {"loop_wait", "15"}, {"retry_timeout", 60}, {"postgresql", {{"use_slots", true}}}}};
  std::vector<std::string> paths;
  for (const auto& d : SettingDifferences(wanted, config))
    paths.push_back(absl::StrCat(d.path, " ", d.before, " ", d.after));
  EXPECT_THAT(paths, Contains("retry_timeout 60 20"));
  EXPECT_THAT(paths, Contains("primary_start_timeout  600"));
  EXPECT_THAT(paths, Contains("postgresql.use_pg_rewind  on"));
  EXPECT_THAT(paths, ::testing::Not(Contains(HasSubstr("loop_wait"))));
  EXPECT_THAT(paths, ::testing::Not(Contains(HasSubstr("use_slots"))));
  EXPECT_TRUE(ForVersion(wanted, "2.1.4").settings.count("master_start_timeout"));
}

}  // namespace
}  // namespace devstats::patroni
