// Secrets, images and Grafanas of environments by call, without gRPC.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/scram.h"
#include "coordinator/secrets/schema.h"
#include "coordinator/service/environment_grafanas.h"
#include "coordinator/service/environment_images.h"
#include "coordinator/service/environment_secrets.h"
#include "gmock/gmock.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/fake_fetcher.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"
#include "tests/coordinator/devstats/postgres/fake_postgres.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUpkeepSpace[] = "devstats-test";

class UpkeepTest : public ::testing::Test {
 protected:
  UpkeepTest()
      : db_(*Database::Open(":memory:", {secrets::Schema(), domain::ImageLockStore::Schema()})),
        store_(db_.get(), folder_ / "key", &clock_),
        locks_(db_.get(), &clock_) {
    environment_.name = "test";
    environment_.namespace_ = kUpkeepSpace;
    environment_.secrets = {
        {"PG_PASS", "pg"},      {"PG_PASS_RO", "ro"},          {"PG_PASS_TEAM", "team"},
        {"PG_PASS_REP", "rep"}, {"GHA2DB_GITHUB_OAUTH", "gh"}, {"GF_SECURITY_ADMIN_PASSWORD", "gf"}};
    environment_.images = {{"api", "me/api:1"}, {"grafana", "me/grafana:1"}, {"patroni", "me/patroni:1"}};
    environment_.domains = {{.name = "test", .host = "h"}};
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kUpkeepSpace}}}});
    for (const auto& [key, name] : environment_.secrets)
      EXPECT_TRUE(store_.Set(name, Secret(key == "GHA2DB_GITHUB_OAUTH" ? "tok1" : "old-password")).ok());
    postgres_->AddDatabase("postgres");
    postgres_->On("rolpassword", [](const auto&, const auto&) { return postgres::Rows{{}, {{"md5none"}}}; });
    postgres_->On("ALTER ROLE", [](const auto&, const auto&) { return postgres::Rows(); });
    kube_.react = [this](const Json& object) {
      if (kube::TextAt(object, {"kind"}) == "Deployment")
        restarted_.push_back(kube::TextAt(object, {"metadata", "name"}));
    };
  }
  void SeedPod(const std::string& name, const std::string& key, const Json& owner,
               const std::string& type = "", const std::string& image_id = "") {
    const Json variable{{"name", "X"}, {"valueFrom", {{"secretKeyRef", {{"name", "pg-db"}, {"key", key}}}}}};
    const Json status{{"name", "main"}, {"imageID", image_id}};
    kube_.Seed(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata",
          {{"name", name},
           {"namespace", kUpkeepSpace},
           {"creationTimestamp", "2026-11-18T10:00:00Z"},
           {"labels", {{"type", type}, {"pod-template-hash", "5f"}}},
           {"ownerReferences", Json::array({owner})}}},
         {"spec", {{"containers", Json::array({{{"name", "main"}, {"env", Json::array({variable})}}})}}},
         {"status", {{"phase", "Running"}, {"containerStatuses", Json::array({status})}}}});
  }
  void SeedDeployment(const std::string& name) {
    kube_.Seed({{"apiVersion", "apps/v1"},
                {"kind", "Deployment"},
                {"metadata", {{"name", name}, {"namespace", kUpkeepSpace}}},
                {"spec", {{"replicas", 1}, {"template", {{"spec", {{"containers", Json::array()}}}}}}},
                {"status", {{"replicas", 1}, {"updatedReplicas", 1}, {"readyReplicas", 1}}}});
  }
  absl::Status Rotate(const std::string& key, const std::string& value, bool restart) {
    v1::RotateSecretRequest request;
    request.set_environment("test");
    request.set_key(key);
    request.set_value(value);
    request.set_restart(restart);
    told_.clear();
    return secrets_.DoRotate(
        request, [] { return false; }, [this](absl::string_view text) { told_.emplace_back(text); });
  }
  absl::StatusOr<v1::ImageList> Change(v1::ChangeImagesRequest::Action action, std::vector<std::string> kinds,
                                       std::map<std::string, std::string> images = {}) {
    v1::ChangeImagesRequest request;
    request.set_environment("test");
    request.set_action(action);
    for (const std::string& kind : kinds) request.add_kinds(kind);
    for (const auto& [kind, image] : images) (*request.mutable_images())[kind] = image;
    return images_.DoChange(request, "ann");
  }
  static std::string InForceOf(const absl::StatusOr<v1::ImageList>& list, const std::string& kind) {
    EXPECT_TRUE(list.ok()) << list.status();
    for (const v1::EnvironmentImage& image : list->images())
      if (image.kind() == kind) return image.in_force();
    return "";
  }

  TempDir folder_;
  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  secrets::Store store_;
  domain::ImageLockStore locks_;
  kube::FakeKube kube_;
  chartsource::FakeFetcher fetcher_;
  spec::EnvironmentSpec environment_;
  std::shared_ptr<postgres::FakePostgres> postgres_ = std::make_shared<postgres::FakePostgres>();
  std::shared_ptr<patroni::FakePatroni> patroni_ = std::make_shared<patroni::FakePatroni>();
  std::vector<std::string> told_, restarted_;
  std::string digest_ = "sha256:11";
  absl::Status registry_;
  EnvironmentSecrets secrets_{
      {.environments = [this] { return std::vector<spec::EnvironmentSpec>{environment_}; },
       .leader = [this](const auto&, const auto&) -> absl::StatusOr<std::shared_ptr<postgres::Postgres>> {
         return postgres_;
       },
       .patroni = [this](const auto&) { return patroni_; },
       .store = &store_,
       .kube = &kube_,
       .fetcher = &fetcher_,
       .github = "http://github.test",
       .clock = &clock_,
       .sleep = [](absl::Duration) {}}};
  EnvironmentImages images_{{.environment = [this](const std::string&) { return environment_; },
                             .in_force =
                                 [] {
                                   return SpecText{"cluster: c1\n", "cluster.yaml"};
                                 },
                             .registry = [this](const spec::EnvironmentSpec&) -> ImageDigests {
                               return [this](const std::string& image) -> absl::StatusOr<std::string> {
                                 RETURN_IF_ERROR(registry_, image);
                                 return absl::StrCat(image, "@", digest_);
                               };
                             },
                             .locks = &locks_,
                             .kube = &kube_}};
  EnvironmentGrafanas grafanas_{{.environment =
                                     [this](const std::string&) {
                                       domain::LiveEnvironment live{environment_, {}};
                                       for (const char* name : {"keda", "flux"}) {
                                         live.projects.emplace_back();
                                         live.projects.back().name = name;
                                       }
                                       return live;
                                     },
                                 .kube = &kube_,
                                 .clock = &clock_}};
};

TEST_F(UpkeepTest, ARotationShowsWhatHasTheOldValueAndRestartsItWhenAsked) {
  SeedPod("api-5f-x", "PG_PASS_RO.secret",
          {{"kind", "ReplicaSet"}, {"name", "devstats-api-5f"}, {"controller", true}});
  SeedPod("sync-1", "PG_PASS_RO.secret",
          {{"kind", "Job"}, {"name", "devstats-keda-1"}, {"controller", true}});
  SeedDeployment("devstats-api");
  ASSERT_TRUE(Rotate("PG_PASS_RO", "a new one for ro_user", false).ok());
  EXPECT_THAT(told_, Contains("  Deployment devstats-api"));
  EXPECT_THAT(restarted_, IsEmpty());
  // Without a new value: only what is left to be restarted.
  ASSERT_TRUE(Rotate("PG_PASS_RO", "", true).ok());
  EXPECT_THAT(restarted_, ElementsAre("devstats-api"));
  EXPECT_THAT(told_, Contains("Job devstats-keda-1 goes on with the old value until it ends"));
  EXPECT_EQ(store_.Get("ro")->Reveal(), "a new one for ro_user");
  EXPECT_EQ(Rotate("PG_PASS_RO", "", false).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(UpkeepTest, PatronisOwnPasswordsNeedNewPodsAndMembersThatAreWell) {
  const absl::Status alone = Rotate("PG_PASS", "a new one for the superuser", false);
  EXPECT_EQ(alone.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(HintOf(alone), HasSubstr("--restart"));
  patroni_->nodes["db-2"].up = false;
  EXPECT_THAT(Rotate("PG_PASS_REP", "a new one for standby", true).message(), HasSubstr("db-2"));
  EXPECT_EQ(store_.List()->size(), 6u);
  EXPECT_EQ(store_.Get("pg")->Reveal(), "old-password");
}

TEST_F(UpkeepTest, SecretsAreLookedAtWithGitHubsTokensWhenAsked) {
  fetcher_.pages["http://github.test/rate_limit"] = {
      .body = R"({"resources":{"core":{"limit":5000,"remaining":4980,"reset":1795000000}}})"};
  v1::EnvironmentSecretsRequest request;
  request.set_environment("test");
  const auto plain = secrets_.DoGet(request);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->secrets_size(), 12);
  EXPECT_EQ(plain->secrets(0).state(), "missing");
  EXPECT_THAT(fetcher_.requests, IsEmpty());
  request.set_github(true);
  ASSERT_TRUE(store_.Set(domain::PendingOf("pg"), Secret("next")).ok());
  const auto asked = secrets_.DoGet(request);
  ASSERT_TRUE(asked.ok()) << asked.status();
  ASSERT_EQ(asked->tokens_size(), 1);
  EXPECT_EQ(asked->tokens(0).left(), 4980);
  int unfinished = 0;
  for (const auto& secret : asked->secrets()) unfinished += secret.unfinished();
  EXPECT_EQ(unfinished, 1);
  request.set_environment("none");
  EXPECT_EQ(secrets_.DoGet(request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(UpkeepTest, ARolloutLocksAllButPatroniAndARollbackGoesBack) {
  auto list = Change(v1::ChangeImagesRequest::ROLLOUT, {});
  EXPECT_EQ(InForceOf(list, "api"), "me/api:1@sha256:11");
  EXPECT_EQ(InForceOf(list, "patroni"), "me/patroni:1");
  EXPECT_EQ(list->spec(), "cluster: c1\n");
  digest_ = "sha256:22";
  list = Change(v1::ChangeImagesRequest::ROLLOUT, {"api"});
  EXPECT_EQ(InForceOf(list, "api"), "me/api:1@sha256:22");
  EXPECT_EQ(InForceOf(list, "grafana"), "me/grafana:1@sha256:11");
  list = Change(v1::ChangeImagesRequest::ROLLBACK, {});
  EXPECT_EQ(InForceOf(list, "api"), "me/api:1@sha256:11");
  EXPECT_EQ(Change(v1::ChangeImagesRequest::ROLLBACK, {"grafana"}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Change(v1::ChangeImagesRequest::ROLLOUT, {"nothing"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(UpkeepTest, BeforeTheFirstLockWhatRunsIsNoted) {
  SeedPod("g", "none", Json::object(), "grafana", "docker.io/me/grafana@sha256:00");
  digest_ = "sha256:22";
  EXPECT_EQ(InForceOf(Change(v1::ChangeImagesRequest::ROLLOUT, {"grafana"}), "grafana"),
            "me/grafana:1@sha256:22");
  EXPECT_EQ(InForceOf(Change(v1::ChangeImagesRequest::ROLLBACK, {"grafana"}), "grafana"),
            "me/grafana:1@sha256:00");
}

TEST_F(UpkeepTest, AnImageThatCannotBeResolvedChangesNothingAndIsShown) {
  registry_ = absl::UnavailableError("no route");
  const auto failed = Change(v1::ChangeImagesRequest::ROLLOUT, {});
  EXPECT_EQ(failed.status().message(), "nothing was changed: api: me/api:1: no route");
  EXPECT_TRUE(locks_.InForce("test")->empty());
  const auto list = images_.DoGet("test");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->images(0).registry_error(), "me/api:1: no route");
  EXPECT_FALSE(list->images(0).locked());
}

TEST_F(UpkeepTest, AnotherImageMayBeSet) {
  const auto list = Change(v1::ChangeImagesRequest::SET, {}, {{"api", "you/api:2"}});
  EXPECT_EQ(InForceOf(list, "api"), "you/api:2@sha256:11");
  EXPECT_EQ(Change(v1::ChangeImagesRequest::SET, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(UpkeepTest, GrafanasOfProjectsByName) {
  for (const char* name : {"devstats-grafana-keda", "devstats-grafana-flux"}) SeedDeployment(name);
  v1::RestartGrafanasRequest request;
  request.set_environment("test");
  const auto quiet = [](absl::string_view) {};
  ASSERT_TRUE(grafanas_
                  .DoRestart(
                      request, [] { return false; }, quiet)
                  .ok());
  EXPECT_THAT(restarted_, ElementsAre("devstats-grafana-keda", "devstats-grafana-flux"));
  restarted_.clear();
  request.add_projects("fl*");
  ASSERT_TRUE(grafanas_
                  .DoRestart(
                      request, [] { return false; }, quiet)
                  .ok());
  EXPECT_THAT(restarted_, ElementsAre("devstats-grafana-flux"));
  EXPECT_EQ(grafanas_
                .DoRestart(
                    request, [] { return true; }, quiet)
                .code(),
            absl::StatusCode::kCancelled);
  request.set_refresh(true);  // there are no pages
  EXPECT_EQ(grafanas_
                .DoRestart(
                    request, [] { return false; }, quiet)
                .code(),
            absl::StatusCode::kNotFound);
  environment_.grafana_data = spec::GrafanaData::kInImage;
  const absl::Status in_image = grafanas_.DoRestart(
      request, [] { return false; }, quiet);
  EXPECT_EQ(in_image.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(in_image.message(), HasSubstr("grafanaData: image"));
  environment_.grafana_data = spec::GrafanaData::kOnVolume;
  environment_.domains.clear();
  EXPECT_EQ(grafanas_
                .DoRestart(
                    request, [] { return false; }, quiet)
                .code(),
            absl::StatusCode::kFailedPrecondition);
  request.add_projects("kedda");
  request.set_refresh(false);
  EXPECT_EQ(grafanas_
                .DoRestart(
                    request, [] { return false; }, quiet)
                .code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace devstats::coordinator
