#include "coordinator/kube/units/manifest_source.h"

#include "common/files.h"
#include "common/status.h"
#include "coordinator/kube/object.h"
#include "tests/common/http_server.h"
#include "tests/common/temp_dir.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

const std::string kText = "kind: A\n";
std::string Digest(const std::string& text) { return "sha256:" + Sha256Hex(text); }

TEST(ReadManifest, FromFilesAndUrlsByDigest) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "m.yaml", kText).ok());
  HttpServer server([](const HttpServer::Request& r) {
    if (r.target == "/latest")
      return HttpServer::Response{.code = 302,
                                  .headers = {{"Location", "http://" + r.headers.at("host") + "/m"}}};
    return HttpServer::Response{.code = r.target == "/m" ? 200 : 404, .body = kText};
  });
  kube::HttpClient http;
  for (const std::string& source :
       {dir / "m.yaml", "file://" + (dir / "m.yaml"), server.url() + "/m", server.url() + "/latest"}) {
    const auto text = ReadManifest(source, Digest(kText), http);
    ASSERT_TRUE(text.ok()) << source << text.status();
    EXPECT_EQ(*text, kText);
  }
  EXPECT_TRUE(absl::IsNotFound(ReadManifest(dir / "none", Digest(kText), http).status()));
  EXPECT_THAT(std::string(ReadManifest(server.url() + "/x", Digest(kText), http).status().message()),
              HasSubstr("404"));
}

TEST(ReadManifest, AnotherTextIsRefusedWithItsDigest) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "m.yaml", kText).ok());
  kube::HttpClient http;
  const absl::Status refused = ReadManifest(dir / "m.yaml", Digest("other"), http).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(Digest(kText)));
  EXPECT_FALSE(HintOf(refused).empty());
  EXPECT_FALSE(ReadManifest(dir / "m.yaml", "", http).ok());
}

TEST(ReadManifest, ACircleOfRedirectsEnds) {
  HttpServer server([](const HttpServer::Request& r) {
    return HttpServer::Response{.code = 302,
                                .headers = {{"Location", "http://" + r.headers.at("host") + "/"}}};
  });
  kube::HttpClient http;
  EXPECT_THAT(std::string(ReadManifest(server.url(), Digest(kText), http).status().message()),
              HasSubstr("redirects"));
  EXPECT_EQ(server.lines().size(), 6u);
  HttpServer elsewhere([](const HttpServer::Request&) {
    return HttpServer::Response{.code = 302, .headers = {{"Location", "file:///etc/passwd"}}};
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadManifest(elsewhere.url(), Digest(kText), http).status()));
}

std::vector<Json> Flannel(const std::string& config) {
  return {{{"kind", "ConfigMap"}, {"data", {{"cni-conf.json", "{}"}, {"net-conf.json", config}}}},
          {{"kind", "DaemonSet"}}};
}

TEST(SetPodNetwork, OfFlannel) {
  std::vector<Json> objects = Flannel(R"({"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}})");
  const std::vector<Json> before = objects;
  ASSERT_TRUE(SetPodNetwork("10.244.0.0/16", 24, &objects).ok());
  EXPECT_EQ(objects, before);  // it has what is wanted: not a byte changes
  ASSERT_TRUE(SetPodNetwork("10.200.0.0/14", 22, &objects).ok());
  EXPECT_EQ(*ParseJson(objects[0]["data"]["net-conf.json"].get<std::string>()),
            (Json{{"Network", "10.200.0.0/14"}, {"SubnetLen", 22}, {"Backend", {{"Type", "vxlan"}}}}));
  EXPECT_EQ(objects[0]["data"]["cni-conf.json"], "{}");
  for (const char* wrong : {"not JSON", "[]"}) {
    std::vector<Json> broken = Flannel(wrong);
    EXPECT_TRUE(absl::IsInvalidArgument(SetPodNetwork("10.244.0.0/16", 24, &broken))) << wrong;
  }
  std::vector<Json> odd = Flannel(R"({"SubnetLen": "24"})");
  ASSERT_TRUE(SetPodNetwork("10.244.0.0/16", 24, &odd).ok());
  EXPECT_THAT(odd[0]["data"]["net-conf.json"].get<std::string>(), HasSubstr("\"SubnetLen\": 24"));
}

Json Container(const Json& env) {
  return {{"kind", "DaemonSet"},
          {"spec", {{"template", {{"spec", {{"containers", {{{"name", "calico-node"}, {"env", env}}}}}}}}}}};
}

TEST(SetPodNetwork, OfCalico) {
  std::vector<Json> objects = {
      Container({{{"name", "OTHER"}, {"value", "x"}},
                 {{"name", "CALICO_IPV4POOL_CIDR"}, {"value", "192.168.0.0/16"}}}),
      {{"kind", "IPPool"}, {"spec", {{"cidr", "192.168.0.0/16"}, {"ipipMode", "Always"}}}}};
  ASSERT_TRUE(SetPodNetwork("10.244.0.0/16", 24, &objects).ok());
  EXPECT_EQ(objects[0], Container({{{"name", "OTHER"}, {"value", "x"}},
                                   {{"name", "CALICO_IPV4POOL_CIDR"}, {"value", "10.244.0.0/16"}}}));
  EXPECT_EQ(objects[1]["spec"], (Json{{"cidr", "10.244.0.0/16"}, {"ipipMode", "Always"}}));
  std::vector<Json> commented = {Container(Json::array({{{"name", "OTHER"}, {"value", "x"}}})),
                                 Container(Json())};
  ASSERT_TRUE(SetPodNetwork("10.244.0.0/16", 24, &commented).ok());
  for (const Json& object : commented) {
    EXPECT_EQ(object["spec"]["template"]["spec"]["containers"][0]["env"].back(),
              (Json{{"name", "CALICO_IPV4POOL_CIDR"}, {"value", "10.244.0.0/16"}}));
  }
}

TEST(SetPodNetwork, AnUnknownManifestIsRefused) {
  std::vector<Json> objects = {{{"kind", "ConfigMap"}, {"data", {{"a", "b"}}}}, {{"kind", "DaemonSet"}}};
  const absl::Status refused = SetPodNetwork("10.244.0.0/16", 24, &objects);
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_THAT(HintOf(refused), HasSubstr("flannel"));
}

}  // namespace
}  // namespace devstats::coordinator
