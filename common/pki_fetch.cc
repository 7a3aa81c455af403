#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/pki.h"
#include "common/pki_openssl.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats::pki {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): the handles of this one library

using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL_free>>;
using Addresses = std::unique_ptr<addrinfo, Freer<freeaddrinfo>>;

// OpenSSL writes to sockets with write(): a peer that hangs up must not end a process that does not ignore
// SIGPIPE.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec none{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &none);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false;
};

absl::Status WaitFor(int fd, short events, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return absl::DeadlineExceededError("no answer in time");
    pollfd p{fd, events, 0};
    const int n =
        poll(&p, 1, static_cast<int>(absl::ToInt64Milliseconds(std::min(left, absl::Minutes(1))) + 1));
    if (n > 0) return absl::OkStatus();
    if (n < 0 && errno != EINTR) return ErrnoStatus(errno, "poll");
  }
}

absl::StatusOr<UniqueFd> ConnectTo(const addrinfo& address, absl::Time deadline) {
  UniqueFd fd(
      socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return ErrnoStatus(errno, "socket");
  if (connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return ErrnoStatus(errno, "connect");
    RETURN_IF_ERROR(WaitFor(fd.get(), POLLOUT, deadline));
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return ErrnoStatus(errno, "connect");
    if (error != 0) return ErrnoStatus(error, "connect");
  }
  return fd;
}

absl::StatusOr<UniqueFd> Connect(const std::string& host, int port, absl::Time deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
  if (code != 0) return absl::UnavailableError(gai_strerror(code));
  const Addresses addresses(raw);
  absl::Status last = absl::UnavailableError("no address");
  for (const addrinfo* a = raw; a != nullptr; a = a->ai_next) {
    auto fd = ConnectTo(*a, deadline);
    if (fd.ok()) return fd;
    last = fd.status();
  }
  // Whatever the errno was: another time it may work.
  return absl::IsDeadlineExceeded(last) ? last : absl::UnavailableError(last.message());
}

absl::StatusOr<Context> NewContext() {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error("TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);  // the pin decides
  const unsigned char h2[] = {2, 'h', '2'};                     // gRPC hangs up without it
  if (SSL_CTX_set_alpn_protos(context.get(), h2, sizeof h2) != 0) return Error("TLS");
  return context;
}

absl::Status Handshake(SSL* ssl, int fd, absl::Time deadline) {
  while (true) {
    ERR_clear_error();
    const int n = SSL_connect(ssl);
    if (n == 1) return absl::OkStatus();
    const int why = SSL_get_error(ssl, n);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
      RETURN_IF_ERROR(WaitFor(fd, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline));
    } else {
      return Error("TLS handshake failed", absl::StatusCode::kUnavailable);
    }
  }
}

// The authority of that pin in the chain, if it did sign itself and the server's own certificate. Its key
// alone would not do: anybody can make a certificate about another's public key.
absl::StatusOr<std::string> PinnedAuthority(SSL* ssl, const std::string& pin) {
  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
  const Certificate leaf(SSL_get1_peer_certificate(ssl));
  for (int i = 0; leaf && i < sk_X509_num(chain); ++i) {
    X509* candidate = sk_X509_value(chain, i);
    EVP_PKEY* key = X509_get0_pubkey(candidate);
    if (key == nullptr || !IsCa(candidate)) continue;
    ASSIGN_OR_RETURN(const std::string its_pin, PinOf(key));
    if (its_pin != pin || X509_verify(candidate, key) != 1) continue;
    X509_up_ref(candidate);
    std::vector<Certificate> authority;
    authority.emplace_back(candidate);
    // The clock of a new box may be wrong, and what is fetched is used with its dates later.
    if (!VerifyBy(leaf.get(), authority, nullptr).ok()) continue;
    return ToPem(candidate);
  }
  ERR_clear_error();
  return Hint(absl::PermissionDeniedError(absl::StrCat("no authority with the pin ", pin, " answers there")),
              "compare address and pin with those of your cluster; if they are right, somebody else answers");
}

}  // namespace

absl::StatusOr<std::string> FetchAuthority(const std::string& host, int port, const std::string& pin,
                                           absl::Duration timeout) {
  const bool whole = pin.size() == 71 && absl::StartsWith(pin, "sha256:") &&
                     pin.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
  if (!whole)
    return absl::InvalidArgumentError(absl::StrCat("\"", pin, "\" is not sha256: and 64 hex digits"));
  const std::string context_text = absl::StrCat(host, ":", port);
  const absl::Time deadline = absl::Now() + timeout;
  ASSIGN_OR_RETURN(const Context context, NewContext(), context_text);
  ASSIGN_OR_RETURN(const UniqueFd fd, Connect(host, port, deadline), context_text);
  const NoSigpipe guard;
  const Session ssl(SSL_new(context.get()));
  if (!ssl || SSL_set_fd(ssl.get(), fd.get()) != 1) return Error(context_text);
  RETURN_IF_ERROR(Handshake(ssl.get(), fd.get(), deadline), context_text);
  ASSIGN_OR_RETURN(std::string pem, PinnedAuthority(ssl.get(), pin), context_text);
  return pem;
}

}  // namespace devstats::pki
