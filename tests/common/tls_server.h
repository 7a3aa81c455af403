// A TLS server in a thread: presents a chain to each who connects, and says nothing more.
#pragma once
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/secret.h"
#include "common/unique_fd.h"

namespace devstats {

class TlsServer {
 public:
  // `chain`: PEM certificates, the server's own first. With `speaks` false it accepts and stays silent.
  TlsServer(const std::vector<std::string>& chain, const Secret& key_pem, bool speaks = true)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), speaks_(speaks) {
    for (size_t i = 0; i < chain.size(); ++i) {
      BIO* bio = BIO_new_mem_buf(chain[i].data(), static_cast<int>(chain[i].size()));
      X509* x = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
      if (i == 0) {
        SSL_CTX_use_certificate(context_.get(), x);
      } else {
        SSL_CTX_add1_chain_cert(context_.get(), x);
      }
      X509_free(x);
      BIO_free(bio);
    }
    BIO* bio = BIO_new_mem_buf(key_pem.Reveal().data(), static_cast<int>(key_pem.Reveal().size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_.get(), key);
    EVP_PKEY_free(key);
    BIO_free(bio);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_AUTO_RETRY);
    Listen();
    thread_ = std::thread([this] { Serve(); });
  }
  ~TlsServer() {
    shutdown(listener_.get(), SHUT_RDWR);  // wakes accept
    thread_.join();
  }
  int port() const { return port_; }

 private:
  void Listen() {
    listener_ = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_.get(), 8) != 0 ||
        getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      abort();
    }
    port_ = ntohs(address.sin_port);
  }
  void Serve() {
    sigset_t pipe;  // who connects may hang up while we still write
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    std::vector<UniqueFd> silent;
    while (true) {
      UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      if (!speaks_) {
        silent.push_back(std::move(fd));
        continue;
      }
      const timeval limit{10, 0};
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      SSL* ssl = SSL_new(context_.get());
      SSL_set_fd(ssl, fd.get());
      SSL_accept(ssl);
      SSL_free(ssl);
    }
  }

  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  const bool speaks_;
  UniqueFd listener_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace devstats
