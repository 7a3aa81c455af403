// An HTTP/1.1 server on loopback, with or without TLS, whose answers a test writes; one connection a request,
// each in its own thread.
#pragma once
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "common/unique_fd.h"
#include "tests/common/loopback_port.h"
#include "tests/common/test_identity.h"

namespace devstats {

class HttpServer {
 public:
  struct Request {
    std::string method, target, body;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string client;                          // common name of the certificate that the client has shown
    std::string Header(const std::string& name) const {
      const auto found = headers.find(name);
      return found == headers.end() ? "" : found->second;
    }
    std::string Line() const { return absl::StrCat(method, " ", target); }
  };
  struct Response {
    int code = 200;
    std::string reason = "X";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> pieces;  // of a stream, after the body; each sent by itself
    size_t missing = 0;               // bytes promised beyond the body
    bool stays_open = false;  // after the last piece, until the client goes; no length unless some is missing
  };
  using Handler = std::function<Response(const Request&)>;

  explicit HttpServer(Handler handler, const TestIdentity* tls = nullptr, uint32_t on = INADDR_LOOPBACK)
      : handler_(std::move(handler)), listener_(16, on) {
    if (tls) UseTls(*tls);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~HttpServer() {
    listener_.Close();
    acceptor_.join();
    for (std::thread& t : connections_) t.join();
  }
  int port() const { return listener_.port(); }
  std::string url(const std::string& host = "127.0.0.1") const {
    return absl::StrCat(context_ ? "https" : "http", "://", host, ":", port());
  }
  std::string host(const std::string& name = "127.0.0.1") const { return absl::StrCat(name, ":", port()); }
  std::vector<Request> requests() {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }
  // "GET /x", one an element.
  std::vector<std::string> lines() {
    std::vector<std::string> out;
    for (const Request& r : requests()) out.push_back(r.Line());
    return out;
  }

 private:
  // A connection, with TLS or without.
  struct Line {
    UniqueFd fd;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};
    ssize_t Read(char* to, size_t size) const {
      if (ssl) return SSL_read(ssl.get(), to, static_cast<int>(size));
      return recv(fd.get(), to, size, 0);
    }
    void Write(const std::string& bytes) const {
      for (size_t done = 0; done < bytes.size();) {
        const ssize_t n =
            ssl ? SSL_write(ssl.get(), bytes.data() + done, static_cast<int>(bytes.size() - done))
                : send(fd.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
        if (n <= 0) return;
        done += static_cast<size_t>(n);
      }
    }
  };

  void UseTls(const TestIdentity& identity) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    X509* certificate = ReadPem(identity.certificate_pem, &PEM_read_bio_X509);
    SSL_CTX_use_certificate(context_.get(), certificate);
    X509_free(certificate);
    EVP_PKEY* key = ReadPem(identity.key_pem.Reveal(), &PEM_read_bio_PrivateKey);
    SSL_CTX_use_PrivateKey(context_.get(), key);
    EVP_PKEY_free(key);
    X509* ca = ReadPem(identity.ca_pem, &PEM_read_bio_X509);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca);
    X509_free(ca);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);  // asks for one, goes on without
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_AUTO_RETRY);
  }
  template <typename T>
  static T* ReadPem(const std::string& pem, T* (*read)(BIO*, T**, pem_password_cb*, void*)) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    T* out = read(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    return out;
  }

  void Accept() {
    sigset_t pipe;  // who connects may hang up while we still write
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (UniqueFd fd = listener_.Accept()) {
      const timeval limit{10, 0};
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      connections_.emplace_back([this, c = std::move(fd)]() mutable { Serve(std::move(c)); });
    }
  }
  static bool Read(const Line& line, Request* request) {
    std::string bytes;
    char buffer[4096];
    size_t length = 0, head = std::string::npos;
    while (head == std::string::npos || bytes.size() < head + 4 + length) {
      const ssize_t n = line.Read(buffer, sizeof buffer);
      if (n <= 0 || (bytes.empty() && buffer[0] == 0x16)) return false;  // who speaks TLS is not understood
      bytes.append(buffer, static_cast<size_t>(n));
      if (head != std::string::npos || (head = bytes.find("\r\n\r\n")) == std::string::npos) continue;
      const std::vector<std::string> lines = absl::StrSplit(bytes.substr(0, head), "\r\n");
      const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
      if (first.size() < 2) return false;
      request->method = first[0];
      request->target = first[1];
      for (size_t i = 1; i < lines.size(); ++i) {
        const std::pair<std::string, std::string> kv = absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
        request->headers[absl::AsciiStrToLower(kv.first)] = kv.second;
      }
      length = static_cast<size_t>(std::atoi(request->Header("content-length").c_str()));
    }
    request->body = bytes.substr(head + 4);
    return true;
  }
  bool Handshake(Line* line, Request* request) const {
    if (!context_) return true;
    line->ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(line->ssl.get(), line->fd.get());
    if (SSL_accept(line->ssl.get()) != 1) return false;
    X509* peer = SSL_get1_peer_certificate(line->ssl.get());
    if (!peer) return true;
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
    X509_free(peer);
    request->client = name;
    return true;
  }
  void Serve(UniqueFd fd) {
    Line line{.fd = std::move(fd)};
    Request request;
    if (!Handshake(&line, &request) || !Read(line, &request)) return;
    {
      absl::MutexLock lock(&mutex_);
      requests_.push_back(request);
    }
    const Response response = handler_(request);
    std::string head =
        absl::StrCat("HTTP/1.1 ", response.code, " ", response.reason, "\r\nConnection: close\r\n");
    if (response.missing > 0 || (response.pieces.empty() && !response.stays_open))
      absl::StrAppend(&head, "Content-Length: ", response.body.size() + response.missing, "\r\n");
    for (const auto& [name, value] : response.headers) absl::StrAppend(&head, name, ": ", value, "\r\n");
    line.Write(absl::StrCat(head, "\r\n", response.body));
    for (const std::string& piece : response.pieces) line.Write(piece);
    char byte = 0;
    if (response.stays_open) (void)line.Read(&byte, 1);
    if (line.ssl) SSL_shutdown(line.ssl.get());
  }

  const Handler handler_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  LoopbackPort listener_;
  absl::Mutex mutex_;
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> connections_;  // only the acceptor's, until it has ended
  std::thread acceptor_;
};

}  // namespace devstats
