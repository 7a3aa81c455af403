#include "coordinator/kube/http.h"

#include <cstdlib>

#include "common/pki.h"
#include "tests/common/http_server.h"
#include "tests/common/tls_server.h"

namespace devstats::kube {
namespace {

using ::testing::HasSubstr;

TEST(Http, SendsAndReceives) {
  HttpServer server([](const HttpServer::Request& r) {
    return HttpServer::Response{
        .code = 201,
        .body = absl::StrCat(r.method, " ", r.target, " ", r.headers.at("x-a"), " ", r.body),
        .headers = {{"Retry-After", "3"}}};
  });
  HttpClient http;
  const auto got = http.Do(
      {.method = "PATCH", .url = server.url() + "/p?q=1", .headers = {{"X-A", "b"}}, .body = "hello"});
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->code, 201);
  EXPECT_EQ(got->body, "PATCH /p?q=1 b hello");
  EXPECT_EQ(got->headers.at("retry-after"), "3");
}

TEST(Http, NothingListensIsUnavailable) {
  std::string url;
  {
    HttpServer server([](const HttpServer::Request&) { return HttpServer::Response(); });
    url = server.url();
  }
  EXPECT_TRUE(absl::IsUnavailable(HttpClient().Do({.url = url}).status()));
}

TEST(Http, FollowsNoRedirectAndNoProxyOfTheEnvironment) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  HttpServer server([](const HttpServer::Request&) {
    return HttpServer::Response{.code = 302, .headers = {{"Location", "http://127.0.0.1:1/"}}};
  });
  const auto got = HttpClient().Do({.url = server.url()});
  unsetenv("http_proxy");
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->code, 302);
  EXPECT_EQ(got->headers.at("location"), "http://127.0.0.1:1/");
  EXPECT_TRUE(absl::IsInvalidArgument(HttpClient().Do({.url = "file:///etc/hostname"}).status()));
}

TEST(Http, HoldsItsLimits) {
  HttpServer server([](const HttpServer::Request& r) {
    if (r.target == "/silent") return HttpServer::Response{.stays_open = true};
    return HttpServer::Response{.body = std::string(1000, 'x')};
  });
  HttpClient http;
  EXPECT_TRUE(http.Do({.url = server.url(), .max_response = 1000}).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(http.Do({.url = server.url(), .max_response = 999}).status()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      http.Do({.url = server.url() + "/silent", .timeout = absl::Milliseconds(50)}).status()));
  int asked = 0;
  const auto cancelled = http.Do({.url = server.url() + "/silent", .go_on = [&] { return ++asked < 3; }});
  EXPECT_TRUE(absl::IsCancelled(cancelled.status())) << cancelled.status();
}

TEST(Http, StreamsToASinkUntilItHasEnough) {
  HttpServer server([](const HttpServer::Request& r) {
    if (r.target == "/gone") return HttpServer::Response{.code = 410, .body = "too old"};
    return HttpServer::Response{.pieces = {"one", "two"}, .stays_open = true};
  });
  HttpClient http;
  std::string seen;
  auto sink = [&](absl::string_view bytes) {
    seen += std::string(bytes);
    return seen != "onetwo";
  };
  ASSERT_TRUE(http.Do({.url = server.url(), .sink = sink}).ok());
  EXPECT_EQ(seen, "onetwo");
  // What is no 2xx is an answer to read, not the stream.
  const auto gone = http.Do({.url = server.url() + "/gone", .sink = sink});
  EXPECT_EQ(gone->body, "too old");
  EXPECT_EQ(seen, "onetwo");
}

TEST(Http, TrustsOnlyItsOwnAuthority) {
  const absl::Time now = absl::Now();
  const auto authority = *pki::NewAuthority("ours", now - absl::Minutes(1), now + absl::Hours(1));
  const auto other = *pki::NewAuthority("theirs", now - absl::Minutes(1), now + absl::Hours(1));
  const Secret key = *pki::NewKey();
  const std::string certificate = *pki::Sign(other, *pki::NewRequest(key, "server"),
                                             {.common_name = "server",
                                              .ips = {"127.0.0.1"},
                                              .usage = pki::Usage::kServer,
                                              .not_before = now - absl::Minutes(1),
                                              .not_after = now + absl::Hours(1)});
  TlsServer server({certificate}, key);
  const std::string url = absl::StrCat("https://127.0.0.1:", server.port());
  EXPECT_TRUE(
      absl::IsPermissionDenied(HttpClient({.ca_pem = authority.certificate_pem}).Do({.url = url}).status()));
  // Trusted, the server is spoken to; it says nothing and closes.
  EXPECT_TRUE(absl::IsUnavailable(HttpClient({.ca_pem = other.certificate_pem}).Do({.url = url}).status()));
}

TEST(Http, IsUsedFromManyThreads) {
  HttpServer server([](const HttpServer::Request& r) { return HttpServer::Response{.body = r.target}; });
  HttpClient http;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k) {
        const auto got = http.Do({.url = absl::StrCat(server.url(), "/", i)});
        right += got.ok() && got->body == absl::StrCat("/", i);
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(right, 40);
}

}  // namespace
}  // namespace devstats::kube
