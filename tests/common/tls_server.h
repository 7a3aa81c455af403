// A TLS server in a thread: presents a chain to each who connects, and says nothing more.
#pragma once
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/secret.h"
#include "common/unique_fd.h"
#include "tests/common/loopback_port.h"

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
    thread_ = std::thread([this] { Serve(); });
  }
  ~TlsServer() {
    listener_.Close();
    thread_.join();
  }
  int port() const { return listener_.port(); }

 private:
  void Serve() {
    sigset_t pipe;  // who connects may hang up while we still write
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    std::vector<UniqueFd> silent;
    while (UniqueFd fd = listener_.Accept()) {
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
  LoopbackPort listener_{8};
  std::thread thread_;
};

}  // namespace devstats
