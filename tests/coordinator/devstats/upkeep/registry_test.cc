#include "coordinator/devstats/upkeep/registry.h"

#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "gmock/gmock.h"
#include "tests/coordinator/chartsource/fake_fetcher.h"
#include "tests/coordinator/chartsource/registry.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using Registries = std::vector<spec::RegistrySpec>;

constexpr char kManifestBody[] = R"({"schemaVersion":2})";
constexpr char kOtherDigest[] = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

std::string WithDigest(const std::string& image, const std::string& body = kManifestBody) {
  return absl::StrCat(image, "@sha256:", Sha256Hex(body));
}

// The name of a secret is its value.
SealedValues NamesAsValues() {
  return {.get = [](const std::string& name) { return Secret(name); }, .mac = {}};
}
std::string BasicOf(const char* pair) { return absl::StrCat("Basic ", absl::Base64Escape(pair)); }

spec::EnvironmentSpec WithPullSecret(const std::string& registry) {
  spec::EnvironmentSpec environment;
  environment.name = "test";
  environment.pull_secret = "pull-pw";
  environment.pull_secret_user = "me";
  environment.pull_secret_registry = registry;
  return environment;
}

class ImageResolverTest : public ::testing::Test {
 protected:
  static constexpr char kMirrored[] = "http://10.0.0.1:5000/v2/a/b/manifests/v2?ns=r.example.com";
  static constexpr char kItself[] = "https://r.example.com/v2/a/b/manifests/v2";

  ImageResolver Resolver(Registries registries = {}, const spec::EnvironmentSpec& environment = {}) {
    return ImageResolver(environment, std::move(registries), NamesAsValues(), &fetcher_);
  }
  // r.example.com with two mirrors.
  static Registries Mirrored() {
    return {{.host = "r.example.com", .mirrors = {"http://10.0.0.1:5000", "https://m.example.com/all"}}};
  }
  // What was asked, and with which login.
  std::vector<std::pair<std::string, std::string>> Asked() const {
    std::vector<std::pair<std::string, std::string>> asked;
    for (const auto& request : fetcher_.requests)
      asked.emplace_back(request.url.Text(), request.authorization.Reveal());
    return asked;
  }
  chartsource::FakeFetcher fetcher_;
};

TEST(RegistryPlaces, AreThoseOfContainerd) {
  const struct {
    const char *registry, *mirror, *url, *query, *host;
  } kCases[] = {
      {"docker.io", "http://10.0.0.1:5000", "http://10.0.0.1:5000/v2", "ns=docker.io", "10.0.0.1:5000"},
      {"docker.io", "https://m.example.com/", "https://m.example.com/v2", "ns=docker.io", "m.example.com"},
      {"docker.io", "https://m.example.com/v2", "https://m.example.com/v2", "ns=docker.io", "m.example.com"},
      {"docker.io", "https://m.example.com/hub/", "https://m.example.com/hub/v2", "ns=docker.io",
       "m.example.com"},
      {"docker.io", "https://v2", "https://v2/v2", "ns=docker.io", "v2"},
      {"docker.io", "https://registry-1.docker.io", "https://registry-1.docker.io/v2", "",
       "registry-1.docker.io"},
      {"r.example.com:5000", "https://m.example.com?x=1", "https://m.example.com/v2",
       "ns=r.example.com%3a5000", "m.example.com"},
      {"r.example.com", "http://r.example.com", "http://r.example.com/v2", "", "r.example.com"},
  };
  for (const auto& c : kCases) {
    const auto places = PlacesOf(c.registry, {}, {{.host = c.registry, .mirrors = {c.mirror}}});
    ASSERT_EQ(places.size(), 2u);
    EXPECT_EQ(places[0].mirror, c.url) << c.mirror;
    EXPECT_EQ(places[0].query, c.query) << c.mirror;
    EXPECT_EQ(places[0].host, c.host) << c.mirror;
    EXPECT_EQ(places[1].host, c.registry);
    EXPECT_EQ(places[1].mirror, "");
  }
  EXPECT_EQ(PlacesOf("quay.io", {}, {{.host = "docker.io", .mirrors = {"https://m"}}}).size(), 1u);
}

TEST(RegistryPlaces, ALoginIsForItsHost) {
  const Registries registries{{.host = "docker.io",
                               .mirrors = {"https://m.example.com", "https://registry-1.docker.io"},
                               .user = "hub"},
                              {.host = "m.example.com", .user = "mirror"}};
  const auto users = [&](const std::string& registry, const spec::EnvironmentSpec& environment) {
    std::vector<std::string> out;
    for (const RegistryPlace& place : PlacesOf(registry, environment, registries)) out.push_back(place.user);
    return out;
  };
  EXPECT_THAT(users("docker.io", {}), ElementsAre("mirror", "hub", "hub"));
  EXPECT_THAT(users("docker.io", WithPullSecret("docker.io")), ElementsAre("mirror", "hub", "me"));
  // Nor does the kubelet give the pull secret of one registry to a mirror of another.
  EXPECT_THAT(users("docker.io", WithPullSecret("m.example.com")), ElementsAre("mirror", "hub", "hub"));
  EXPECT_THAT(users("m.example.com", WithPullSecret("m.example.com")), ElementsAre("me"));
  EXPECT_THAT(users("quay.io", WithPullSecret("docker.io")), ElementsAre(""));
}

TEST_F(ImageResolverTest, AsksOnce) {
  fetcher_.pages["https://registry-1.docker.io/v2/a/b/manifests/v2"] = {.body = kManifestBody};
  ImageResolver resolver = Resolver();
  const auto image = resolver.Resolve("a/b:v2");
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(*image, WithDigest("a/b:v2"));
  EXPECT_EQ(*resolver.Resolve("a/b:v2"), *image);
  EXPECT_EQ(fetcher_.requests.size(), 1u);
  EXPECT_THAT(fetcher_.requests[0].headers,
              Contains(Pair("Accept", HasSubstr("docker.distribution.manifest.list"))));
  EXPECT_EQ(*resolver.Resolve(absl::StrCat("a/b@", kOtherDigest)), absl::StrCat("a/b@", kOtherDigest));
}

TEST_F(ImageResolverTest, TheFirstMirrorThatHasItCounts) {
  ImageResolver resolver = Resolver(Mirrored());
  fetcher_.pages[kMirrored] = {.body = kManifestBody};
  EXPECT_EQ(*resolver.Resolve("r.example.com/a/b:v2"), WithDigest("r.example.com/a/b:v2"));
  EXPECT_EQ(fetcher_.requests.size(), 1u);
  // Others of that registry are there alone.
  fetcher_.requests.clear();
  fetcher_.pages["https://r.example.com/v2/a/c/manifests/v2"] = {.body = "{}"};
  EXPECT_EQ(*resolver.Resolve("r.example.com/a/c:v2"), WithDigest("r.example.com/a/c:v2", "{}"));
  EXPECT_THAT(Asked(), ElementsAre(Pair("http://10.0.0.1:5000/v2/a/c/manifests/v2?ns=r.example.com", ""),
                                   Pair("https://m.example.com/all/v2/a/c/manifests/v2?ns=r.example.com", ""),
                                   Pair("https://r.example.com/v2/a/c/manifests/v2", "")));
  // Other registries have mirrors of their own, or none.
  fetcher_.requests.clear();
  EXPECT_FALSE(resolver.Resolve("quay.io/a/b:v2").ok());
  EXPECT_THAT(Asked(), ElementsAre(Pair("https://quay.io/v2/a/b/manifests/v2", "")));
}

TEST_F(ImageResolverTest, ThePullSecretLogsInAtItsRegistry) {
  const chartsource::FakeFetcher::Page closed{.code = 401,
                                              .headers = {{"www-authenticate", "Basic realm=\"x\""}}};
  fetcher_.pages[kMirrored] = closed;
  fetcher_.pages[kItself] = closed;
  ImageResolver resolver = Resolver(Mirrored(), WithPullSecret("r.example.com"));
  const absl::Status refused = resolver.Resolve("r.example.com/a/b:v2").status();
  EXPECT_THAT(refused.message(), HasSubstr("r.example.com/a/b:v2: none of the 3 places"));
  EXPECT_THAT(HintOf(refused), HasSubstr("10.0.0.1:5000 wants a login, name it in runtime.registries"));
  EXPECT_THAT(HintOf(refused),
              HasSubstr("r.example.com wants a login, name it in environments.test.pullSecret"));
  EXPECT_THAT(Asked(), ElementsAre(Pair(kMirrored, ""),
                                   Pair("https://m.example.com/all/v2/a/b/manifests/v2?ns=r.example.com", ""),
                                   Pair(kItself, ""), Pair(kItself, BasicOf("me:pull-pw"))));
}

TEST_F(ImageResolverTest, AMirrorTakesItsOwnLogin) {
  fetcher_.pages[kMirrored] = {.code = 401, .headers = {{"www-authenticate", "Basic realm=\"x\""}}};
  Registries registries = Mirrored();
  registries.push_back({.host = "10.0.0.1:5000", .user = "robot", .password_secret = "mirror-pw"});
  ImageResolver resolver = Resolver(registries, WithPullSecret("r.example.com"));
  EXPECT_FALSE(resolver.Resolve("r.example.com/a/b:v2").ok());
  EXPECT_THAT(Asked(), Contains(Pair(kMirrored, BasicOf("robot:mirror-pw"))));
  EXPECT_THAT(Asked(), Not(Contains(Pair(kMirrored, BasicOf("me:pull-pw")))));
}

// Else another digest could be found than nodes find, which have the password.
TEST_F(ImageResolverTest, AMirrorIsTrustedByItsOwnAuthority) {
  Registries registries = Mirrored();
  registries.push_back({.host = "m.example.com", .ca = "CA"});
  ImageResolver resolver = Resolver(registries);
  fetcher_.pages[kItself] = {.body = kManifestBody};
  ASSERT_TRUE(resolver.Resolve("r.example.com/a/b:v2").ok());
  std::vector<std::pair<std::string, std::string>> trusted;
  for (const auto& request : fetcher_.requests) trusted.emplace_back(request.url.host, request.tls.ca_pem);
  EXPECT_THAT(trusted,
              ElementsAre(Pair("10.0.0.1", ""), Pair("m.example.com", "CA"), Pair("r.example.com", "")));
}

TEST_F(ImageResolverTest, WithoutAPasswordThatIsNamedNobodyIsAsked) {
  Registries registries = Mirrored();
  registries.push_back({.host = "10.0.0.1:5000", .user = "robot", .password_secret = "mirror-pw"});
  ImageResolver resolver(
      {}, registries, {.get = [](const std::string&) { return absl::NotFoundError("not set"); }, .mac = {}},
      &fetcher_);
  EXPECT_EQ(resolver.Resolve("r.example.com/a/b:v2").status().message(),
            "r.example.com/a/b:v2: login to 10.0.0.1:5000: not set");
  EXPECT_THAT(fetcher_.requests, IsEmpty());
}

TEST_F(ImageResolverTest, EachPlaceThatWasAskedIsTold) {
  fetcher_.pages[kMirrored] = {.error = absl::UnavailableError("http://10.0.0.1:5000/v2: no route")};
  fetcher_.pages[kItself] = {.error = absl::UnavailableError("https://r.example.com/v2: no such name")};
  ImageResolver resolver = Resolver(Mirrored());
  const absl::Status nowhere = resolver.Resolve("r.example.com/a/b:v2").status();
  EXPECT_EQ(nowhere.message(),
            "r.example.com/a/b:v2: none of the 3 places that nodes pull it from has it: "
            "http://10.0.0.1:5000/v2: no route; failed to fetch "
            "https://m.example.com/all/v2/a/b/manifests/v2 : 404 Not Found; "
            "https://r.example.com/v2: no such name");
  EXPECT_EQ(nowhere.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(HintOf(nowhere), "");
  fetcher_.pages["https://quay.io/v2/x/y/manifests/latest"] = {.error = absl::UnavailableError("no route")};
  EXPECT_EQ(resolver.Resolve("quay.io/x/y").status().message(), "quay.io/x/y: no route");
}

TEST_F(ImageResolverTest, APlaceThatIsSilentIsWaitedForOnce) {
  fetcher_.pages[kMirrored] = {.body = kManifestBody, .takes = absl::Hours(1)};
  for (const char* name : {"b", "c"})
    fetcher_.pages[absl::StrCat("https://r.example.com/v2/a/", name, "/manifests/v2")] = {.body = "{}"};
  ImageResolver resolver = Resolver(Mirrored());
  EXPECT_TRUE(resolver.Resolve("r.example.com/a/b:v2").ok());
  EXPECT_TRUE(resolver.Resolve("r.example.com/a/c:v2").ok());
  size_t first_mirror = 0;
  for (const auto& [url, login] : Asked()) first_mirror += absl::StrContains(url, "10.0.0.1") ? 1 : 0;
  EXPECT_EQ(first_mirror, 1u);
  EXPECT_EQ(fetcher_.requests.size(), 5u);
}

TEST_F(ImageResolverTest, APlaceThatContradictsItselfIsRefusedAndNoOtherAsked) {
  const chartsource::FakeFetcher::Page lie{.body = "{}",
                                           .headers = {{"docker-content-digest", kOtherDigest}}};
  fetcher_.pages["https://quay.io/v2/a/b/manifests/latest"] = lie;
  fetcher_.pages[kMirrored] = lie;
  fetcher_.pages[kItself] = {.body = kManifestBody};
  ImageResolver resolver = Resolver(Mirrored());
  EXPECT_EQ(resolver.Resolve("quay.io/a/b").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(resolver.Resolve("r.example.com/a/b:v2").status().code(), absl::StatusCode::kDataLoss);
}

// Over the network: a registry whose name nobody resolves, and mirrors of it on this machine.
class MirrorsOnLoopbackTest : public ::testing::Test {
 protected:
  ImageResolver Resolver() {
    return ImageResolver(WithPullSecret("images.invalid"),
                         {{.host = "images.invalid",
                           .mirrors = {empty_.server().url(), absl::StrCat(full_.server().url(), "/")}},
                          {.host = full_.server().host(), .user = "me", .password_secret = "secret"}},
                         NamesAsValues(), &http_);
  }
  chartsource::HttpFetcher http_{"test"};
  chartsource::Registry empty_{{}};
  chartsource::Registry full_{{.door = chartsource::Registry::Door::kBearer}};
};

TEST_F(MirrorsOnLoopbackTest, TheDigestOfAnIndexIsItsOwn) {
  const std::string index =
      Json{{"schemaVersion", 2},
           {"mediaType", "application/vnd.docker.distribution.manifest.list.v2+json"},
           {"manifests", {{{"digest", kOtherDigest}, {"platform", {{"architecture", "amd64"}}}}}}}
          .dump();
  full_.manifests()["standins/api/1"] = index;
  const auto image = Resolver().Resolve("images.invalid/standins/api:1");
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(*image, WithDigest("images.invalid/standins/api:1", index));
  EXPECT_THAT(empty_.server().lines(), ElementsAre("GET /v2/standins/api/manifests/1?ns=images.invalid"));
  EXPECT_THAT(full_.server().lines(),
              ElementsAre("GET /v2/standins/api/manifests/1?ns=images.invalid", HasSubstr("GET /token?"),
                          "GET /v2/standins/api/manifests/1?ns=images.invalid"));
  for (const auto& request : empty_.server().requests()) EXPECT_EQ(request.Header("authorization"), "");
}

TEST_F(MirrorsOnLoopbackTest, WhatNoneHasIsToldWithEachReason) {
  const absl::Status nowhere = Resolver().Resolve("images.invalid/standins/api:2").status();
  EXPECT_EQ(nowhere.code(), absl::StatusCode::kNotFound);
  for (chartsource::Registry* mirror : {&empty_, &full_})
    EXPECT_THAT(nowhere.message(),
                HasSubstr(absl::StrCat(mirror->server().url(), "/v2/standins/api/manifests/2 : 404")));
  EXPECT_THAT(nowhere.message(), HasSubstr("; https://images.invalid/v2/standins/api/manifests/2: "));
}

}  // namespace
}  // namespace devstats::domain
