#include "coordinator/devstats/patroni/rest_api.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/http_server.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::patroni {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kPatroniLabels[] = "type=postgres,cluster-name=db";

class RestApiTest : public ::testing::Test {
 protected:
  RestApiTest() {
    for (const char* name : {"db-0", "db-1"}) {
      kube_.Seed({{"apiVersion", "v1"},
                  {"kind", "Pod"},
                  {"metadata",
                   {{"name", name},
                    {"namespace", "devstats-test"},
                    {"labels", {{"type", "postgres"}, {"cluster-name", "db"}}}}}});
    }
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", {{"name", "x"}, {"namespace", "devstats-test"}}}});
    kube_.proxy = [this](const kube::ProxyCall& call) -> absl::StatusOr<kube::ProxyAnswer> {
      calls_.push_back(absl::StrCat(call.method, " ", call.pod, ":", call.port, call.path, " ",
                                    call.body.is_null() ? "" : call.body.dump()));
      const auto found = answers_.find(call.pod + call.path);
      if (found == answers_.end()) return absl::UnavailableError("refused");
      return found->second;
    };
  }
  kube::FakeKube kube_;
  std::map<std::string, kube::ProxyAnswer> answers_;  // by pod and path
  std::vector<std::string> calls_;
  RestApi api_{ByPodProxy(&kube_, "devstats-test", kPatroniLabels)};
};

TEST_F(RestApiTest, AsksTheFirstMemberThatAnswers) {
  answers_["db-1/cluster"] = {200, R"({"members": [{"name": "db-1", "role": "leader"}]})"};
  EXPECT_EQ(api_.GetCluster()->leader(), "db-1");
  EXPECT_THAT(calls_, ElementsAre("GET db-0:8008/cluster ", "GET db-1:8008/cluster "));
  answers_["db-0/config"] = {503, ""};
  answers_["db-1/config"] = {502, ""};
  EXPECT_TRUE(absl::IsUnavailable(api_.GetConfig().status()));
}

TEST_F(RestApiTest, SendsChangesOnce) {
  answers_["db-0/config"] = {200, R"({"ttl": 40})"};
  EXPECT_EQ(api_.PatchConfig({{"ttl", 40}})->Setting("ttl"), "40");
  answers_["db-1/restart"] = {200, "restarted successfully"};
  EXPECT_TRUE(api_.Restart("db-1", {.only_pending = true, .role = "replica"}).ok());
  answers_["db-0/switchover"] = {200, "Successfully switched over"};
  EXPECT_TRUE(api_.Switchover("db-0", "db-1").ok());
  answers_["db-1/reinitialize"] = {200, "reinitialize started"};
  EXPECT_TRUE(api_.Reinitialize("db-1").ok());
  EXPECT_THAT(calls_, ElementsAre(R"(PATCH db-0:8008/config {"ttl":40})",
                                  R"(POST db-1:8008/restart {"restart_pending":true,"role":"replica"})",
                                  R"(POST db-0:8008/switchover {"candidate":"db-1","leader":"db-0"})",
                                  "POST db-1:8008/reinitialize {}"));
}

TEST_F(RestApiTest, TellsRefusalsFromFailures) {
  answers_["db-1/restart"] = {503, "restart conditions are not satisfied\n"};
  const absl::Status refused = api_.Restart("db-1", {});
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(refused.message(),
              HasSubstr("db-1 /restart: Patroni answered 503: restart conditions are not satisfied"));
  answers_["db-1/restart"] = {401, ""};
  EXPECT_TRUE(absl::IsPermissionDenied(api_.Restart("db-1", {})));
  answers_.erase("db-1/restart");
  EXPECT_TRUE(absl::IsUnavailable(api_.Restart("db-1", {})));
  answers_["db-0/config"] = {409, ""};
  EXPECT_TRUE(absl::IsAborted(api_.PatchConfig({{"ttl", 40}}).status()));
  EXPECT_TRUE(absl::IsNotFound(api_.Restart("db-7", {})));
}

TEST_F(RestApiTest, AMemberThatIsDownStillSaysSo) {
  answers_["db-1/patroni"] = {503,
                              R"({"state": "starting", "role": "replica", "patroni": {"version": "3.0.2"}})"};
  const auto member = api_.GetMember("db-1");
  ASSERT_TRUE(member.ok()) << member.status();
  EXPECT_EQ(member->state, "starting");
  EXPECT_EQ(member->name, "db-1");
  answers_["db-1/patroni"] = {500, "<html>"};
  EXPECT_FALSE(api_.GetMember("db-1").ok());
}

TEST(RestApiByHttp, ReachesEachMemberAtItsUrl) {
  HttpServer server([](const HttpServer::Request& r) {
    if (r.target == "/config") return HttpServer::Response{.body = r.body};
    return HttpServer::Response{.code = 503, .body = "no"};
  });
  RestApi api(ByHttp({{"a", server.url()}}));
  EXPECT_EQ(api.PatchConfig({{"ttl", 20}})->Setting("ttl"), "20");
  EXPECT_TRUE(absl::IsFailedPrecondition(api.Reinitialize("a")));
  EXPECT_TRUE(absl::IsNotFound(api.Reinitialize("b")));
}

}  // namespace
}  // namespace devstats::patroni
