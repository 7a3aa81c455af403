#include "common/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "common/metrics.h"
#include "tests/common/eventually.h"
#include "tests/common/http_client.h"

namespace devstats {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

HealthCheck Check(const std::string& name, absl::Status status = absl::OkStatus(), bool live = false) {
  return {name, [status] { return status; }, live};
}

HttpResponse Ask(const HealthServer& server, const std::string& target) {
  return server.Answer("GET", target);
}

TEST(HealthAnswer, OkWhenAllIsWell) {
  const HealthServer server({Check("journal"), Check("disk")});
  for (const char* target : {"/livez", "/readyz", "/healthz", "/readyz?", "/readyz?other=1"}) {
    EXPECT_EQ(Ask(server, target).code, 200) << target;
    EXPECT_EQ(Ask(server, target).body, "ok") << target;
  }
  EXPECT_EQ(Ask(server, "/readyz?verbose").body,
            "[+]ping ok\n[+]journal ok\n[+]disk ok\nreadyz check passed\n");
}

TEST(HealthAnswer, AFailureIs500AndTellsWhich) {
  const HealthServer server({Check("journal"), Check("disk", absl::DataLossError("sda: 3 bad\nsectors"))});
  const HttpResponse r = Ask(server, "/healthz");
  EXPECT_EQ(r.code, 500);
  EXPECT_EQ(r.body,
            "[+]ping ok\n[+]journal ok\n[-]disk failed: sda: 3 bad\\x0asectors\nhealthz check failed\n");
}

TEST(HealthAnswer, LivezHasOnlyTheLiveChecks) {
  const HealthServer server({Check("loop", absl::OkStatus(), true), Check("disk", absl::DataLossError("x"))});
  EXPECT_EQ(Ask(server, "/livez?verbose").body, "[+]ping ok\n[+]loop ok\nlivez check passed\n");
  EXPECT_EQ(Ask(server, "/livez/disk").code, 404);
  EXPECT_EQ(Ask(server, "/readyz").code, 500);
}

TEST(HealthAnswer, ExcludeLeavesChecksOutAndWarnsOfUnknownOnes) {
  const HealthServer server({Check("disk space", absl::DataLossError("x")), Check("b")});
  EXPECT_EQ(Ask(server, "/readyz?exclude=disk%20space").body, "ok");
  EXPECT_EQ(
      Ask(server, "/readyz?exclude=disk+space&verbose=1&exclude=no%0Aone").body,
      "[+]ping ok\n[+]disk space excluded: ok\n[+]b ok\n"
      "warn: some health checks cannot be excluded: no matches for \"no\\x0aone\"\nreadyz check passed\n");
}

TEST(HealthAnswer, OneCheckByItsName) {
  const HealthServer server({Check("journal"), Check("disk space", absl::DataLossError("bad"))});
  EXPECT_EQ(Ask(server, "/readyz/journal").body, "ok");
  EXPECT_EQ(Ask(server, "/readyz/ping").body, "ok");
  EXPECT_EQ(Ask(server, "/healthz/disk%20space").code, 500);
  EXPECT_EQ(Ask(server, "/healthz/disk%20space").body, "failed: bad\n");
}

TEST(HealthAnswer, EverythingElseIs404Or405) {
  const HealthServer server({Check("a")});
  for (const char* target : {"/", "", "livez", "/livezz", "/readyz/", "/readyz/none", "/readyz/a/b",
                             "/metrics/x", "//livez", "/%", "/readyz/%6", "/../livez"}) {
    EXPECT_EQ(Ask(server, target).code, 404) << target;
  }
  for (const char* method : {"POST", "HEAD", "PUT", "get", ""}) {
    EXPECT_EQ(server.Answer(method, "/livez").code, 405) << method;
  }
}

TEST(HealthAnswer, Metrics) {
  const Counter counter("devstats_health_test_total", "x");
  const HttpResponse r = Ask(HealthServer({}), "/metrics");
  EXPECT_THAT(r.body, HasSubstr("devstats_health_test_total 0\n"));
  EXPECT_THAT(r.content_type, StartsWith("text/plain; version=0.0.4"));
}

class HealthServerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start("127.0.0.1", 0).ok()); }
  std::atomic<bool> ready_{true};
  HealthServer server_{{{"r", [this] { return ready_ ? absl::OkStatus() : absl::UnavailableError("no"); }}}};
};

TEST_F(HealthServerTest, AnswersOverHttp) {
  const std::string r = Exchange(server_.port(), "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(r, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(r, HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(r, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(r, EndsWith("\r\n\r\nok"));
  ready_ = false;
  EXPECT_THAT(Exchange(server_.port(), "GET /readyz HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
}

TEST_F(HealthServerTest, RefusesOtherMethodsAndHeadHasNoBody) {
  const std::string head = Exchange(server_.port(), "HEAD /readyz HTTP/1.1\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAllow: GET\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
  EXPECT_THAT(Exchange(server_.port(), "POST /readyz HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
              StartsWith("HTTP/1.1 405 "));
}

TEST_F(HealthServerTest, RefusesWhatIsNoRequestOrTooLarge) {
  EXPECT_THAT(Exchange(server_.port(), "\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Exchange(server_.port(), "GET /readyz HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST_F(HealthServerTest, ARequestInPiecesIsOne) {
  const UniqueFd fd = ConnectLoopback(server_.port());
  for (const char c : std::string("GET /livez HTTP/1.1\r\n\r\n"))
    ASSERT_EQ(send(fd.get(), &c, 1, MSG_NOSIGNAL), 1);
  EXPECT_THAT(ReadToEnd(fd.get()), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HealthServerTest, WhoHangsUpOrStaysSilentDoesNotKeepOthersAway) {
  { const UniqueFd gone = ConnectLoopback(server_.port()); }
  const UniqueFd silent = ConnectLoopback(server_.port());
  ASSERT_TRUE(silent);
  EXPECT_THAT(Exchange(server_.port(), "GET /livez HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(ReadToEnd(silent.get()), "");  // closed by the server
}

TEST_F(HealthServerTest, StopsAtOnceWhileSomebodyIsConnected) {
  const UniqueFd silent = ConnectLoopback(server_.port());
  const absl::Time before = absl::Now();
  {
    HealthServer other({});
    ASSERT_TRUE(other.Start("127.0.0.1", 0).ok());
    const UniqueFd also_silent = ConnectLoopback(other.port());
  }
  EXPECT_LT(absl::Now() - before, absl::Seconds(30));
}

TEST(HealthServer, StartErrorsAreTold) {
  HealthServer first({});
  EXPECT_EQ(first.Start("localhost", 0).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(first.Start("127.0.0.1", 70000).code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(first.Start("127.0.0.1", 0).ok());
  EXPECT_GT(first.port(), 0);
  EXPECT_EQ(first.Start("127.0.0.1", 0).code(), absl::StatusCode::kFailedPrecondition);
  HealthServer second({});
  const absl::Status taken = second.Start("127.0.0.1", first.port());
  EXPECT_FALSE(taken.ok());
  EXPECT_THAT(std::string(taken.message()), HasSubstr(std::to_string(first.port())));
}

TEST(HealthServer, ListensOnIpv6WhereThereIsOne) {
  HealthServer server({});
  const absl::Status status = server.Start("::1", 0);
  if (!status.ok()) GTEST_SKIP() << status;
  EXPECT_GT(server.port(), 0);
}

TEST(RequestLine, Parses) {
  const auto line = ParseRequestLine("GET /readyz?verbose HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->method, "GET");
  EXPECT_EQ(line->target, "/readyz?verbose");
  EXPECT_TRUE(ParseRequestLine("BREW / HTTP/1.0\r\n").ok());
}

TEST(RequestLine, RefusesWhatIsNotOne) {
  for (const std::string bad :
       {"", "\r\n", "GET / HTTP/1.1", "GET / HTTP/1.1\n", "GET /\r\n", "GET  / HTTP/1.1\r\n",
        "get / HTTP/1.1\r\n", "GET / HTTP/2.0\r\n", "GET / HTTP/1.1 x\r\n", "GET x HTTP/1.1\r\n",
        "GET http://x/ HTTP/1.1\r\n", "GET /\t HTTP/1.1\r\n", "GET /\xff HTTP/1.1\r\n", " GET / HTTP/1.1\r\n",
        "ABCDEFGHIJKLMNOPQ / HTTP/1.1\r\n"}) {
    EXPECT_EQ(ParseRequestLine(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(ParseRequestLine(std::string("GET /\0 HTTP/1.1\r\n", 17)).ok());
}

}  // namespace
}  // namespace devstats
