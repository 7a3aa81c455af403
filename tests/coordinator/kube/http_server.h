// An HTTP/1.1 server on loopback whose answers a test writes; one connection a request, each in its own
// thread.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "common/unique_fd.h"

namespace devstats::kube {

class HttpServer {
 public:
  struct Request {
    std::string method, target, body;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string Line() const { return absl::StrCat(method, " ", target); }
  };
  struct Response {
    int code = 200;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> pieces;  // of a stream, instead of body; each sent by itself
    bool stays_open = false;          // after the last piece, until the client goes
  };
  using Handler = std::function<Response(const Request&)>;

  explicit HttpServer(Handler handler, uint32_t on = INADDR_LOOPBACK) : handler_(std::move(handler)) {
    listener_ = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(on);
    socklen_t size = sizeof address;
    if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_.get(), 16) != 0 ||
        getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      abort();
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~HttpServer() {
    shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& t : connections_) t.join();
  }
  int port() const { return port_; }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_); }
  std::vector<std::string> lines() {
    absl::MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  void Accept() {
    while (true) {
      UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      connections_.emplace_back([this, c = std::move(fd)] { Serve(c.get()); });
    }
  }
  static bool Read(int fd, Request* request) {
    std::string bytes;
    char buffer[4096];
    size_t length = 0, head = std::string::npos;
    while (head == std::string::npos || bytes.size() < head + 4 + length) {
      const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) return false;
      bytes.append(buffer, static_cast<size_t>(n));
      if (head != std::string::npos || (head = bytes.find("\r\n\r\n")) == std::string::npos) continue;
      const std::vector<std::string> lines = absl::StrSplit(bytes.substr(0, head), "\r\n");
      const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
      request->method = first[0];
      request->target = first[1];
      for (size_t i = 1; i < lines.size(); ++i) {
        const std::pair<std::string, std::string> kv = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
        request->headers[absl::AsciiStrToLower(kv.first)] = kv.second;
      }
      (void)absl::SimpleAtoi(request->headers["content-length"], &length);
    }
    request->body = bytes.substr(head + 4);
    return true;
  }
  static void Send(int fd, const std::string& bytes) { send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void Serve(int fd) {
    Request request;
    if (!Read(fd, &request)) return;
    {
      absl::MutexLock lock(&mutex_);
      lines_.push_back(request.Line());
    }
    const Response response = handler_(request);
    std::string head = absl::StrCat("HTTP/1.1 ", response.code, " X\r\nConnection: close\r\n");
    for (const auto& [name, value] : response.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
    if (response.pieces.empty() && !response.stays_open) {
      absl::StrAppend(&head, "Content-Length: ", response.body.size(), "\r\n");
    }
    Send(fd, head + "\r\n" + response.body);
    for (const std::string& piece : response.pieces) Send(fd, piece);
    char byte = 0;
    if (response.stays_open) (void)recv(fd, &byte, 1, 0);
  }

  const Handler handler_;
  UniqueFd listener_;
  int port_ = 0;
  absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> connections_;  // only the acceptor's, until it has ended
  std::thread acceptor_;
};

}  // namespace devstats::kube
