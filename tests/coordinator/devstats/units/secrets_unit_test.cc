#include "coordinator/devstats/units/secrets_unit.h"

#include <map>

#include "absl/strings/escaping.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kPassword[] = "hunter2-hunter2";

class SecretsUnitTest : public addons::UnitsTest {
 protected:
  SecretsUnitTest() { SeedNamespace("devstats-test"); }

  static SecretsWanted Wanted() {
    return {.id = "environments/test/secrets",
            .name_space = "devstats-test",
            .secrets = {{.name = "pg-db",
                         .keys = {{.key = "PG_PASS.secret", .sealed = "test-pg-pass"},
                                  {.key = "PG_PORT.secret", .text = "5432"}}}}};
  }
  SecretsUnit Make(SecretsWanted wanted) {
    return SecretsUnit(std::move(wanted),
                       {.get = [this](const std::string& name) -> absl::StatusOr<Secret> {
                          const auto it = sealed_.find(name);
                          if (it == sealed_.end())
                            return absl::NotFoundError(absl::StrCat("secret ", name, " is not set"));
                          return Secret(it->second);
                        },
                        .mac = [](const std::string& name) { return absl::StrCat("mac-of-", name); }},
                       &kube_, &clock_);
  }
  std::string Changed(const std::string& key) {
    const Json secret = *kube_.Get({"v1", "Secret", "devstats-test", "pg-db"});
    return kube::TextAt(secret, {"metadata", "annotations", ChangeNote(key).c_str()});
  }
  std::string Live(const std::string& name, const std::string& key) {
    const Json secret = *kube_.Get({"v1", "Secret", "devstats-test", name});
    std::string value;
    EXPECT_TRUE(absl::Base64Unescape(kube::TextAt(secret, {"data", key.c_str()}), &value));
    return value;
  }

  FixedClock clock_{absl::FromUnixMillis(1'795'000'000'250)};
  std::map<std::string, std::string> sealed_{{"test-pg-pass", kPassword}};
  SecretsUnit unit_ = Make(Wanted());
};

TEST_F(SecretsUnitTest, MakesWhatIsMissingAndThenNothing) {
  EXPECT_THAT(Plan(unit_), ElementsAre("CREATE Secret devstats-test/pg-db PG_PASS.secret",
                                       "CREATE Secret devstats-test/pg-db PG_PORT.secret"));
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_EQ(Live("pg-db", "PG_PASS.secret"), kPassword);
  EXPECT_EQ(Live("pg-db", "PG_PORT.secret"), "5432");
  EXPECT_THAT(Plan(unit_), IsEmpty());
}

TEST_F(SecretsUnitTest, AnotherValueIsAnUpdateOfThatKeyAlone) {
  ASSERT_TRUE(Apply(unit_).ok());
  sealed_["test-pg-pass"] = "another-one";
  EXPECT_THAT(Plan(unit_), ElementsAre("UPDATE Secret devstats-test/pg-db PG_PASS.secret"));
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_EQ(Live("pg-db", "PG_PASS.secret"), "another-one");
}

TEST_F(SecretsUnitTest, WhenAKeyChangedIsNotedWithIt) {
  ASSERT_TRUE(Apply(unit_).ok());
  const std::string made = "2026-11-18T11:06:40.25+00:00";
  EXPECT_EQ(Changed("PG_PASS.secret"), made);
  clock_.Advance(absl::Seconds(5));
  sealed_["test-pg-pass"] = "another-one";
  ASSERT_TRUE(Apply(unit_).ok());
  EXPECT_EQ(Changed("PG_PASS.secret"), "2026-11-18T11:06:45.25+00:00");
  EXPECT_EQ(Changed("PG_PORT.secret"), made);
  EXPECT_EQ(ChangeNote(".dockerconfigjson"), "changed.devstats.cncf.io/dockerconfigjson");
}

TEST_F(SecretsUnitTest, NoValueStandsInAPlan) {
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"type", "Opaque"},
              {"metadata", {{"name", "pg-db"}, {"namespace", "devstats-test"}}},
              {"data", {{"PG_PASS.secret", absl::Base64Escape("what-was-there")}, {"own", "eA=="}}}});
  const UnitPlan plan = PlanUnit(unit_);
  const std::string all = plan.DebugString() + unit_.Observe()->dump() + unit_.Inputs().dump();
  for (const char* value : {kPassword, "what-was-there"}) {
    EXPECT_THAT(all, Not(HasSubstr(value)));
    EXPECT_THAT(all, Not(HasSubstr(absl::Base64Escape(value))));
  }
  EXPECT_THAT(all, HasSubstr("(secret test-pg-pass, mac-of-test-pg-pass)"));
  EXPECT_EQ(plan.changes(0).owner(), Change::FOREIGN);  // somebody else's: asked for first
  ASSERT_TRUE(unit_.Apply(plan, Context()).ok());
  EXPECT_EQ(Live("pg-db", "own"), "x");  // a key that is not named stays
}

TEST_F(SecretsUnitTest, AValueThatIsNotSetFailsThePlan) {
  sealed_.clear();
  EXPECT_THAT(PlanUnit(unit_).error(), HasSubstr("secret test-pg-pass is not set"));
}

TEST_F(SecretsUnitTest, ANewlineAtTheEndIsRefused) {
  sealed_["test-pg-pass"] = "hunter2\n";
  const UnitPlan plan = PlanUnit(unit_);
  EXPECT_THAT(plan.error(), HasSubstr("secret test-pg-pass ends with a newline"));
  EXPECT_THAT(plan.hint(), HasSubstr("devstatsctl secret set test-pg-pass"));
}

TEST_F(SecretsUnitTest, ALoginIsWrittenAsDockerDoes) {
  SecretsWanted wanted = Wanted();
  wanted.secrets = {{.name = "pull",
                     .type = "kubernetes.io/dockerconfigjson",
                     .keys = {{.key = ".dockerconfigjson", .sealed = "test-pg-pass"}},
                     .registry_host = "https://index.docker.io/v1/",
                     .registry_user = "ann"}};
  SecretsUnit unit = Make(wanted);
  ASSERT_TRUE(Apply(unit).ok());
  const Json file = Json::parse(Live("pull", ".dockerconfigjson"));
  const Json& login = file["auths"]["https://index.docker.io/v1/"];
  EXPECT_EQ(login["username"], "ann");
  EXPECT_EQ(login["password"], kPassword);
  EXPECT_EQ(login["auth"], absl::Base64Escape(absl::StrCat("ann:", kPassword)));
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(SecretsUnitTest, ATypeCannotBeChanged) {
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"type", "kubernetes.io/tls"},
              {"metadata", {{"name", "pg-db"}, {"namespace", "devstats-test"}}}});
  EXPECT_THAT(PlanUnit(unit_).error(), HasSubstr("has type kubernetes.io/tls, not Opaque"));
}

}  // namespace
}  // namespace devstats::domain
