#include "agent/resources/kubeconfig.h"

#include <sys/stat.h>

#include "agent/resources/cluster_signer.h"
#include "agent/resources/yaml_text.h"
#include "common/pki.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class KubeconfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ca_ = *pki::NewAuthority("kubernetes", start_ - absl::Hours(1), start_ + absl::Hours(24 * 3650));
    box_.Write(KubeconfigResource::kAuthority, ca_.certificate_pem);
    desired_.set_endpoint("10.0.0.1:6443");
    for (const auto& [name, space] : std::map<std::string, std::string>{
             {"prod", "devstats-prod"}, {"test", "devstats-test"}, {"shared", "default"}}) {
      auto* context = desired_.add_contexts();
      context->set_name(name);
      context->set_namespace_(space);
    }
    desired_.set_current("test");
  }
  std::string Signed(absl::Duration life = absl::Hours(24 * 365)) {
    auto csr = KubeconfigRequest(box_.host.get(), "node-1");
    return *pki::Sign(ca_, *csr,
                      {.common_name = "root@node-1", .not_before = start_, .not_after = start_ + life});
  }
  KubeconfigResource Make(const std::string& certificate = "") {
    return KubeconfigResource(desired_, Secret(certificate), box_.host.get(), &clock_);
  }
  Json File() { return FromYaml(*ParseYaml(box_.Read(KubeconfigResource::kFile), "config")); }
  int ModeOf(const char* path) {
    struct stat st {};
    ::stat((box_.dir.path() + path).c_str(), &st);
    return static_cast<int>(st.st_mode & 07777);
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'800'000'000);
  FixedClock clock_{start_};
  Box box_;
  pki::Authority ca_;
  v1::Kubeconfig desired_;
};

TEST_F(KubeconfigTest, WritesContextsAndOnlyRootReadsThem) {
  KubeconfigResource config = Make(Signed());
  EXPECT_THAT(PathsOf(PlanUnit(config)),
              ElementsAre(KubeconfigResource::kCertificate, KubeconfigResource::kFile));
  ASSERT_TRUE(RunUnit(box_, config).ok());
  const Json file = File();
  EXPECT_EQ(file["current-context"], "test");
  EXPECT_EQ(file["contexts"].size(), 3u);
  EXPECT_EQ(
      file["contexts"][0],
      (Json{{"name", "prod"},
            {"context",
             {{"cluster", "kubernetes"}, {"user", "devstats-admin"}, {"namespace", "devstats-prod"}}}}));
  EXPECT_EQ(file["clusters"][0]["cluster"]["server"], "https://10.0.0.1:6443");
  for (const char* path :
       {KubeconfigResource::kFile, KubeconfigResource::kKey, KubeconfigResource::kCertificate})
    EXPECT_EQ(ModeOf(path), 0600) << path;
  EXPECT_EQ(RunUnit(box_, config, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(KubeconfigTest, TheRequestIsForRootOnThisNodeAndAlwaysByTheSameKey) {
  const std::string first = *KubeconfigRequest(box_.host.get(), "node-1");
  const std::string key = box_.Read(KubeconfigResource::kKey);
  EXPECT_EQ(*pki::RequestSubject(first), (pki::Subject{"root@node-1", kAdminGroup}));
  EXPECT_EQ(*pki::RequestPin(*KubeconfigRequest(box_.host.get(), "node-1")), *pki::RequestPin(first));
  EXPECT_EQ(box_.Read(KubeconfigResource::kKey), key);
  EXPECT_THAT(first, Not(HasSubstr("PRIVATE")));
}

TEST_F(KubeconfigTest, AForeignFileIsKeptAndNamed) {
  box_.Write(KubeconfigResource::kFile, "apiVersion: v1\n");
  KubeconfigResource config = Make(Signed());
  EXPECT_THAT(PlanUnit(config).error(), HasSubstr("was not made by us"));
  EXPECT_THAT(PlanUnit(config).hint(), HasSubstr("mv /root/.kube/config"));
  EXPECT_FALSE(RunUnit(box_, config).ok());
  EXPECT_EQ(box_.Read(KubeconfigResource::kFile), "apiVersion: v1\n");
}

TEST_F(KubeconfigTest, WhatRootChoosesAndAddsStays) {
  KubeconfigResource config = Make(Signed());
  ASSERT_TRUE(RunUnit(box_, config).ok());
  Json file = File();
  file["current-context"] = "prod";
  file["contexts"].push_back(Json{{"name", "lab"}, {"context", {{"cluster", "lab"}, {"user", "me"}}}});
  file["clusters"].push_back(
      Json{{"name", "lab"}, {"cluster", {{"server", "https://lab"}, {"insecure-skip-tls-verify", true}}}});
  box_.Write(KubeconfigResource::kFile, YamlText(file));
  EXPECT_TRUE(IsEmpty(PlanUnit(config)));
  desired_.mutable_contexts(0)->set_namespace_("elsewhere");
  KubeconfigResource changed = Make();
  ASSERT_TRUE(RunUnit(box_, changed, {.operation = "op-2"}).ok());
  file["contexts"][0]["context"]["namespace"] = "elsewhere";
  EXPECT_EQ(File(), file);
}

TEST_F(KubeconfigTest, DriftIsMendedAndItsPlanShowsNoCredential) {
  KubeconfigResource config = Make(Signed());
  ASSERT_TRUE(RunUnit(box_, config).ok());
  Json file = File();
  file["users"][0]["user"] = {{"token", "hand-written-credential"}};
  file["current-context"] = "nowhere";
  box_.Write(KubeconfigResource::kFile, YamlText(file));
  const UnitPlan plan = PlanUnit(config);
  ASSERT_THAT(PathsOf(plan), ElementsAre(KubeconfigResource::kFile));
  EXPECT_THAT(CanonicalJson(ToJson(plan)), Not(HasSubstr("hand-written")));
  ASSERT_TRUE(RunUnit(box_, config, {.operation = "op-2"}).ok());
  EXPECT_EQ(File()["users"][0]["user"]["client-key"], KubeconfigResource::kKey);
  EXPECT_EQ(File()["current-context"], "test");
}

TEST_F(KubeconfigTest, ACertificateIsRenewedAMonthBeforeItsEnd) {
  KubeconfigResource config = Make(Signed());
  ASSERT_TRUE(RunUnit(box_, config).ok());
  clock_.Advance(absl::Hours(24 * 334));
  EXPECT_TRUE(IsEmpty(PlanUnit(config)));
  clock_.Advance(absl::Hours(48));
  const UnitPlan plan = PlanUnit(config);
  ASSERT_THAT(PathsOf(plan), ElementsAre(KubeconfigResource::kCertificate));
  EXPECT_EQ(plan.changes(0).before(), "about to expire");
  KubeconfigResource renewed = Make(Signed(absl::Hours(24 * 700)));
  EXPECT_TRUE(RunUnit(box_, renewed, {.operation = "op-2"}).ok());
}

TEST_F(KubeconfigTest, ACertificateThatDoesNotFitIsRefused) {
  const std::string good = Signed();
  KubeconfigResource none = Make();
  EXPECT_THAT(std::string(RunUnit(box_, none).status().message()), HasSubstr("sent no certificate"));
  const Secret other_key = *pki::NewKey();
  const std::string other_request = *pki::NewRequest(other_key, "root@node-1");
  KubeconfigResource other(
      desired_,
      Secret(*pki::Sign(ca_, other_request,
                        {.common_name = "x", .not_before = start_, .not_after = start_ + absl::Hours(9)})),
      box_.host.get(), &clock_);
  EXPECT_THAT(std::string(RunUnit(box_, other).status().message()), HasSubstr("not of this box's key"));
  box_.Write(KubeconfigResource::kAuthority,
             pki::NewAuthority("other", start_, start_ + absl::Hours(9))->certificate_pem);
  KubeconfigResource stranger = Make(good);
  EXPECT_FALSE(RunUnit(box_, stranger).ok());
  EXPECT_EQ(box_.Read(KubeconfigResource::kCertificate), "<absent>");
}

TEST_F(KubeconfigTest, TheKeyIsInNoPlanAndInNoRecord) {
  KubeconfigResource config = Make(Signed());
  const std::string key = box_.Read(KubeconfigResource::kKey).substr(30, 40);
  EXPECT_THAT(CanonicalJson(ToJson(PlanUnit(config))), Not(HasSubstr(key)));
  ASSERT_TRUE(RunUnit(box_, config).ok());
  const auto items = *box_.inventory->All();
  EXPECT_GT(items.size(), 2u);
  for (const InventoryItem& item : items) EXPECT_THAT(item.before.value_or(""), Not(HasSubstr(key)));
}

}  // namespace
}  // namespace devstats::agent
