#include "coordinator/devstats/upkeep/secret_look.h"

#include "absl/strings/escaping.h"
#include "coordinator/devstats/upkeep/github_tokens.h"
#include "coordinator/devstats/upkeep/restart.h"
#include "gmock/gmock.h"
#include "tests/coordinator/chartsource/fake_fetcher.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kLookSpace[] = "devstats-test";

Json PodUsing(const std::string& name, const std::string& key, const std::string& made, const Json& owner,
              const std::string& phase = "Running") {
  const Json variable{{"name", "X"}, {"valueFrom", {{"secretKeyRef", {{"name", "pg-db"}, {"key", key}}}}}};
  Json pod{{"apiVersion", "v1"},
           {"kind", "Pod"},
           {"metadata",
            {{"name", name},
             {"namespace", kLookSpace},
             {"creationTimestamp", made},
             {"labels", {{"pod-template-hash", "5f"}}}}},
           {"spec", {{"containers", Json::array({{{"name", "main"}, {"env", Json::array({variable})}}})}}},
           {"status", {{"phase", phase}}}};
  if (!owner.is_null()) pod["metadata"]["ownerReferences"] = Json::array({owner});
  return pod;
}
Json Owner(const char* kind, const char* name) {
  return {{"kind", kind}, {"name", name}, {"controller", true}};
}
absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

TEST(OutdatedUsersTest, ThoseThatRunUseTheKeyAndBeganBefore) {
  const std::string early = "2026-11-18T10:00:00Z", late = "2026-11-18T12:00:00Z", key = "PG_PASS.secret";
  Json leaving = PodUsing("api-5f-z", key, early, Owner("ReplicaSet", "devstats-api-5f"));
  leaving["metadata"]["deletionTimestamp"] = late;
  const auto users = OutdatedUsers(
      {PodUsing("api-5f-x", key, early, Owner("ReplicaSet", "devstats-api-5f")),
       PodUsing("api-5f-y", key, late, Owner("ReplicaSet", "devstats-api-5f")),
       PodUsing("db-0", key, "2026-11-18T11:00:00Z", Owner("StatefulSet", "devstats-postgres")),
       PodUsing("sync-1", key, early, Owner("Job", "sync-1"), "Succeeded"), leaving,
       PodUsing("other", "PG_PASS_RO.secret", early, Json()), PodUsing("bare", key, early, Json())},
      "pg-db", key, At("2026-11-18T11:00:00Z"));
  std::vector<std::string> text;
  for (const SecretUser& user : users)
    for (const std::string& pod : user.pods)
      text.push_back(absl::StrCat(user.kind, "/", user.name, "/", pod));
  EXPECT_THAT(text, ElementsAre("Deployment/devstats-api/api-5f-x", "Pod/bare/bare",
                                "StatefulSet/devstats-postgres/db-0"));
}

TEST(OutdatedUsersTest, ARestartSaysMoreExactlyThanThePodSinceWhenItIs) {
  Json pod = PodUsing("api-5f-x", "A", "2026-11-18T11:00:00Z", Json());
  const absl::Time changed = At("2026-11-18T11:00:00.5Z");
  EXPECT_EQ(OutdatedUsers({pod}, "pg-db", "A", changed).size(), 1u);
  pod["metadata"]["annotations"] = {{kRestartedAt, "2026-11-18T11:00:00.4Z"}};
  EXPECT_EQ(OutdatedUsers({pod}, "pg-db", "A", changed).size(), 1u);
  pod["metadata"]["annotations"] = {{kRestartedAt, "2026-11-18T11:00:00.6Z"}};
  EXPECT_EQ(OutdatedUsers({pod}, "pg-db", "A", changed).size(), 0u);
}

TEST(ChangedAtTest, EachKeyHasANoteElseWhatIsKnownOfTheSecretHolds) {
  const Json secret{
      {"metadata",
       {{"creationTimestamp", "2026-11-01T00:00:00Z"},
        {"annotations", {{"changed.devstats.cncf.io/PG_PASS.secret", "2026-11-10T00:00:00.25Z"}}},
        {"managedFields",
         Json::array(
             {{{"time", "2026-11-18T00:00:00Z"}, {"fieldsV1", {{"f:data", {{"f:x", Json::object()}}}}}},
              {{"time", "2026-11-19T00:00:00Z"}, {"fieldsV1", {{"f:metadata", Json::object()}}}}})}}}};
  EXPECT_EQ(ChangedAt(secret, "PG_PASS.secret"), At("2026-11-10T00:00:00.25Z"));
  EXPECT_EQ(ChangedAt(secret, "PG_PASS_RO.secret"), At("2026-11-18T00:00:00Z"));
}

TEST(LookAtSecretsTest, SaysHowEachKeyStandsAndNoValue) {
  kube::FakeKube kube;
  kube.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kLookSpace}}}});
  kube.Seed({{"apiVersion", "v1"},
             {"kind", "Secret"},
             {"type", "Opaque"},
             {"metadata",
              {{"name", "pg-db"}, {"namespace", kLookSpace}, {"creationTimestamp", "2026-11-18T11:00:00Z"}}},
             {"data", {{"A", absl::Base64Escape("hunter2")}, {"B", absl::Base64Escape("hunter3")}}}});
  const SealedValues sealed{.get = [](const std::string& name) -> absl::StatusOr<Secret> {
                              if (name == "none") return absl::NotFoundError("the secret none is not set");
                              return Secret("hunter2");
                            },
                            .mac = [](const std::string& name) { return "mac-" + name; }};
  const auto states = LookAtSecrets(kube,
                                    {"",
                                     kLookSpace,
                                     {{.name = "pg-db",
                                       .keys = {{.key = "A", .sealed = "a"},
                                                {.key = "B", .sealed = "b"},
                                                {.key = "C", .sealed = "c"},
                                                {.key = "D", .sealed = "none"}}}}},
                                    sealed);
  ASSERT_TRUE(states.ok()) << states.status();
  std::vector<std::string> text;
  for (const SecretKeyState& state : *states)
    text.push_back(absl::StrCat(state.key, " ", state.mac, " ", state.state));
  EXPECT_THAT(
      text, ElementsAre("A mac-a as sealed", "B mac-b differs", "C mac-c missing", HasSubstr("is not set")));
  EXPECT_EQ((*states)[0].changed, At("2026-11-18T11:00:00Z"));
}

TEST(GitHubTokensTest, EachIsLookedAtAndNoneIsShown) {
  chartsource::FakeFetcher fetcher;
  fetcher.pages["http://github.test/rate_limit"] = {
      .body = R"({"resources":{"core":{"limit":5000,"remaining":4980,"reset":1795000000}}})"};
  const auto states = LookAtTokens(fetcher, "http://github.test", Secret("tok1,tok2"));
  ASSERT_EQ(states.size(), 2u);
  EXPECT_TRUE(states[0].error.ok()) << states[0].error;
  EXPECT_EQ(states[1].left, 4980);
  EXPECT_EQ(states[1].limit, 5000);
  EXPECT_EQ(states[1].resets, absl::FromUnixSeconds(1'795'000'000));
  EXPECT_EQ(fetcher.requests[1].authorization.Reveal(), "token tok2");
}

TEST(GitHubTokensTest, WhatGoesWrongIsToldOfEach) {
  const std::pair<chartsource::FakeFetcher::Page, absl::StatusCode> table[] = {
      {{.code = 401, .body = "tok1"}, absl::StatusCode::kPermissionDenied},
      {{.code = 403}, absl::StatusCode::kPermissionDenied},
      {{.code = 502}, absl::StatusCode::kUnavailable},
      {{.body = "no json"}, absl::StatusCode::kDataLoss},
      {{.body = R"({"resources":{"core":{"limit":"many"}}})"}, absl::StatusCode::kDataLoss},
      {{.error = absl::UnavailableError("no route")}, absl::StatusCode::kUnavailable}};
  for (const auto& [page, code] : table) {
    chartsource::FakeFetcher fetcher;
    fetcher.pages["http://github.test/rate_limit"] = page;
    const auto states = LookAtTokens(fetcher, "http://github.test", Secret("tok1"));
    ASSERT_EQ(states.size(), 1u);
    EXPECT_EQ(states[0].error.code(), code);
    EXPECT_THAT(states[0].error.message(), Not(HasSubstr("tok1")));
  }
}

TEST(GitHubTokensTest, WhatIsNoListOfTokensIsRefusedWithoutShowingIt) {
  EXPECT_TRUE(CheckTokens(Secret("ghp_abc,github_pat_1-2")).ok());
  for (const char* wrong : {"ghp_abc,", "ghp_abc, ghp_def", "ghp abc", ",ghp_abc"}) {
    const absl::Status status = CheckTokens(Secret(wrong));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << wrong;
    EXPECT_THAT(status.message(), Not(HasSubstr("ghp")));
  }
}

}  // namespace
}  // namespace devstats::domain
