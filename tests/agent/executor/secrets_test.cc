// What comes with an apply as a secret reaches the resource and nothing that lasts.
#include <filesystem>

#include "absl/strings/match.h"
#include "agent/executor/steps.h"
#include "agent/resources/containerd.h"
#include "agent/resources/kubeadm_run.h"
#include "common/pki.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecretToken[] = "fedcba.fedcba9876543210";

class SecretsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    db_ = *Database::Open(box_.dir.path() + "/state.db", {Journal::Schema(), Inventory::Schema()});
    inventory_ = std::make_unique<Inventory>(db_.get());
    journal_ = std::make_unique<Journal>(db_.get(), &SystemClock());
    host_ = std::make_unique<Host>(box_.dir.path(), inventory_.get(), &box_.systemd, &box_.commands);
    const auto ca = *pki::NewAuthority("kubernetes", absl::UnixEpoch(), absl::Now() + absl::Hours(1));
    v1::KubeadmJoin* join = request_.mutable_spec()->mutable_join();
    join->set_version("1.35.0");
    join->set_node_name("n");
    join->set_endpoint("10.0.0.1:6443");
    join->set_ca_hash(pki::Inspect(ca.certificate_pem)->spki_pin);
    box_.systemd.Add("kubelet.service", "enabled", true);
    box_.commands.On({KubeadmRun::kProgram, "join", "phase"}, "");
    box_.commands.On({KubeadmRun::kProgram, "join", "--config"},
                     [this, pem = ca.certificate_pem](const Command& c) {
                       given_ = c.input;
                       if (fail_) return ProcessResult{1, "error execution phase: no\n", "", false};
                       box_.Write("/etc/kubernetes/kubelet.conf",
                                  "clusters:\n- cluster:\n    server: https://10.0.0.1:6443\n");
                       box_.Write("/etc/kubernetes/pki/ca.crt", pem);
                       return ProcessResult{0, "[join] done\n", "", false};
                     });
    request_.set_operation("op");
    request_.set_step("kubernetes@n");
    request_.set_attempt(1);
    (*request_.mutable_secrets())["token"] = kSecretToken;
  }
  v1::StepStatus Apply() {
    Steps steps(host_.get(), journal_.get(), "boot-1");
    *request_.mutable_approved() = steps.Plan(request_.spec())->resources();
    return *steps.Apply(request_, [this](const v1::Progress& p) {
      told_.push_back(p.message());
      return true;
    });
  }
  // No file of the box, the database and its log among them, holds it.
  void ExpectNowhere() {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(box_.dir.path())) {
      if (!entry.is_regular_file()) continue;
      ++files;
      EXPECT_THAT(ReadFile(entry.path()).value_or(""), Not(HasSubstr(kSecretToken))) << entry.path();
    }
    EXPECT_GT(files, 3);
    EXPECT_THAT(told_, Each(Not(HasSubstr(kSecretToken))));
  }

  Box box_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Host> host_;
  v1::ApplyRequest request_;
  std::vector<std::string> told_;
  std::string given_;
  bool fail_ = false;
};

TEST_F(SecretsTest, TheTokenReachesKubeadmAndNothingThatLasts) {
  const v1::StepStatus status = Apply();
  EXPECT_EQ(status.state(), v1::StepStatus::DONE) << status.error();
  EXPECT_THAT(given_, HasSubstr(kSecretToken));
  ExpectNowhere();
}

TEST_F(SecretsTest, NorDoesAFailureKeepIt) {
  fail_ = true;
  const v1::StepStatus status = Apply();
  EXPECT_EQ(status.state(), v1::StepStatus::FAILED);
  EXPECT_THAT(status.ShortDebugString(), Not(HasSubstr(kSecretToken)));
  ExpectNowhere();
}

TEST_F(SecretsTest, ThePasswordOfARegistryReachesItsFileAndNoOther) {
  constexpr char kPassword[] = "correct horse battery staple";
  const std::string config = box_.dir.path() + ContainerdResource::kConfig;
  request_.clear_secrets();
  request_.clear_spec();
  v1::Registry* registry = request_.mutable_spec()->mutable_containerd()->add_registries();
  registry->set_host("registry.example.com");
  registry->set_user("robot");
  registry->set_password_secret("registry-password");
  registry->set_password_mac("00112233445566aa");
  Steps steps(host_.get(), journal_.get(), "boot-1");
  EXPECT_THAT(steps.Plan(request_.spec())->resources(0).error(), HasSubstr("did not come with the request"));
  (*request_.mutable_secrets())["registry:registry.example.com"] = kPassword;
  const v1::PlanResponse plan = *steps.Plan(request_.spec(), SecretsOf(request_));
  EXPECT_THAT(plan.ShortDebugString(), Not(HasSubstr("horse")));
  *request_.mutable_approved() = plan.resources();
  auto done = steps.Apply(request_, [](const v1::Progress&) { return true; });
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->state(), v1::StepStatus::DONE) << done->error();
  EXPECT_THAT(done->ShortDebugString(), Not(HasSubstr("horse")));
  int with = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(box_.dir.path())) {
    if (!entry.is_regular_file() || !absl::StrContains(ReadFile(entry.path()).value_or(""), "horse"))
      continue;
    ++with;
    EXPECT_EQ(entry.path().string(), config);
    EXPECT_EQ(entry.status().permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  EXPECT_EQ(with, 1);
}

TEST_F(SecretsTest, AnotherTokenIsTheSameStep) {
  ASSERT_EQ(Apply().state(), v1::StepStatus::DONE);
  (*request_.mutable_secrets())["token"] = "aaaaaa.aaaaaaaaaaaaaaaa";
  const auto approved = request_.approved();
  Steps steps(host_.get(), journal_.get(), "boot-1");
  *request_.mutable_approved() = approved;
  auto again = steps.Apply(request_, [](const v1::Progress&) { return true; });
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state(), v1::StepStatus::DONE);
  EXPECT_EQ(box_.commands.runs().size(), 2u);  // preflight and join, once
}

}  // namespace
}  // namespace devstats::agent
