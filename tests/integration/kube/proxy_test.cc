// A pod that answers, through a real API server: its "pod" is this test, on an address of the machine that is
// not loopback, which an API server would not connect to.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include "coordinator/kube/api_client.h"
#include "tests/common/http_server.h"
#include "tests/integration/kube/server.h"

namespace devstats::kube {
namespace {

// Empty: the machine has none.
std::string OwnAddress() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return "";
  std::string found;
  for (const ifaddrs* a = all; a && found.empty(); a = a->ifa_next) {
    if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || (a->ifa_flags & IFF_LOOPBACK)) continue;
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(a->ifa_addr)->sin_addr, text, sizeof text);
    found = text;
  }
  freeifaddrs(all);
  return found;
}

class PodProxy : public ::testing::Test {
 protected:
  void SetUp() override {
    ApiServer* server = TheApiServer();
    const std::string address = OwnAddress();
    if (!server || address.empty()) GTEST_SKIP() << "no API server here, or no address";
    client_ = std::make_unique<ApiClient>(server->access());
    const Json pod{{"apiVersion", "v1"},
                   {"kind", "Pod"},
                   {"metadata", {{"name", "proxied"}, {"namespace", "default"}}},
                   {"spec", {{"containers", Json::array({{{"name", "a"}, {"image", "none"}}})}}}};
    (void)client_->Delete({"v1", "Pod", "default", "proxied"}, {});
    ASSERT_TRUE(client_->Create(pod).ok());
    const ClusterAccess& access = server->access();
    HttpClient http({access.ca_pem, access.client_cert_pem, access.client_key_pem});
    const auto patched = http.Do({.method = "PATCH",
                                  .url = access.server + "/api/v1/namespaces/default/pods/proxied/status",
                                  .headers = {{"Content-Type", "application/merge-patch+json"}},
                                  .body = Json{{"status", {{"podIP", address}}}}.dump()});
    ASSERT_TRUE(patched.ok() && patched->code == 200);
  }
  absl::StatusOr<ProxyAnswer> Ask(const std::string& method, int port, Json body = nullptr) {
    return client_->PodProxy({.method = method,
                              .namespace_ = "default",
                              .pod = "proxied",
                              .port = port,
                              .path = "/config?a=b",
                              .body = std::move(body),
                              .timeout = absl::Seconds(20)});
  }
  std::unique_ptr<ApiClient> client_;
};

TEST_F(PodProxy, PassesMethodPathBodyAndAnyCode) {
  int code = 200;
  HttpServer pod(
      [&](const HttpServer::Request& r) {
        return HttpServer::Response{.code = code, .body = absl::StrCat(r.Line(), " ", r.body)};
      },
      nullptr, INADDR_ANY);
  for (const char* method : {"GET", "POST", "PATCH", "DELETE"}) {
    const auto answer = Ask(method, pod.port(), method == std::string("GET") ? Json() : Json{{"ttl", 30}});
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->body,
              absl::StrCat(method, " /config?a=b ", method == std::string("GET") ? "" : "{\"ttl\":30}"));
  }
  for (const int other : {202, 404, 409, 412, 500, 503}) {
    code = other;
    const auto answer = Ask("POST", pod.port());
    ASSERT_TRUE(answer.ok()) << other << " " << answer.status();
    EXPECT_EQ(answer->code, other);
  }
}

TEST_F(PodProxy, APortWhereNobodyListensIsUnavailable) {
  const auto answer = Ask("POST", FreePort());
  EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
}

}  // namespace
}  // namespace devstats::kube
