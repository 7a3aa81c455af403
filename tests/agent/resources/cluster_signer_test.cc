#include "agent/resources/cluster_signer.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "agent/resources/kubectl.h"
#include "common/pki.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

constexpr char kBindingPath[] = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/devstats:admins";

// The API server behind kubectl: objects by path, and a controller that signs what is approved.
class ClusterSignerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ca_ = *pki::NewAuthority("kubernetes", absl::Now() - absl::Hours(1), absl::Now() + absl::Hours(1000));
    box_.Write("/etc/kubernetes/pki/ca.crt", ca_.certificate_pem);
    box_.Write("/etc/kubernetes/admin.conf",
               "clusters:\n- cluster:\n    server: https://10.0.0.1:6443\n  name: kubernetes\n");
    objects_["/api/v1/nodes/node-1"] = Json{{"kind", "Node"}};
    box_.commands.On({Kubectl::kProgram},
                     [this](const Command& c) { return Serve(c.argv[4], c.argv[6], c.input); });
  }
  static ProcessResult Fails(const std::string& reason) {
    return {1, "", "Error from server (" + reason + "): it is so\n", false};
  }
  ProcessResult Serve(const std::string& verb, std::string path, const std::string& input) {
    if (verb == "create") {
      Json object = *ParseJson(input);
      path += "/" + object["metadata"]["name"].get<std::string>();
      if (!objects_.emplace(path, object).second) return Fails("AlreadyExists");
      return {};
    }
    const bool approval = absl::EndsWith(path, "/approval");
    if (approval) path.resize(path.size() - std::string("/approval").size());
    auto found = objects_.find(path);
    if (found == objects_.end()) return Fails("NotFound");
    if (verb == "delete") objects_.erase(found);
    if (verb == "replace") {
      if (!approval) return Fails("Forbidden");
      found->second = *ParseJson(input);
      SignIt(&found->second);
    }
    return verb == "get" ? ProcessResult{0, found->second.dump(), "", false} : ProcessResult{};
  }
  void SignIt(Json* request) {
    std::string csr;
    absl::Base64Unescape((*request)["spec"]["request"].get<std::string>(), &csr);
    signer_ = (*request)["spec"]["signerName"];
    condition_ = (*request)["status"]["conditions"][0]["type"];
    const std::string pem = *pki::Sign(ca_, csr,
                                       {.common_name = pki::RequestSubject(csr)->common_name,
                                        .not_before = absl::Now(),
                                        .not_after = absl::Now() + absl::Hours(1)});
    (*request)["status"]["certificate"] = absl::Base64Escape(pem);
  }
  std::string Request(const std::string& name, const std::string& group = kAdminGroup) {
    return *pki::NewRequest(key_, pki::Subject{name, group});
  }
  auto Ask(const std::string& csr) { return SignKubernetesClient(box_.host.get(), csr); }
  int Csrs() const {
    int n = 0;
    for (const auto& [path, object] : objects_) n += absl::StrContains(path, "certificatesigningrequests/");
    return n;
  }

  Box box_;
  pki::Authority ca_;
  const Secret key_ = *pki::NewKey();
  std::map<std::string, Json> objects_;
  std::string signer_, condition_;
};

TEST_F(ClusterSignerTest, SignsForTheCoordinatorAndLeavesOnlyTheBinding) {
  auto signed_ = Ask(Request(kCoordinator));
  ASSERT_TRUE(signed_.ok()) << signed_.status();
  EXPECT_EQ(pki::Inspect(signed_->certificate_pem())->common_name, kCoordinator);
  EXPECT_EQ(signed_->ca_pem(), ca_.certificate_pem);
  EXPECT_EQ(signed_->endpoint(), "https://10.0.0.1:6443");
  EXPECT_EQ(signer_, "kubernetes.io/kube-apiserver-client");
  EXPECT_EQ(condition_, "Approved");
  EXPECT_EQ(Csrs(), 0);
  EXPECT_EQ(objects_[kBindingPath]["roleRef"]["name"], "cluster-admin");
  EXPECT_EQ(objects_[kBindingPath]["subjects"][0]["name"], kAdminGroup);
  EXPECT_TRUE(Ask(Request(kCoordinator)).ok());  // again, with the binding there
}

TEST_F(ClusterSignerTest, SignsForRootOfANodeThatIsThere) {
  EXPECT_TRUE(Ask(Request("root@node-1")).ok());
  EXPECT_EQ(Ask(Request("root@node-9")).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(ClusterSignerTest, SignsNothingElse) {
  for (const auto& [name, group] :
       std::map<std::string, std::string>{{"devstats-coordinator", "system:masters"},
                                          {"kubernetes-admin", kAdminGroup},
                                          {"root@../../nodes/node-1", kAdminGroup},
                                          {"root@", kAdminGroup},
                                          {"root@NODE-1", kAdminGroup}})
    EXPECT_EQ(Ask(Request(name, group)).status().code(), absl::StatusCode::kPermissionDenied) << name;
  EXPECT_EQ(Ask(*pki::NewRequest(key_, kCoordinator)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Ask("not a request").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Csrs(), 0);
  EXPECT_FALSE(objects_.contains(kBindingPath));
}

TEST_F(ClusterSignerTest, ABindingThatSomebodyChangedIsNotReliedOn) {
  objects_[kBindingPath] = {{"roleRef", {{"name", "view"}}}};
  EXPECT_THAT(std::string(Ask(Request(kCoordinator)).status().message()), HasSubstr("was changed"));
}

TEST_F(ClusterSignerTest, ABoxWithoutAControlPlaneSaysSo) {
  Box worker;
  EXPECT_EQ(SignKubernetesClient(worker.host.get(), Request(kCoordinator)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ClusterSignerTest, AnApiServerThatIsAwayIsUnavailableAndNothingIsLeft) {
  box_.commands.On({Kubectl::kProgram}, "The connection to the server was refused", 1);
  EXPECT_EQ(Ask(Request(kCoordinator)).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace devstats::agent
