// /livez, /readyz, /healthz (named checks, ?verbose, /readyz/NAME) and /metrics over HTTP/1.1: GET only, a
// one connection at a time, small requests, short deadlines. Texts as Kubernetes' own components print them:
// "[+]name ok", "[-]name failed: reason", 200 "ok" or 500. Loopback by default.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/unique_fd.h"

namespace devstats {

struct HealthCheck {
  std::string name;
  std::function<absl::Status()> check;  // quick; called from the server's thread
  bool live = false;                    // part of /livez too
};

struct HttpResponse {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class HealthServer {
 public:
  explicit HealthServer(std::vector<HealthCheck> checks);
  ~HealthServer();  // stops and joins
  // Listens on address:port (port 0: any free one).
  absl::Status Start(const std::string& address, int port);
  int port() const { return port_; }
  // The answer to one request target ("/readyz?verbose"); pure but for the checks. Thread-safe.
  HttpResponse Answer(const std::string& method, const std::string& target) const;

 private:
  void Serve();
  void ServeOne(int fd) const;
  const std::vector<HealthCheck> checks_;
  UniqueFd listener_;
  UniqueFd wake_read_, wake_write_;  // closing the second ends whatever the thread waits for
  int port_ = 0;
  std::thread thread_;
};

// Parses "METHOD TARGET HTTP/1.x" from the head of a request. InvalidArgument when it is not that. A fuzz
// target.
struct RequestLine {
  std::string method, target;
};
absl::StatusOr<RequestLine> ParseRequestLine(const std::string& head);

}  // namespace devstats
