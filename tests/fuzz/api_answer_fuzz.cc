// An API server that answers everything but the questions for its kinds with the input: as a whole HTTP
// response when it begins like one, else as the body of a good one.
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/kube/api_client.h"
#include "tests/common/loopback_port.h"
#include "tests/fuzz/fuzz.h"

namespace devstats::kube {
namespace {

class InputServer {
 public:
  InputServer() : url_(absl::StrCat("http://127.0.0.1:", listener_.port())) {
    std::thread([this] { Serve(); }).detach();  // to the end of the program
  }
  const std::string& url() const { return url_; }
  void Say(absl::string_view input) {
    absl::MutexLock lock(&mutex_);
    input_ = std::string(input);
  }

 private:
  [[noreturn]] void Serve() {
    while (true) {
      const UniqueFd fd = listener_.Accept();
      std::string head;
      char buffer[4096];
      for (ssize_t n = 1; n > 0 && !absl::StrContains(head, "\r\n\r\n");) {
        n = recv(fd.get(), buffer, sizeof buffer, 0);
        if (n > 0) head.append(buffer, static_cast<size_t>(n));
      }
      const std::string answer = AnswerTo(head);
      (void)send(fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  std::string AnswerTo(absl::string_view head) {
    const auto good = [](absl::string_view body) {
      return absl::StrCat("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ", body.size(), "\r\n\r\n",
                          body);
    };
    if (absl::StartsWith(head, "GET /api HTTP")) return good(R"({"versions": ["v1"]})");
    if (absl::StartsWith(head, "GET /apis HTTP")) return good(R"({"groups": []})");
    if (absl::StartsWith(head, "GET /api/v1 HTTP"))
      return good(R"({"resources": [{"name": "pods", "kind": "Pod", "namespaced": true}]})");
    absl::MutexLock lock(&mutex_);
    return absl::StartsWith(input_, "HTTP/") ? input_ : good(input_);
  }

  const LoopbackPort listener_{16};
  const std::string url_;
  absl::Mutex mutex_;
  std::string input_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace
}  // namespace devstats::kube

// Each question has an answer of the promised form, or an error.
FUZZ_TARGET(api_answer) {
  using namespace devstats::kube;  // NOLINT(google-build-using-namespace): the client and its types
  static auto* const server = new InputServer();
  static auto* const client = new ApiClient(
      {.server = server->url()},
      {.timeout = absl::Seconds(5), .patience = absl::ZeroDuration(), .sleep = [](absl::Duration) {}});
  server->Say(input);
  const auto list = client->List({.api_version = "v1", .kind = "Pod"});
  if (list.ok())
    for (const devstats::Json& pod : list->items) REQUIRE(TextAt(pod, {"kind"}) == "Pod");
  int left = 6;
  (void)client->Watch(
      {.api_version = "v1", .kind = "Pod"},
      [](const WatchEvent& event) {
        REQUIRE(event.object.is_object());
        return event.type == WatchEvent::Type::kSnapshot;
      },
      [&left] { return --left > 0; });
  (void)client->Logs({.namespace_ = "n", .pod = "p"});
  (void)client->Delete({"v1", "Pod", "n", "p"}, {});
}
