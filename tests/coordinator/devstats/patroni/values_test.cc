#include "coordinator/devstats/patroni/values.h"

#include "coordinator/devstats/patroni/parameters.h"
#include "coordinator/devstats/patroni/settings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::patroni {
namespace {

using ::testing::HasSubstr;
using Kind = ValueType::Kind;

TEST(SameValue, ComparesAsPostgresReads) {
  struct Case {
    const char *a, *b;
    Kind kind;
    const char* unit;
    bool same;
  };
  for (const Case& c : std::vector<Case>{
           {"128MB", "16384", Kind::kInteger, "8kB", true},
           {"128MB", "131072kB", Kind::kInteger, "8kB", true},
           {"128 MB", "16384", Kind::kInteger, "8kB", true},
           {"128mb", "16384", Kind::kInteger, "8kB", false},  // PostgreSQL would refuse it
           {"1GB", "1024", Kind::kInteger, "MB", true},
           {"1.5GB", "1536MB", Kind::kInteger, "MB", true},
           {"2GB", "1GB", Kind::kInteger, "8kB", false},
           {"-1", "-1", Kind::kInteger, "8kB", true},
           {"30min", "1800000ms", Kind::kInteger, "ms", true},
           {"30min", "1800000", Kind::kInteger, "ms", true},
           {"15min", "900", Kind::kInteger, "s", true},
           {"1d", "24h", Kind::kInteger, "min", true},
           {"1h", "1MB", Kind::kInteger, "min", false},
           {"100", "100", Kind::kInteger, "", true},
           {"100", "0100", Kind::kInteger, "", true},
           {"0.9", "0.90", Kind::kReal, "", true},
           {"2ms", "2", Kind::kReal, "ms", true},
           {"1.1", "1.2", Kind::kReal, "", false},
           {"on", "true", Kind::kBool, "", true},
           {"on", "t", Kind::kBool, "", true},
           {"off", "0", Kind::kBool, "", true},
           {"on", "off", Kind::kBool, "", false},
           {"o", "on", Kind::kBool, "", false},  // on or off?
           {"hot_standby", "replica", Kind::kEnum, "", true},
           {"LOGICAL", "logical", Kind::kEnum, "", true},
           {"logical", "replica", Kind::kEnum, "", false},
           {"true", "on", Kind::kEnum, "", true},
           {"a", "A", Kind::kString, "", false},
           {"128MB", "131072kB", Kind::kUnknown, "", true},
           {"30min", "1800s", Kind::kUnknown, "", true},
           {"yes", "on", Kind::kUnknown, "", true},
       }) {
    EXPECT_EQ(SameValue(c.a, c.b, {c.kind, c.unit}), c.same) << c.a << " " << c.b << " " << c.unit;
  }
}

TEST(BytesOf, NeedsAUnitOfMemory) {
  EXPECT_EQ(BytesOf("1MB", "8kB"), 1 << 20);
  EXPECT_EQ(BytesOf("2", "8kB"), 16384);
  EXPECT_EQ(BytesOf("2", "16MB"), 32 << 20);
  EXPECT_EQ(BytesOf("2", ""), std::nullopt);
  EXPECT_EQ(BytesOf("2min", "8kB"), std::nullopt);
  EXPECT_EQ(BytesOf("MB", "8kB"), std::nullopt);
  EXPECT_EQ(BytesOf("1e400MB", "8kB"), std::nullopt);
  EXPECT_EQ(TextOfBytes(1536.0 * 1024 * 1024), "1.5 GB");
}

TEST(ScopeOf, SaysWhoMaySetIt) {
  EXPECT_EQ(ScopeOf("max_connections"), Scope::kDcs);
  EXPECT_EQ(ScopeOf("wal_keep_size"), Scope::kDcs);
  EXPECT_EQ(ScopeOf("port"), Scope::kLocal);
  EXPECT_EQ(ScopeOf("recovery_target_time"), Scope::kLocal);
  EXPECT_EQ(ScopeOf("shared_buffers"), Scope::kAnywhere);
}

TEST(WrongForVersion, NamesTheSuccessor) {
  EXPECT_THAT(WrongForVersion("wal_keep_segments", 130003), HasSubstr("use wal_keep_size"));
  EXPECT_EQ(WrongForVersion("wal_keep_segments", 120003), "");
  EXPECT_THAT(WrongForVersion("wal_keep_size", 120003), HasSubstr("use wal_keep_segments"));
  EXPECT_EQ(WrongForVersion("wal_keep_size", 150004), "");
  EXPECT_EQ(WrongForVersion("wal_keep_segments", 0), "");
  EXPECT_EQ(WrongForVersion("shared_buffers", 150004), "");
  EXPECT_THAT(WrongForVersion("force_parallel_mode", 160000), HasSubstr("debug_parallel_query"));
}

TEST(SettingName, IsThatOfPatronisVersion) {
  EXPECT_EQ(SettingName("primary_start_timeout", "2.1.4"), "master_start_timeout");
  EXPECT_EQ(SettingName("primary_start_timeout", "3.0.2"), "primary_start_timeout");
  EXPECT_EQ(SettingName("primary_start_timeout", ""), "primary_start_timeout");
  EXPECT_EQ(SettingName("ttl", "2.1.4"), "ttl");
}

TEST(SettingsOf, ReadsTheQuerysRows) {
  const auto settings = SettingsOf(
      {.rows = {{"shared_buffers", "16384", "128MB", "8kB", "integer", "t", "f", "128MB", std::nullopt},
                {"DateStyle", "ISO, MDY", "ISO, MDY", std::nullopt, "string", "f", "f", std::nullopt,
                 "ISO, DMY"}}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  const Setting& buffers = settings->at("shared_buffers");
  EXPECT_TRUE(buffers.postmaster);
  EXPECT_EQ(buffers.type.unit, "8kB");
  EXPECT_EQ(buffers.conf, "128MB");
  EXPECT_EQ(settings->at("datestyle").altered, "ISO, DMY");
  EXPECT_TRUE(absl::IsDataLoss(SettingsOf({.rows = {{"a"}}}).status()));
}

}  // namespace
}  // namespace devstats::patroni
