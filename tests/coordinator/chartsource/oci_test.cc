#include "coordinator/chartsource/oci.h"

#include "absl/strings/escaping.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/credential_helper.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/registry_auth.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/registry.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

OciReference OciRef(const std::string& text) { return *ParseOciReference(text); }

// A registry, and a client that has logged in there or not.
struct OciPlace {
  explicit OciPlace(Registry::Options options = {}, RegistryCredential credential = {},
                    bool plain_http = false)
      : registry(options),
        client(http, RegistryConfig(),
               {.plain_http = plain_http,
                .tls = {.ca_pem = options.tls ? options.tls->ca_pem : ""},
                .credential = std::move(credential),
                .timeout = absl::Seconds(20)}) {}
  absl::StatusOr<std::string> Pull(const std::string& rest, const std::string& version = "") {
    ASSIGN_OR_RETURN(const OciReference reference, client.Pick(OciRef(registry.Reference(rest)), version));
    ASSIGN_OR_RETURN(const OciChart chart, client.Inspect(reference));
    return client.Download(reference, chart);
  }
  HttpFetcher http{"t"};
  Registry registry;
  OciClient client;
};

RegistryCredential Me() { return {.user = "me", .password = Secret("secret")}; }

TEST(Oci, ListsVersionsHighestFirst) {
  OciPlace place({.page = 2});
  for (const char* tag : {"1.0.0", "latest", "1.10.0", "1.9.0", "v3.0.0", "2.0.0-rc.1", "1.2", "2.0.0_b1"}) {
    place.registry.Push("c/x", tag, "archive");
  }
  const auto versions = place.client.Versions(OciRef(place.registry.Reference("c/x")));
  ASSERT_TRUE(versions.ok()) << versions.status();
  EXPECT_THAT(*versions, ElementsAre("2.0.0+b1", "2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"));
  EXPECT_TRUE(absl::IsNotFound(place.client.Versions(OciRef(place.registry.Reference("c/y"))).status()));
}

TEST(Oci, PicksAsHelmDoes) {
  OciPlace place;
  for (const char* tag : {"1.0.0", "1.10.0", "2.0.0-rc.1", "1.9.0_b"})
    place.registry.Push("c/x", tag, "archive");
  const struct {
    const char *rest, *version, *tag;
  } kCases[] = {
      {"c/x", "", "1.10.0"},           {"c/x", "1.0.0", "1.0.0"},
      {"c/x", "~1.9", "1.9.0_b"},      {"c/x", ">0.0.0-0", "2.0.0-rc.1"},
      {"c/x", "1.x", "1.10.0"},        {"c/x:1.0.0", "", "1.0.0"},
      {"c/x:1.0.0", "1.0.0", "1.0.0"}, {"c/x", "1.9.0+b", "1.9.0_b"},
      {"c/x", "7.7.7", "7.7.7"},
  };
  for (const auto& c : kCases) {
    const auto got = place.client.Pick(OciRef(place.registry.Reference(c.rest)), c.version);
    ASSERT_TRUE(got.ok()) << c.rest << " " << c.version << ": " << got.status();
    EXPECT_EQ(got->tag, c.tag) << c.rest << " " << c.version;
  }
  const auto none = place.client.Pick(OciRef(place.registry.Reference("c/x")), "^3");
  EXPECT_EQ(none.status().message(), "Could not locate a version matching provided version string ^3");
  EXPECT_THAT(HintOf(none.status()), HasSubstr("2.0.0-rc.1"));
  EXPECT_THAT(place.client.Pick(OciRef(place.registry.Reference("c/x:1.0.0")), "2.0.0").status().message(),
              HasSubstr("chart reference and version mismatch: 2.0.0 is not 1.0.0"));
  EXPECT_FALSE(place.client.Pick(OciRef(place.registry.Reference("c/x")), "not a range").ok());
}

TEST(Oci, PullsAnOpenRegistryOnThisMachineWithoutTls) {
  OciPlace place;
  place.registry.Push("c/x", "1.0.0", "archive");
  const auto got = place.Pull("c/x");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(*got, "archive");
}

TEST(Oci, PullsOverTls) {
  const TestIdentity identity = TestIdentity::Of(TestIdentity::NewCa(), "registry", pki::Usage::kServer);
  OciPlace place({.tls = &identity});
  place.registry.Push("c/x", "1.0.0", "archive");
  const auto got = place.Pull("c/x");
  ASSERT_TRUE(got.ok()) << got.status();
  // Who is not trusted is not asked without TLS instead.
  HttpFetcher http("t");
  OciClient stranger(http, RegistryConfig(), {});
  const auto refused = stranger.Inspect(OciRef(place.registry.Reference("c/x:1.0.0")));
  EXPECT_TRUE(absl::IsPermissionDenied(refused.status())) << refused.status();
}

TEST(Oci, AsksForAPasswordOnlyWhenItMust) {
  OciPlace stranger({.door = Registry::Door::kBasic});
  stranger.registry.Push("c/x", "1.0.0", "archive");
  const auto refused = stranger.Pull("c/x");
  EXPECT_TRUE(absl::IsUnauthenticated(refused.status())) << refused.status();
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("helm registry login 127.0.0.1:"));

  OciPlace place({.door = Registry::Door::kBasic}, Me());
  place.registry.Push("c/x", "1.0.0", "archive");
  const auto got = place.Pull("c/x");
  ASSERT_TRUE(got.ok()) << got.status();
  const auto requests = place.registry.server().requests();
  EXPECT_EQ(requests[0].Header("authorization"), "");
  EXPECT_EQ(requests[1].Header("authorization"), place.registry.Basic());
  EXPECT_EQ(requests.size(), 4u);  // tags twice, manifest, blob: it is known by then
}

TEST(Oci, FetchesATokenWithAPasswordOrWithout) {
  OciPlace place({.door = Registry::Door::kBearer}, Me());
  place.registry.Push("c/x", "1.0.0", "archive");
  const auto got = place.Pull("c/x");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_THAT(
      place.registry.server().lines(),
      ElementsAre("GET /v2/c/x/tags/list", "GET /token?service=a%20b&scope=repository%3ac%2fx%3apull",
                  "GET /v2/c/x/tags/list", "GET /v2/c/x/manifests/1.0.0", HasSubstr("GET /v2/c/x/blobs/")));

  OciPlace anonymous({.door = Registry::Door::kBearer, .anonymous = true});
  anonymous.registry.Push("c/x", "1.0.0", "archive");
  EXPECT_TRUE(anonymous.Pull("c/x").ok());

  OciPlace wrong({.door = Registry::Door::kBearer, .anonymous = true},
                 {.user = "me", .password = Secret("wrong")});
  wrong.registry.Push("c/x", "1.0.0", "archive");
  const auto refused = wrong.Pull("c/x");
  EXPECT_TRUE(absl::IsUnauthenticated(refused.status())) << refused.status();
  EXPECT_THAT(refused.status().message(), Not(HasSubstr("wrong")));

  OciPlace refresh({.door = Registry::Door::kBearer}, {.identity_token = Secret("refresh")});
  refresh.registry.Push("c/x", "1.0.0", "archive");
  EXPECT_TRUE(refresh.Pull("c/x").ok());
}

// The registry's login, which the file has, is not the mirror's.
TEST(Oci, AMirrorIsAskedInThePlaceOfTheRegistry) {
  const TempDir dir;
  const std::string path = dir / "config.json";
  ASSERT_TRUE(WriteFileAtomic(path, R"({"auths":{"r.invalid":{"auth":"bWU6c2VjcmV0"}}})").ok());
  Registry open({}), closed({.door = Registry::Door::kBasic});
  const std::string digest = open.Push("c/x", "1.0.0", "archive");
  HttpFetcher http("t");
  for (Registry* mirror : {&open, &closed}) {
    OciClient client(http, *RegistryConfig::Load({path}),
                     {.mirror = mirror->server().url() + "/v2",
                      .mirror_query = "ns=r.invalid",
                      .timeout = absl::Seconds(20)});
    const auto got = client.Digest(OciRef("r.invalid/c/x:1.0.0"));
    EXPECT_EQ(got.ok() ? *got : "", mirror == &open ? digest : "") << got.status();
    EXPECT_THAT(mirror->server().lines(), ElementsAre("GET /v2/c/x/manifests/1.0.0?ns=r.invalid"));
    EXPECT_EQ(mirror->server().requests()[0].Header("authorization"), "");
  }
}

TEST(Oci, NoPasswordGoesToATokenServerThatIsNotSafe) {
  HttpServer thief(
      [](const HttpServer::Request&) { return HttpServer::Response{.body = R"({"token":"t0k3n"})"}; });
  for (const char* host : {"127.0.0.1", "localhost"}) {
    OciPlace place({.door = Registry::Door::kBearer, .realm = thief.url(host) + "/token"}, Me());
    place.registry.Push("c/x", "1.0.0", "archive");
    const auto refused = place.Pull("c/x");
    EXPECT_TRUE(absl::IsPermissionDenied(refused.status())) << refused.status();
  }
  EXPECT_THAT(thief.requests(), IsEmpty());
}

TEST(Oci, BlobsElsewhereAreFetchedWithoutOurToken) {
  HttpServer cdn([](const HttpServer::Request& r) {
    return HttpServer::Response{.body = r.Header("authorization").empty() ? "archive" : "leaked"};
  });
  OciPlace place({.door = Registry::Door::kBearer, .blobs_at = cdn.url()}, Me());
  place.registry.Push("c/x", "1.0.0", "archive");
  const auto got = place.Pull("c/x");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(cdn.requests().size(), 1u);
}

TEST(Oci, EveryDigestIsChecked) {
  OciPlace place;
  const std::string good = place.registry.Push("c/x", "1.0.0", "archive");
  ASSERT_TRUE(place.Pull("c/x@" + good).ok());
  ASSERT_TRUE(place.Pull("c/x:1.0.0@" + good).ok());
  // Another manifest under the digest.
  const std::string other = place.registry.Push("c/x", "2.0.0", "other");
  EXPECT_TRUE(absl::IsDataLoss(place.Pull("c/x:2.0.0@" + good).status()));
  place.registry.manifests()["c/x/" + good] = place.registry.manifests()["c/x/" + other];
  EXPECT_TRUE(absl::IsDataLoss(place.Pull("c/x@" + good).status()));
  // Another archive of the same length.
  for (auto& [digest, bytes] : place.registry.blobs()) {
    if (bytes == "other") bytes = "0ther";
  }
  const auto changed = place.Pull("c/x", "2.0.0");
  EXPECT_TRUE(absl::IsDataLoss(changed.status())) << changed.status();
  // A longer one is not even read to its end.
  for (auto& [digest, bytes] : place.registry.blobs()) {
    if (bytes == "0ther") bytes = std::string(1 << 20, 'x');
  }
  EXPECT_TRUE(absl::IsResourceExhausted(place.Pull("c/x", "2.0.0").status()));
}

TEST(Oci, OnlyChartsAreTaken) {
  OciPlace place;
  place.registry.Push("c/image", "1.0.0", "x", "application/vnd.oci.image.layer.v1.tar+gzip",
                      "application/vnd.oci.image.config.v1+json");
  EXPECT_THAT(place.Pull("c/image").status().message(),
              HasSubstr("could not load config with mediatype application/vnd.cncf.helm.config.v1+json"));
  place.registry.Push("c/empty", "1.0.0", "x", "text/plain");
  EXPECT_THAT(place.Pull("c/empty").status().message(),
              HasSubstr("manifest does not contain a layer with mediatype "
                        "application/vnd.cncf.helm.chart.content.v1.tar+gzip"));
  place.registry.Push("c/old", "1.0.0", "x", "application/tar+gzip");
  EXPECT_TRUE(place.Pull("c/old").ok());
  for (const char* text : {"", "[]", "{", "{\"config\":1}", R"({"config":{"mediaType":"x"}})"}) {
    place.registry.manifests()["c/old/1.0.0"] = text;
    EXPECT_FALSE(place.Pull("c/old", "1.0.0").ok()) << text;
  }
  place.registry.manifests()["c/old/1.0.0"] =
      R"({"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"},"layers":[{"mediaType":)"
      R"("application/tar+gzip","digest":"sha256:../../x","size":1}]})";
  EXPECT_THAT(place.Pull("c/old", "1.0.0").status().message(), HasSubstr("no digest and size"));
}

TEST(Oci, PagesOfTagsStayOnTheServerAndEnd) {
  HttpServer server([](const HttpServer::Request& r) -> HttpServer::Response {
    const std::string next =
        r.target.find("evil") != std::string::npos ? "http://localhost:1/x" : "/v2/c/loop/tags/list?again";
    return {.body = R"({"tags":["1.0.0"]})", .headers = {{"Link", "<" + next + ">; rel=\"next\""}}};
  });
  HttpFetcher http("t");
  OciClient client(http, RegistryConfig(), {.plain_http = true});
  EXPECT_THAT(client.Versions(OciRef("oci://" + server.host() + "/c/evil")).status().message(),
              HasSubstr("its next page is on another server"));
  const auto endless = client.Versions(OciRef("oci://" + server.host() + "/c/loop"));
  EXPECT_TRUE(absl::IsResourceExhausted(endless.status())) << endless.status();
  EXPECT_EQ(server.requests().size(), 1001u);
}

TEST(RegistryAuth, ReadsChallenges) {
  const Challenge full = ParseChallenge(R"(Bearer realm="https://a.test/t", Service = x ,scope="a:\"b\",c")");
  EXPECT_EQ(full.scheme, "bearer");
  EXPECT_EQ(full.parameters.at("realm"), "https://a.test/t");
  EXPECT_EQ(full.parameters.at("service"), "x");
  EXPECT_EQ(full.parameters.at("scope"), "a:\"b\",c");
  EXPECT_EQ(ParseChallenge("BASIC").scheme, "basic");
  EXPECT_EQ(ParseChallenge("").scheme, "");
  EXPECT_THAT(ParseChallenge("Bearer realm=\"open").parameters, IsEmpty());
  EXPECT_THAT(ParseChallenge("Bearer realm=\"a\\").parameters, IsEmpty());
  EXPECT_THAT(ParseChallenge("Bearer =x").parameters, IsEmpty());
}

TEST(RegistryAuth, WhichTokenServersMayBeAsked) {
  const struct {
    const char *realm, *registry;
    bool may;
  } kCases[] = {
      {"https://auth.docker.io/token", "https://registry-1.docker.io/v2/", true},
      {"https://r.test/token", "https://r.test/v2/", true},
      {"http://r.test/token", "https://r.test/v2/", false},
      {"http://r.test/token", "http://r.test/v2/", true},
      {"http://r.test:81/token", "http://r.test/v2/", false},
      {"http://auth.test/token", "http://r.test/v2/", false},
      {"https://auth.test/token", "http://r.test/v2/", true},
      {"https://169.254.169.254/token", "https://r.test/v2/", false},
      {"https://10.1.2.3/token", "https://r.test/v2/", false},
      {"https://172.31.0.1/token", "https://r.test/v2/", false},
      {"https://172.32.0.1/token", "https://r.test/v2/", true},
      {"https://192.168.1.1/token", "https://r.test/v2/", false},
      {"https://127.0.0.1/token", "https://r.test/v2/", false},
      {"https://2130706433/token", "https://r.test/v2/", false},
      {"https://[::1]/token", "https://r.test/v2/", false},
      {"https://[fe80::1]/token", "https://r.test/v2/", false},
      {"https://[::ffff:10.0.0.1]/token", "https://r.test/v2/", false},
      {"https://[fd00::1]/token", "https://r.test/v2/", false},
      {"https://[2001:db8::1]/token", "https://r.test/v2/", true},
      {"https://10.1.2.3/token", "https://10.1.2.3:5000/v2/", true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(CheckRealm(*ParseUrl(c.realm), *ParseUrl(c.registry)).ok(), c.may)
        << c.realm << " " << c.registry;
  }
}

TEST(RegistryConfig, FindsWhoWeAre) {
  TempDir dir;
  const auto write = [&](const std::string& name, const std::string& text) {
    EXPECT_TRUE(WriteFileAtomic(dir / name, text).ok());
    return dir / name;
  };
  const std::string helm = write("helm.json", R"({"auths":{"a.test":{"auth":"bWU6cDp3"},"e.test":{},
      "https://old.test/v1/":{"username":"o","password":"p"},"https://index.docker.io/v1/":{"auth":"ZDpk"}}})");
  const std::string docker =
      write("docker.json", R"({"auths":{"a.test":{"auth":"eDp4"},"b.test:5000":{"auth":"Yjpi"},
      "e.test":{"identitytoken":"i"}},"credHelpers":{"gcr.io":"gcloud"}})");
  const auto config = RegistryConfig::Load({helm, docker, dir / "absent"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->Find("a.test", nullptr)->user, "me");
  EXPECT_EQ(config->Find("a.test", nullptr)->password.Reveal(), "p:w");
  EXPECT_EQ(config->Find("b.test:5000", nullptr)->user, "b");
  EXPECT_TRUE(config->Find("b.test", nullptr)->empty());
  EXPECT_EQ(config->Find("old.test", nullptr)->user, "o");
  EXPECT_EQ(config->Find("docker.io", nullptr)->user, "d");
  EXPECT_EQ(config->Find("registry-1.docker.io", nullptr)->user, "d");
  EXPECT_EQ(config->Find("e.test", nullptr)->identity_token.Reveal(), "i");
  EXPECT_TRUE(config->Find("evil-a.test", nullptr)->empty());
  EXPECT_TRUE(RegistryConfig::Load({write("empty.json", " \n")}).ok());
  for (const char* bad :
       {"[", "[]", R"({"auths":{"a":{"auth":"%%"}}})", R"({"auths":{"a":{"auth":"bWU="}}})"}) {
    const auto status = RegistryConfig::Load({write("bad.json", bad)}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bad;
    EXPECT_THAT(status.message(), HasSubstr("bad.json"));
  }
}

TEST(RegistryConfig, AsksHelpers) {
  TempDir dir;
  EXPECT_TRUE(WriteFileAtomic(dir / "own.json", R"({"auths":{"a.test":{"auth":"bWU6cA=="}}})").ok());
  EXPECT_TRUE(
      WriteFileAtomic(dir / "docker.json", R"({"credHelpers":{"gcr.io":"gcloud"},"credsStore":"pass"})")
          .ok());
  const auto config = RegistryConfig::Load({dir / "own.json", dir / "docker.json"});
  ASSERT_TRUE(config.ok()) << config.status();
  std::vector<std::string> asked;
  const AskHelper ask = [&](const std::string& name, const std::string& server) {
    asked.push_back(name + " " + server);
    return RegistryCredential{.user = server == "unknown.test" ? "" : name};
  };
  EXPECT_EQ(config->Find("gcr.io", ask)->user, "gcloud");
  EXPECT_EQ(config->Find("docker.io", ask)->user, "pass");
  EXPECT_TRUE(config->Find("unknown.test", ask)->empty());
  EXPECT_EQ(config->Find("a.test", ask)->user, "me");
  EXPECT_TRUE(config->Find("gcr.io", nullptr)->empty());
  EXPECT_THAT(asked, ElementsAre("gcloud gcr.io", "pass https://index.docker.io/v1/", "pass unknown.test"));
  const auto fails = [](const std::string&, const std::string&) -> absl::StatusOr<RegistryCredential> {
    return absl::UnavailableError("no keys");
  };
  EXPECT_TRUE(absl::IsUnavailable(config->Find("gcr.io", fails).status()));
}

TEST(CredentialHelper, IsAskedWithoutAShell) {
  TempDir dir;
  const auto write = [&](const std::string& name, const std::string& script) {
    EXPECT_TRUE(
        WriteFileAtomic(dir / ("docker-credential-" + name), "#!/bin/sh\n" + script, {.mode = 0700}).ok());
  };
  const auto ask = [&](const std::string& name) {
    return AskCredentialHelper(name, "r.test:5000", dir.path());
  };
  write("good", R"(read -r server; echo "{\"Username\":\"$1 $server\",\"Secret\":\"s3cret\"}")");
  ASSERT_TRUE(ask("good").ok()) << ask("good").status();
  EXPECT_EQ(ask("good")->user, "get r.test:5000");
  EXPECT_EQ(ask("good")->password.Reveal(), "s3cret");
  write("token", R"(echo '{"Username":"<token>","Secret":"t"}')");
  EXPECT_EQ(ask("token")->identity_token.Reveal(), "t");
  EXPECT_EQ(ask("token")->user, "");
  write("none", "echo credentials not found in native keychain; exit 1");
  EXPECT_TRUE(ask("none")->empty());
  write("fails", "echo s3cret; exit 1");
  EXPECT_EQ(ask("fails").status().message(),
            "credential helper docker-credential-fails for r.test:5000: exit status 1");
  for (const char* answer : {"[]", "s3cret", R"({"Username":1,"Secret":"s3cret"})", R"({"Username":"u"})"}) {
    write("odd", absl::StrCat("echo '", answer, "'"));
    EXPECT_THAT(ask("odd").status().message(), HasSubstr("did not answer with a Username and a Secret"));
    EXPECT_THAT(ask("odd").status().message(), Not(HasSubstr("s3cret")));
  }
  write("endless",
        "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done | "
        "/usr/bin/head -c 100000");
  EXPECT_TRUE(absl::IsResourceExhausted(ask("endless").status())) << ask("endless").status();
  EXPECT_TRUE(absl::IsNotFound(ask("absent").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ask("../x").status()));
}

TEST(Oci, TakesTheChartOfAnIndex) {
  OciPlace place;
  const std::string image =
      place.registry.Push("c/x", "image", "image", "application/vnd.oci.image.layer.v1.tar",
                          "application/vnd.oci.image.config.v1+json");
  const std::string chart = place.registry.Push("c/x", "chart", "archive");
  const auto index = [&](const std::vector<std::string>& digests) {
    Json manifests = Json::array();
    for (const std::string& digest : digests)
      manifests.push_back({{"mediaType", "application/vnd.oci.image.manifest.v1+json"}, {"digest", digest}});
    return Json{{"schemaVersion", 2}, {"manifests", manifests}}.dump();
  };
  auto& kept = place.registry.manifests();
  kept["c/x/1.0.0"] = index({image, chart});
  const auto got = place.Pull("c/x:1.0.0");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(*got, "archive");
  const auto inspected = place.client.Inspect(OciRef(place.registry.Reference("c/x:1.0.0")));
  EXPECT_EQ(inspected->manifest_digest, "sha256:" + Sha256Hex(kept["c/x/1.0.0"])) << "the whole is pinned";
  kept["c/x/1.0.0"] = index({image});
  EXPECT_TRUE(absl::IsFailedPrecondition(place.Pull("c/x:1.0.0").status()));
  kept["c/x/1.0.0"] = index({chart});
  kept["c/x/" + chart] += " ";
  EXPECT_TRUE(absl::IsDataLoss(place.Pull("c/x:1.0.0").status()));
}

}  // namespace
}  // namespace devstats::chartsource
