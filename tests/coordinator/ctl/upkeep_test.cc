// devstatsctl secret status and rotate, env images, grafana: what is asked for, and how it is shown.
#include "common/files.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using ImagesChangeRequest = v1::ChangeImagesRequest;

constexpr char kOld[] = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kNew[] = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

class UpkeepCommandTest : public ::testing::Test {
 protected:
  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.begin(), {"--socket", fake_.socket()});
    return Invoke(std::move(args), how);
  }
  void AnswerRotations() {
    fake_.on_rotate = [&](const v1::RotateSecretRequest& request) -> absl::StatusOr<v1::UpkeepProgress> {
      rotations_.push_back(request);
      v1::UpkeepProgress progress;
      progress.set_text("setting the password of role ro_user");
      return progress;
    };
  }
  void AnswerImages() {
    fake_.on_change_images = [&](const ImagesChangeRequest& request) -> absl::StatusOr<v1::ImageList> {
      changes_.push_back(request);
      v1::ImageList list;
      list.set_spec("cluster: c1\n");
      list.set_file("cluster.yaml");
      return list;
    };
  }
  FakeCoordinator fake_;
  TempDir folder_;
  std::vector<v1::RotateSecretRequest> rotations_;
  std::vector<ImagesChangeRequest> changes_;
};

v1::EnvironmentSecretList SecretsOf(const std::string& state) {
  v1::EnvironmentSecretList list;
  list.set_environment("test");
  v1::EnvironmentSecret* secret = list.add_secrets();
  secret->set_secret("pg-db");
  secret->set_key("PG_PASS.secret");
  secret->set_sealed("test-pg-pass");
  secret->set_mac("0123");
  secret->set_state(state);
  secret->set_changed_ms(1'795'000'000'000);
  v1::EnvironmentSecret* text = list.add_secrets();
  text->set_secret("pg-db");
  text->set_key("PG_PORT.secret");
  text->set_state("as sealed");
  return list;
}

TEST_F(UpkeepCommandTest, SecretsThatAreWellExitWithZero) {
  fake_.on_get_secrets =
      [](const v1::EnvironmentSecretsRequest& request) -> absl::StatusOr<v1::EnvironmentSecretList> {
    EXPECT_EQ(request.environment(), "test");
    EXPECT_FALSE(request.github());
    return SecretsOf("as sealed");
  };
  const Outcome outcome = Ctl({"secret", "status", "-e", "test"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "SECRET  KEY             FROM                 STATE      CHANGED              OUTDATED\n"
            "pg-db   PG_PASS.secret  test-pg-pass (0123)  as sealed  2026-11-18 11:06:40  -\n");
  EXPECT_THAT(Ctl({"secret", "status", "-e", "test", "-o", "wide"}).out, HasSubstr("PG_PORT.secret  a text"));
}

TEST_F(UpkeepCommandTest, WhatIsOutdatedAndWhatGitHubSaysIsShown) {
  fake_.on_get_secrets =
      [](const v1::EnvironmentSecretsRequest& request) -> absl::StatusOr<v1::EnvironmentSecretList> {
    EXPECT_TRUE(request.github());
    v1::EnvironmentSecretList list = SecretsOf("differs");
    list.mutable_secrets(0)->set_unfinished(true);
    v1::SecretUser* user = list.mutable_secrets(0)->add_outdated();
    user->set_kind("Deployment");
    user->set_name("devstats-api");
    user->add_pods("devstats-api-5f-x");
    v1::GitHubToken* token = list.add_tokens();
    token->set_left(4980);
    token->set_limit(5000);
    token->set_resets_ms(1'795'000'000'000);
    list.add_tokens()->set_error("refused");
    return list;
  };
  const Outcome outcome = Ctl({"secret", "status", "-e", "test", "--github"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("differs, a rotation is not ended"));
  EXPECT_THAT(
      outcome.out,
      HasSubstr("to be restarted:\n  Deployment devstats-api: 1 pod began before PG_PASS.secret changed\n"
                "token 1 of 2: 4,980 of 5,000 left, resets 11:06\n"
                "token 2 of 2: refused\n"));
}

TEST_F(UpkeepCommandTest, ANewValueIsReadAsSecretSetReadsIt) {
  AnswerRotations();
  const Outcome piped =
      Ctl({"secret", "rotate", "PG_PASS_RO", "-e", "test", "--yes"}, {.input = "hunter2-hunter2\n"});
  EXPECT_EQ(piped.code, 0) << piped.err;
  EXPECT_THAT(piped.err, HasSubstr("setting the password of role ro_user\ndone\n"));
  EXPECT_THAT(piped.err, Not(HasSubstr("hunter2")));
  ASSERT_TRUE(WriteFileAtomic(folder_ / "v", "from-a-file\n").ok());
  EXPECT_EQ(
      Ctl({"secret", "rotate", "PG_PASS_RO", "-e", "test", "--yes", "--restart", "--file", folder_ / "v"})
          .code,
      0);
  EXPECT_EQ(Ctl({"secret", "rotate", "PG_PASS", "-e", "test", "--yes", "--generate"}).code, 0);
  EXPECT_EQ(Ctl({"secret", "rotate", "PG_PASS", "-e", "test", "--yes", "--go-on"}).code, 0);
  ASSERT_EQ(rotations_.size(), 4u);
  EXPECT_EQ(rotations_[0].value(), "hunter2-hunter2");
  EXPECT_EQ(rotations_[0].key(), "PG_PASS_RO");
  EXPECT_EQ(rotations_[1].value(), "from-a-file\n");  // which the coordinator refuses
  EXPECT_TRUE(rotations_[1].restart());
  EXPECT_TRUE(rotations_[2].generate());
  EXPECT_FALSE(rotations_[3].generate());
  EXPECT_EQ(rotations_[3].value(), "");
}

TEST_F(UpkeepCommandTest, NothingIsRotatedWithoutLeaveOrValue) {
  AnswerRotations();
  EXPECT_EQ(Ctl({"secret", "rotate", "PG_PASS", "-e", "test", "--generate"}).code, 1);
  EXPECT_THAT(Ctl({"secret", "rotate", "PG_PASS", "-e", "test", "--yes"}, {.input = "\n"}).err,
              HasSubstr("empty"));
  EXPECT_NE(Ctl({"secret", "rotate", "PG_PASS", "-e", "test", "--generate", "--file", "x"}).code, 0);
  EXPECT_THAT(rotations_, IsEmpty());
}

TEST_F(UpkeepCommandTest, ImagesAreShownWithWhatIsInForce) {
  fake_.on_get_images = [](const v1::EnvironmentRequest&) -> absl::StatusOr<v1::ImageList> {
    v1::ImageList list;
    v1::EnvironmentImage* api = list.add_images();
    api->set_kind("api");
    api->set_written("me/api:latest");
    api->set_in_force(absl::StrCat("me/api:latest@", kOld));
    (*api->mutable_running())[kOld] = 2;
    api->set_tag_now(kNew);
    v1::EnvironmentImage* sync = list.add_images();
    sync->set_kind("sync");
    sync->set_written("me/sync:latest");
    sync->set_in_force("me/sync:latest");
    sync->set_registry_error("no route");
    return list;
  };
  const Outcome outcome = Ctl({"env", "images", "show", "-e", "test"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "KIND  IMAGE           IN FORCE      RUNNING           TAG NOW\n"
            "api   me/api:latest   0123456789ab  0123456789ab x 2  fedcba987654\n"
            "sync  me/sync:latest  the tag       -                 -\n"
            "sync: no route\n");
  EXPECT_THAT(Ctl({"env", "images", "show", "-e", "test", "-o", "wide"}).out, HasSubstr(kNew));
}

TEST_F(UpkeepCommandTest, ARolloutLocksAndThenAppliesTheEnvironment) {
  AnswerImages();
  fake_.operation.set_id("op-1");
  fake_.operation.set_state("done");
  const Outcome outcome = Ctl({"env", "images", "rollout", "-e", "test", "api", "sync", "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_EQ(changes_[0].action(), ImagesChangeRequest::ROLLOUT);
  EXPECT_THAT(changes_[0].kinds(), ElementsAre("api", "sync"));
  EXPECT_EQ(fake_.planned.only(), "environments/test");
  ASSERT_EQ(fake_.applied.size(), 1u);
  EXPECT_EQ(fake_.applied[0].spec(), "cluster: c1\n");
}

TEST_F(UpkeepCommandTest, SetTakesKindsWithTheirImagesAndAppliesNothing) {
  AnswerImages();
  EXPECT_EQ(Ctl({"env", "images", "set", "-e", "test", "api=me/api:v2", "--yes"}).code, 0);
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_EQ(changes_[0].images().at("api"), "me/api:v2");
  EXPECT_THAT(fake_.applied, IsEmpty());
  EXPECT_THAT(Ctl({"env", "images", "set", "-e", "test", "api", "--yes"}).err, HasSubstr("KIND=IMAGE"));
  EXPECT_NE(Ctl({"env", "images", "set", "-e", "test", "--yes"}).code, 0);
}

TEST_F(UpkeepCommandTest, GrafanasAreRestartedWithLeave) {
  std::vector<v1::RestartGrafanasRequest> asked;
  fake_.on_restart_grafanas =
      [&](const v1::RestartGrafanasRequest& request) -> absl::StatusOr<v1::UpkeepProgress> {
    asked.push_back(request);
    v1::UpkeepProgress progress;
    progress.set_text("restarting devstats-grafana-keda, 1 of 1");
    return progress;
  };
  EXPECT_EQ(Ctl({"grafana", "restart", "-e", "test"}).code, 1);
  EXPECT_THAT(asked, IsEmpty());
  const Outcome outcome =
      Ctl({"grafana", "restart", "-e", "test", "keda", "kube*", "--parallel", "3", "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("restarts the Grafanas of keda, kube* in test"));
  EXPECT_EQ(Ctl({"grafana", "refresh", "-e", "test", "--yes"}).code, 0);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_THAT(asked[0].projects(), ElementsAre("keda", "kube*"));
  EXPECT_EQ(asked[0].parallel(), 3u);
  EXPECT_FALSE(asked[0].refresh());
  EXPECT_TRUE(asked[1].refresh());
}

}  // namespace
}  // namespace devstats::ctl
