#include "coordinator/kube/units/bootstrap_token.h"

#include <set>

#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {
namespace {

TEST(BootstrapToken, IsWhatKubernetesReads) {
  kube::FakeKube kube;
  const FixedClock clock(absl::FromUnixSeconds(1'700'000'000));
  const std::string id = BootstrapTokenIdOf({"op-1", "join@node-1"});
  const auto token = CreateBootstrapToken(kube, id, clock);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_THAT(token->Reveal(), ::testing::MatchesRegex("[a-z0-9]{6}\\.[a-z0-9]{16}"));
  const auto secret = kube.Get({"v1", "Secret", "kube-system", "bootstrap-token-" + id});
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ((*secret)["type"], "bootstrap.kubernetes.io/token");
  const Json& data = (*secret)["stringData"];
  EXPECT_EQ(absl::StrCat(kube::TextAt(data, {"token-id"}), ".", kube::TextAt(data, {"token-secret"})),
            token->Reveal());
  EXPECT_EQ(data["expiration"], "2023-11-14T22:28:20Z");  // fifteen minutes on
  EXPECT_EQ(data["auth-extra-groups"], "system:bootstrappers:kubeadm:default-node-token");
}

TEST(BootstrapToken, AnotherTryHasAnotherSecretUnderTheSameId) {
  kube::FakeKube kube;
  const auto first = CreateBootstrapToken(kube, "abc123", SystemClock());
  const auto second = CreateBootstrapToken(kube, "abc123", SystemClock());
  EXPECT_FALSE(SameSecret(*first, *second));
  EXPECT_EQ(kube.List({"v1", "Secret", "kube-system"})->items.size(), 1u);
  EXPECT_TRUE(DeleteBootstrapToken(kube, "abc123").ok());
  EXPECT_TRUE(DeleteBootstrapToken(kube, "abc123").ok());
  EXPECT_TRUE(kube.List({"v1", "Secret", "kube-system"})->items.empty());
}

TEST(BootstrapToken, IdsAreThoseOfTheirStepsAndChecked) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) ids.insert(BootstrapTokenIdOf({"op-1", absl::StrCat("join@node-", i)}));
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_NE(BootstrapTokenIdOf({"op-1", "join@node-1"}), BootstrapTokenIdOf({"op-2", "join@node-1"}));
  EXPECT_EQ(BootstrapTokenIdOf({"op-1", "join@node-1"}), BootstrapTokenIdOf({"op-1", "join@node-1"}));
  kube::FakeKube kube;
  for (const char* wrong : {"", "abc12", "ABC123", "abc1234", "ab/123"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CreateBootstrapToken(kube, wrong, SystemClock()).status())) << wrong;
    EXPECT_TRUE(absl::IsInvalidArgument(DeleteBootstrapToken(kube, wrong))) << wrong;
  }
}

}  // namespace
}  // namespace devstats::coordinator
