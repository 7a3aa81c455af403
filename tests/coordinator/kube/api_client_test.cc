// What a real API server does only now and then: busy, compacted, half down, cut in the middle.
#include "coordinator/kube/api_client.h"

#include <atomic>

#include "absl/strings/match.h"
#include "coordinator/kube/status.h"
#include "tests/common/http_server.h"

namespace devstats::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Request = HttpServer::Request;
using Response = HttpServer::Response;

Response Answer(int code, const Json& body) { return {.code = code, .body = body.dump()}; }
Response Failure(int code, const std::string& reason, const std::string& message,
                 Json details = Json::object()) {
  return Answer(code, {{"kind", "Status"},
                       {"code", code},
                       {"reason", reason},
                       {"message", message},
                       {"details", std::move(details)}});
}
Json PodNamed(const std::string& name, int version) {
  return {{"metadata", {{"name", name}, {"resourceVersion", absl::StrCat(version)}}}};
}
std::string Event(const std::string& type, const Json& object) {
  return Json{{"type", type}, {"object", object}}.dump() + "\n";
}

class ApiClientTest : public ::testing::Test {
 protected:
  ApiClientTest()
      : server_([this](const Request& r) { return Handle(r); }),
        client_({.server = server_.url()},
                {.patience = absl::Seconds(10), .sleep = [this](absl::Duration d) { slept_ += d; }}) {}
  Response Handle(const Request& r) {
    if (r.target == "/api") return Answer(200, {{"versions", {"v1"}}});
    if (r.target == "/apis") return Answer(200, groups_);
    if (r.target == "/api/v1") {
      return Answer(
          200, {{"resources", Json::array({{{"name", "pods"}, {"kind", "Pod"}, {"namespaced", true}},
                                           {{"name", "pods/log"}, {"kind", "Pod"}, {"namespaced", true}}})}});
    }
    return handler_(r);
  }
  static ObjectRef Pod() { return {"v1", "Pod", "ns", "a"}; }

  Json groups_{{"groups", Json::array()}};
  std::function<Response(const Request&)> handler_ = [](const Request&) {
    return Failure(404, "NotFound", "no");
  };
  absl::Duration slept_;
  HttpServer server_;
  ApiClient client_;
};

TEST_F(ApiClientTest, ErrorsKeepTheServersWords) {
  const std::vector<std::tuple<int, std::string, absl::StatusCode>> cases = {
      {400, "BadRequest", absl::StatusCode::kInvalidArgument},
      {401, "Unauthorized", absl::StatusCode::kUnauthenticated},
      {403, "Forbidden", absl::StatusCode::kPermissionDenied},
      {404, "NotFound", absl::StatusCode::kNotFound},
      {405, "MethodNotAllowed", absl::StatusCode::kUnimplemented},
      {409, "AlreadyExists", absl::StatusCode::kAlreadyExists},
      {409, "Conflict", absl::StatusCode::kAborted},
      {410, "Expired", absl::StatusCode::kFailedPrecondition},
      {422, "Invalid", absl::StatusCode::kInvalidArgument},
      {500, "InternalError", absl::StatusCode::kInternal},
      {503, "ServiceUnavailable", absl::StatusCode::kUnavailable},
      {504, "Timeout", absl::StatusCode::kDeadlineExceeded}};
  for (const auto& [code, reason, expected] : cases) {
    handler_ = [code = code, reason = reason](const Request&) { return Failure(code, reason, "the words"); };
    const absl::Status got = client_.Get(Pod()).status();
    EXPECT_EQ(got.code(), expected) << code << " " << reason;
    EXPECT_THAT(std::string(got.message()), HasSubstr("the words"));
  }
  handler_ = [](const Request&) {
    return Failure(422, "Invalid", "Pod is invalid",
                   {{"causes", Json::array({{{"field", "spec.x"}, {"message", "must be y"}}})}});
  };
  EXPECT_THAT(std::string(client_.Get(Pod()).status().message()), HasSubstr("spec.x: must be y"));
  handler_ = [](const Request&) { return Response{.code = 502, .body = "<html>bad gateway"}; };
  EXPECT_THAT(std::string(client_.Get(Pod()).status().message()), HasSubstr("502: <html>bad gateway"));
}

TEST_F(ApiClientTest, ComesBackWhenTheServerSaysSo) {
  std::atomic<int> asked = 0;
  handler_ = [&](const Request&) {
    if (++asked == 1) return Response{.code = 429, .headers = {{"Retry-After", "2"}}};
    if (asked == 2) return Failure(503, "ServerTimeout", "busy", {{"retryAfterSeconds", 3}});
    return Answer(200, PodNamed("a", 1));
  };
  EXPECT_TRUE(client_.Get(Pod()).ok());
  EXPECT_EQ(slept_, absl::Seconds(5));
  EXPECT_EQ(asked, 3);
}

TEST_F(ApiClientTest, ItsPatienceEnds) {
  std::atomic<int> asked = 0;
  handler_ = [&](const Request&) {
    ++asked;
    return Response{.code = 429, .headers = {{"Retry-After", "4"}}};
  };
  EXPECT_TRUE(absl::IsUnavailable(client_.Get(Pod()).status()));
  EXPECT_EQ(slept_, absl::Seconds(8));  // of 10
  EXPECT_EQ(asked, 3);
  handler_ = [](const Request&) { return Response{.code = 503}; };  // does not say to come back
  EXPECT_TRUE(absl::IsUnavailable(client_.Get(Pod()).status()));
  EXPECT_EQ(slept_, absl::Seconds(8));
}

TEST_F(ApiClientTest, ListsPageByPageAndBeginsAgainWhenTheRestIsGone) {
  std::atomic<bool> expired = false;
  handler_ = [&](const Request& r) {
    if (absl::StrContains(r.target, "continue=first")) {
      if (!expired.exchange(true)) return Failure(410, "Expired", "too old");
      return Answer(200,
                    {{"metadata", {{"resourceVersion", "9"}}}, {"items", Json::array({PodNamed("b", 2)})}});
    }
    return Answer(200, {{"metadata", {{"resourceVersion", "9"}, {"continue", "first"}}},
                        {"items", Json::array({PodNamed("a", 1)})}});
  };
  const auto list = client_.List({"v1", "Pod", "ns", "app=a"});
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(TextAt(list->items[1], {"metadata", "name"}), "b");
  EXPECT_EQ(list->resource_version, "9");
  EXPECT_EQ(server_.lines()[3], "GET /api/v1/namespaces/ns/pods?limit=500&labelSelector=app%3da");
}

TEST_F(ApiClientTest, AsksForKindsAgainOnlyWhenOneIsUnknown) {
  handler_ = [](const Request& r) {
    if (r.target == "/apis/x.y/v1") {
      return Answer(200, {{"resources",
                           Json::array({{{"name", "things"}, {"kind", "Thing"}, {"namespaced", false}}})}});
    }
    if (r.target == "/apis/down.io/v1") return Response{.code = 503};
    return Answer(200, PodNamed("a", 1));
  };
  ASSERT_TRUE(client_.Get(Pod()).ok());
  const size_t before = server_.lines().size();
  ASSERT_TRUE(client_.Get(Pod()).ok());
  EXPECT_EQ(server_.lines().size(), before + 1);
  // An aggregated API that is down hides only its own kinds.
  groups_ = {{"groups", Json::array({{{"versions", Json::array({{{"groupVersion", "down.io/v1"}}})}},
                                     {{"versions", Json::array({{{"groupVersion", "x.y/v1"}}})}}})}};
  EXPECT_EQ(*client_.FindKind("x.y/v1", "Thing"), (ApiResource{"x.y/v1", "Thing", "things", false}));
  EXPECT_TRUE(client_.Get({"x.y/v1", "Thing", "", "one"}).ok());
  EXPECT_EQ(server_.lines().back(), "GET /apis/x.y/v1/things/one");
  EXPECT_TRUE(absl::IsNotFound(client_.FindKind("down.io/v1", "Any").status()));
  groups_ = {{"groups", Json::array()}};
  EXPECT_EQ(client_.Kinds()->size(), 1u);
}

TEST_F(ApiClientTest, AsksForLogsAndThroughThePodProxy) {
  handler_ = [](const Request& r) { return Response{.body = r.target}; };
  EXPECT_EQ(*client_.Logs({.namespace_ = "ns", .pod = "a", .container = "c", .tail_lines = 5}),
            "/api/v1/namespaces/ns/pods/a/log?container=c&tailLines=5");
  const ProxyCall call{.namespace_ = "ns", .pod = "a", .port = 8008, .path = "/patroni"};
  EXPECT_EQ(client_.PodProxy(call)->body, "/api/v1/namespaces/ns/pods/a:8008/proxy/patroni");
}

TEST_F(ApiClientTest, SendsToAPodWhatIsAskedFor) {
  handler_ = [](const Request& r) { return Response{.code = 202, .body = absl::StrCat(r.method, r.body)}; };
  ProxyCall call{.namespace_ = "ns", .pod = "a", .port = 8008, .path = "/config", .body = {{"ttl", 30}}};
  for (const char* method : {"GET", "POST", "PATCH", "DELETE"}) {
    call.method = method;
    const auto answer = client_.PodProxy(call);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->code, 202);
    EXPECT_EQ(answer->body, absl::StrCat(method, "{\"ttl\":30}"));
  }
  call.method = "PUT";
  EXPECT_TRUE(absl::IsInvalidArgument(client_.PodProxy(call).status()));
  call.method = "GET", call.path = "config";
  EXPECT_TRUE(absl::IsInvalidArgument(client_.PodProxy(call).status()));
}

TEST_F(ApiClientTest, TellsAPodsAnswerFromTheServersOwn) {
  const ProxyCall call{.method = "POST", .namespace_ = "ns", .pod = "a", .port = 8008, .path = "/restart"};
  Response answer;
  int asked = 0;
  handler_ = [&](const Request& r) {
    if (r.method == "POST") ++asked;
    return r.method == "POST" ? answer : Response{};
  };
  // Another pod's words, however like an error, are an answer, and none is asked for again.
  answer = {.code = 503, .body = "restart failed", .headers = {{"Retry-After", "1"}}};
  EXPECT_EQ(client_.PodProxy(call)->code, 503);
  EXPECT_EQ(asked, 1);
  answer = {.code = 404, .body = "{\"kind\":\"Other\"}"};
  EXPECT_EQ(client_.PodProxy(call)->code, 404);
  const auto status = [](int code) {
    return Json{{"kind", "Status"}, {"apiVersion", "v1"}, {"message", "why"}, {"code", code}}.dump();
  };
  answer = {.code = 404, .body = status(404)};
  EXPECT_TRUE(absl::IsNotFound(client_.PodProxy(call).status()));
  answer = {.code = 403, .body = status(403)};
  EXPECT_TRUE(absl::IsPermissionDenied(client_.PodProxy(call).status()));
  answer = {.code = 503, .body = status(503)};
  EXPECT_TRUE(absl::IsUnavailable(client_.PodProxy(call).status()));
  answer = {.code = 503,
            .body = "Error trying to reach service: 'dial tcp 10.0.0.1:8008: connection refused'"};
  EXPECT_TRUE(absl::IsUnavailable(client_.PodProxy(call).status()));
  Json placed = Json::parse(status(400));  // and has no address
  placed["message"] = "address not allowed";
  answer = {.code = 400, .body = placed.dump()};
  EXPECT_TRUE(absl::IsUnavailable(client_.PodProxy(call).status()));
}

class ApiWatchTest : public ApiClientTest {
 protected:
  // Watches until `count` events, told as "all 1" or "NAME VERSION".
  std::vector<std::string> See(size_t count) {
    std::vector<std::string> seen;
    const auto sink = [&](const WatchEvent& event) {
      seen.push_back(event.type == WatchEvent::Type::kSnapshot
                         ? absl::StrCat("all ", event.object["items"].size())
                         : absl::StrCat(TextAt(event.object, {"metadata", "name"}), " ",
                                        TextAt(event.object, {"metadata", "resourceVersion"})));
      return seen.size() < count;
    };
    end_ = client_.Watch({"v1", "Pod", "ns"}, sink, [] { return true; });
    return seen;
  }
  // Lists are answered at version 5; the n-th watch by `watches_[n]`.
  void SetUp() override {
    handler_ = [this](const Request& r) {
      if (!absl::StrContains(r.target, "watch=true")) {
        return Answer(200,
                      {{"metadata", {{"resourceVersion", "5"}}}, {"items", Json::array({PodNamed("a", 4)})}});
      }
      const size_t n = watched_++;
      return n < watches_.size() ? watches_[n] : Response{.code = 500};
    };
  }
  std::vector<std::string> Watches() {
    std::vector<std::string> out;
    for (const std::string& line : server_.lines()) {
      const size_t at = line.find("resourceVersion=");
      if (at != std::string::npos) out.push_back(line.substr(at, line.find('&', at) - at));
    }
    return out;
  }
  std::vector<Response> watches_;
  std::atomic<size_t> watched_ = 0;
  absl::Status end_;
};

TEST_F(ApiWatchTest, GoesOnWhereTheLastRequestEnded) {
  watches_ = {{.pieces = {Event("ADDED", PodNamed("b", 6)), Event("BOOKMARK", PodNamed("", 17))}},
              {.pieces = {Event("MODIFIED", PodNamed("b", 18)).substr(0, 10),
                          Event("MODIFIED", PodNamed("b", 18)).substr(10)},
               .stays_open = true}};
  EXPECT_THAT(See(3), ElementsAre("all 1", "b 6", "b 18"));
  EXPECT_TRUE(end_.ok()) << end_;
  EXPECT_THAT(Watches(), ElementsAre("resourceVersion=5", "resourceVersion=17"));
}

TEST_F(ApiWatchTest, ListsAgainWhenTheVersionIsGone) {
  watches_ = {Failure(410, "Expired", "too old"),
              {.pieces = {Event("ERROR", {{"kind", "Status"}, {"code", 410}, {"message", "too old"}})}},
              {.pieces = {"not an event\n"}},
              {.pieces = {Event("DELETED", PodNamed("a", 7))}, .stays_open = true}};
  EXPECT_THAT(See(5), ElementsAre("all 1", "all 1", "all 1", "all 1", "a 7"));
  EXPECT_TRUE(end_.ok()) << end_;
}

TEST_F(ApiWatchTest, GivesUpOnWhatDoesNotPass) {
  watches_ = {Failure(403, "Forbidden", "not for you")};
  EXPECT_THAT(See(9), ElementsAre("all 1"));
  EXPECT_TRUE(absl::IsPermissionDenied(end_)) << end_;
  EXPECT_THAT(std::string(end_.message()), HasSubstr("watching Pod"));
}

TEST_F(ApiWatchTest, WaitsLongerAfterEachFailure) {
  handler_ = [](const Request&) { return Response{.code = 503}; };
  EXPECT_THAT(See(9), ElementsAre());
  EXPECT_TRUE(absl::IsUnavailable(end_)) << end_;
  EXPECT_GT(slept_, absl::Seconds(5));
}

}  // namespace
}  // namespace devstats::kube
