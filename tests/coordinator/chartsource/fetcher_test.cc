// The contract of Fetcher, held by the real one and by the fake, and the rules of Get().
#include "coordinator/chartsource/fetcher.h"

#include <cstdlib>

#include "common/status.h"
#include "coordinator/chartsource/http.h"
#include "tests/common/http_server.h"
#include "tests/coordinator/chartsource/fake_fetcher.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Url U(const std::string& text) { return *ParseUrl(text); }

// Where the pages of the contract are: a server, or the map of a fake.
struct ContractPlace {
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<Fetcher> fetcher;
  std::string base;
};

ContractPlace RealPlace() {
  ContractPlace place;
  place.server = std::make_unique<HttpServer>([](const HttpServer::Request& r) -> HttpServer::Response {
    if (r.target == "/found")
      return {.reason = "Fine by me", .body = "hello", .headers = {{"X-Two", "a: b"}}};
    if (r.target == "/moved") return {.code = 302, .headers = {{"Location", "/found"}}};
    if (r.target == "/large") return {.body = std::string(1000, 'x')};
    if (r.target == "/slow") return {.missing = 1, .stays_open = true};
    if (r.target == "/broken") return {.body = "half", .missing = 4};
    return {.code = 404, .body = "no such page"};
  });
  place.fetcher = std::make_unique<HttpFetcher>("test/1");
  place.base = place.server->url();
  return place;
}

ContractPlace FakePlace() {
  auto fake = std::make_unique<FakeFetcher>();
  const std::string base = "http://charts.test:8080";
  fake->pages[base + "/found"] = {.reason = "Fine by me", .body = "hello", .headers = {{"x-two", "a: b"}}};
  fake->pages[base + "/moved"] = {.code = 302, .headers = {{"location", "/found"}}};
  fake->pages[base + "/large"] = {.body = std::string(1000, 'x')};
  fake->pages[base + "/slow"] = {.takes = absl::Hours(1)};
  fake->pages[base + "/broken"] = {.error = absl::UnavailableError("broken")};
  return {nullptr, std::move(fake), base};
}

class FetcherContract : public ::testing::TestWithParam<ContractPlace (*)()> {
 protected:
  absl::StatusOr<FetchResponse> Fetch(const std::string& path, size_t max_bytes = 4096) {
    return place_.fetcher->Fetch({.url = U(place_.base + path),
                                  .max_bytes = max_bytes,
                                  .timeout = path == "/slow" ? absl::Milliseconds(50) : absl::Seconds(20)});
  }
  ContractPlace place_ = GetParam()();
};

TEST_P(FetcherContract, GivesEveryAnswerAsItIs) {
  const auto found = Fetch("/found");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->code, 200);
  EXPECT_EQ(found->body, "hello");
  EXPECT_EQ(found->headers.at("x-two"), "a: b");
  EXPECT_EQ(found->reason, "Fine by me");
  EXPECT_EQ(Fetch("/nothing")->code, 404);
  EXPECT_EQ(Fetch("/nothing")->body, "no such page");
  EXPECT_EQ(Fetch("/moved")->code, 302);
  EXPECT_EQ(Fetch("/moved")->headers.at("location"), "/found");
}

TEST_P(FetcherContract, HoldsItsLimits) {
  EXPECT_EQ(Fetch("/large", 1000)->body.size(), 1000u);
  EXPECT_TRUE(absl::IsResourceExhausted(Fetch("/large", 999).status()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(Fetch("/slow").status()));
  EXPECT_TRUE(absl::IsUnavailable(Fetch("/broken").status()));
}

INSTANTIATE_TEST_SUITE_P(Fetchers, FetcherContract, ::testing::Values(&RealPlace, &FakePlace));

TEST(HttpFetcher, SaysWhoItIsAndWhatItMay) {
  HttpServer server(
      [](const HttpServer::Request& r) -> HttpServer::Response { return {.body = r.Header("user-agent")}; });
  HttpFetcher http("devstatsctl/1");
  const auto got = http.Fetch({.url = U(server.url() + "/a?b=c"),
                               .headers = {{"Accept", "x/y"}},
                               .authorization = Secret("Basic abc")});
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->body, "devstatsctl/1");
  const HttpServer::Request asked = server.requests()[0];
  EXPECT_EQ(asked.target, "/a?b=c");
  EXPECT_EQ(asked.Header("accept"), "x/y");
  EXPECT_EQ(asked.Header("authorization"), "Basic abc");
  EXPECT_EQ(asked.Header("accept-encoding"), "");
}

TEST(HttpFetcher, PostsAForm) {
  HttpServer server(
      [](const HttpServer::Request& r) -> HttpServer::Response { return {.body = r.method + " " + r.body}; });
  const auto got = HttpFetcher("t").Fetch({.url = U(server.url() + "/"), .post = "a=b&c=d"});
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->body, "POST a=b&c=d");
}

TEST(HttpFetcher, TheLimitCountsWhatComesOutOfCompression) {
  // gzip of 100,000 times 'a'.
  static constexpr unsigned char kGzip[] = {
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00,
      0xc2, 0xa0, 0xf5, 0x4f, 0xed, 0x6b, 0x08, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  std::string bomb(reinterpret_cast<const char*>(kGzip), sizeof kGzip);
  HttpServer server([&](const HttpServer::Request& r) -> HttpServer::Response {
    if (r.Header("accept-encoding").find("gzip") == std::string::npos) return {.body = "plain"};
    return {.body = bomb, .headers = {{"Content-Encoding", "gzip"}}};
  });
  HttpFetcher http("t");
  const auto small = http.Fetch({.url = U(server.url() + "/"), .max_bytes = 100, .compressed = true});
  EXPECT_FALSE(small.ok());
  EXPECT_EQ(http.Fetch({.url = U(server.url() + "/"), .max_bytes = 100})->body, "plain");
}

TEST(HttpFetcher, UsesNoProxyForThisMachineAndOnlyHttp) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  HttpServer server([](const HttpServer::Request&) { return HttpServer::Response{.body = "here"}; });
  const auto got = HttpFetcher("t").Fetch({.url = U(server.url() + "/")});
  unsetenv("http_proxy");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->body, "here");
  EXPECT_TRUE(absl::IsInvalidArgument(ParseUrl("file:///etc/hostname").status()));
}

TEST(HttpFetcher, TrustsWhomItIsTold) {
  const pki::Authority ca = TestIdentity::NewCa();
  const TestIdentity identity = TestIdentity::Of(ca, "server", pki::Usage::kServer);
  const TestIdentity client = TestIdentity::Of(ca, "client", pki::Usage::kClient);
  HttpServer server([](const HttpServer::Request& r) { return HttpServer::Response{.body = r.client}; },
                    &identity);
  HttpFetcher http("t");
  const Url url = U(server.url("localhost") + "/");
  EXPECT_TRUE(absl::IsPermissionDenied(http.Fetch({.url = url}).status()))
      << http.Fetch({.url = url}).status();
  const auto trusted = http.Fetch({.url = url, .tls = {.ca_pem = ca.certificate_pem}});
  ASSERT_TRUE(trusted.ok()) << trusted.status();
  EXPECT_EQ(trusted->body, "");
  const auto known = http.Fetch({.url = url,
                                 .tls = {.ca_pem = ca.certificate_pem,
                                         .client_cert_pem = client.certificate_pem,
                                         .client_key_pem = client.key_pem}});
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ(known->body, "client");
  EXPECT_TRUE(http.Fetch({.url = url, .tls = {.insecure = true}}).ok());
  const pki::Authority other = TestIdentity::NewCa();
  EXPECT_TRUE(
      absl::IsPermissionDenied(http.Fetch({.url = url, .tls = {.ca_pem = other.certificate_pem}}).status()));
}

// Two servers; the first redirects /away to the second under `second_host`.
struct TwoServers {
  explicit TwoServers(const std::string& second_host)
      : second([](const HttpServer::Request&) { return HttpServer::Response{.body = "there"}; }),
        first([this, second_host](const HttpServer::Request& r) -> HttpServer::Response {
          if (r.target == "/away")
            return {.code = 307, .headers = {{"Location", second.url(second_host) + "/x"}}};
          if (r.target == "/near") return {.code = 301, .headers = {{"Location", "here"}}};
          if (r.target == "/again") return {.code = 302, .headers = {{"Location", "/again"}}};
          if (r.target == "/lost") return {.code = 302};
          return {.body = "here"};
        }) {}
  HttpServer second, first;
};

TEST(Get, FollowsRedirectsAndKeepsSecretsAtHome) {
  TwoServers servers("127.0.0.1");
  HttpFetcher http("t");
  Access access{.origin = U(servers.first.url()).Origin(), .authorization = Secret("Basic abc")};
  const auto near = Get(http, {.url = U(servers.first.url() + "/near")}, access);
  ASSERT_TRUE(near.ok()) << near.status();
  EXPECT_EQ(near->response.body, "here");
  EXPECT_EQ(near->url.path, "/here");
  EXPECT_EQ(servers.first.requests()[1].Header("authorization"), "Basic abc");
  // Another port of the same host is another origin, even when the index may have everything.
  for (const bool everywhere : {false, true}) {
    access.everywhere = everywhere;
    const auto away = Get(http, {.url = U(servers.first.url() + "/away")}, access);
    ASSERT_TRUE(away.ok()) << away.status();
    EXPECT_EQ(away->response.body, "there");
    EXPECT_EQ(servers.second.requests().back().Header("authorization"), "");
  }
}

TEST(Get, AnotherNameOfTheSameMachineIsAnotherHost) {
  HttpServer server([](const HttpServer::Request& r) -> HttpServer::Response {
    if (r.target != "/away") return {.body = "there"};
    return {.code = 302, .headers = {{"Location", "http://localhost:" + r.Header("x-port") + "/x"}}};
  });
  HttpFetcher http("t");
  const Url url = U(server.url() + "/away");
  const Access access{.origin = url.Origin(), .authorization = Secret("Basic abc")};
  const auto got = Get(http, {.url = url, .headers = {{"X-Port", absl::StrCat(url.port)}}}, access);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(server.requests()[0].Header("authorization"), "Basic abc");
  EXPECT_EQ(server.requests()[1].Header("authorization"), "");
}

TEST(Get, EndsRedirectsThatDoNot) {
  TwoServers servers("127.0.0.1");
  HttpFetcher http("t");
  const auto again = Get(http, {.url = U(servers.first.url() + "/again")}, {});
  EXPECT_THAT(again.status().message(), HasSubstr("stopped after 10 redirects"));
  EXPECT_EQ(servers.first.requests().size(), 11u);
  const auto lost = Get(http, {.url = U(servers.first.url() + "/lost")}, {});
  EXPECT_THAT(lost.status().message(), HasSubstr("does not say where to"));
}

TEST(Get, RefusesToLeaveTls) {
  FakeFetcher fake;
  fake.pages["https://a.test/x"] = {.code = 302, .headers = {{"location", "http://a.test/x"}}};
  const auto got = Get(fake, {.url = U("https://a.test/x")}, {});
  EXPECT_THAT(got.status().message(), HasSubstr("is redirected from https to http://a.test/x"));
  EXPECT_EQ(fake.requests.size(), 1u);
}

TEST(Get, DecidesByOriginWhoMayHaveWhat) {
  const struct {
    const char* url;
    bool everywhere, gets;
  } kCases[] = {
      {"https://charts.test/x.tgz", false, true},       {"https://charts.test:443/x.tgz", false, true},
      {"https://CHARTS.test/x.tgz", false, true},       {"https://charts.test:8443/x.tgz", false, false},
      {"https://charts.test.evil/x.tgz", false, false}, {"https://evil.charts.test/x.tgz", false, false},
      {"http://charts.test/x.tgz", false, false},       {"http://charts.test:443/x.tgz", false, false},
      {"https://charts.test:8443/x.tgz", true, true},   {"https://cdn.test/x.tgz", true, true},
      {"http://charts.test/x.tgz", true, false},
  };
  for (const auto& c : kCases) {
    FakeFetcher fake;
    const Access access{.origin = U("https://charts.test/repo").Origin(),
                        .authorization = Secret("Basic abc"),
                        .tls = {.ca_pem = "CA", .client_cert_pem = "CERT", .client_key_pem = Secret("KEY")},
                        .everywhere = c.everywhere};
    ASSERT_TRUE(Get(fake, {.url = U(c.url)}, access).ok());
    const FetchRequest& asked = fake.requests[0];
    EXPECT_EQ(asked.authorization.empty(), !c.gets) << c.url;
    EXPECT_EQ(asked.tls.client_cert_pem.empty(), !c.gets) << c.url;
    EXPECT_EQ(asked.tls.client_key_pem.empty(), !c.gets) << c.url;
    EXPECT_EQ(asked.tls.ca_pem, "CA") << c.url;
  }
}

TEST(CheckOk, SaysWhatWentWrong) {
  EXPECT_TRUE(CheckOk({.code = 200}, U("http://a.test/x")).ok());
  const absl::Status gone = CheckOk({.code = 404}, U("https://user:pw@a.test:8443/x?token=t"));
  EXPECT_EQ(gone.message(), "failed to fetch https://a.test:8443/x : 404 Not Found");
  EXPECT_TRUE(absl::IsNotFound(gone));
  EXPECT_EQ(CheckOk({.code = 404, .reason = "No File"}, U("http://a.test/")).message(),
            "failed to fetch http://a.test/ : 404 No File");
  EXPECT_EQ(CheckOk({.code = 299}, U("http://a.test/")).message(), "failed to fetch http://a.test/ : 299");
  EXPECT_TRUE(absl::IsUnauthenticated(CheckOk({.code = 401}, U("http://a.test/"))));
  EXPECT_TRUE(absl::IsPermissionDenied(CheckOk({.code = 403}, U("http://a.test/"))));
  EXPECT_TRUE(absl::IsUnavailable(CheckOk({.code = 503}, U("http://a.test/"))));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckOk({.code = 204}, U("http://a.test/"))));
}

TEST(BasicAuthorization, NeedsBoth) {
  EXPECT_EQ(BasicAuthorization("u", Secret("p:w")).Reveal(), "Basic dTpwOnc=");
  EXPECT_TRUE(BasicAuthorization("u", Secret()).empty());
  EXPECT_TRUE(BasicAuthorization("", Secret("p")).empty());
}

}  // namespace
}  // namespace devstats::chartsource
