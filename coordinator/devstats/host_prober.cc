#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/curl/curl.h"
#include "coordinator/devstats/host_gate.h"

namespace devstats::domain {
namespace {

std::string TextOf(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.sa_family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  if (address.sa_family == AF_INET6)
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  return text;
}

// curl asks for a socket to each address in turn. It gets none, so that it names them all.
curl_socket_t NoteAddress(void* addresses, curlsocktype, curl_sockaddr* address) {
  static_cast<std::vector<std::string>*>(addresses)->push_back(TextOf(address->addr));
  return CURL_SOCKET_BAD;
}

class CurlProber : public HostProber {
 public:
  explicit CurlProber(const ProberOptions& options) : options_(options) {}

  absl::StatusOr<std::vector<std::string>> Resolve(const std::string& host) override {
    std::vector<std::string> addresses;
    CURL* handle = NewHandle(host);
    if (handle == nullptr) return absl::ResourceExhaustedError("no memory");
    curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, NoteAddress);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &addresses);
    const CURLcode done = curl_easy_perform(handle);
    handles_.Give(handle);
    if (!addresses.empty()) return addresses;
    if (done == CURLE_COULDNT_RESOLVE_HOST) return absl::NotFoundError("no address");
    return absl::UnavailableError(curl_easy_strerror(done));
  }

  absl::Status Answers(const std::string& host, const std::string& address) override {
    CURL* handle = NewHandle(host);
    if (handle == nullptr) return absl::ResourceExhaustedError("no memory");
    const std::string literal = absl::StrContains(address, ':') ? absl::StrCat("[", address, "]") : address;
    curl::HeaderList to(curl_slist_append(nullptr, absl::StrCat("::", literal, ":").c_str()));
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, to.get());
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    const CURLcode done = curl_easy_perform(handle);
    handles_.Give(handle);
    return done == CURLE_OK ? absl::OkStatus() : absl::UnavailableError(curl_easy_strerror(done));
  }

 private:
  CURL* NewHandle(const std::string& host) {
    CURL* handle = handles_.Take();
    if (handle == nullptr) return nullptr;
    curl::Restrict(handle);
    curl_easy_setopt(handle, CURLOPT_URL, absl::StrCat("http://", host, ":", options_.port, "/").c_str());
    curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the environment's own address is asked, not a proxy
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(absl::ToInt64Milliseconds(options_.timeout)));
    return handle;
  }

  const ProberOptions options_;
  curl::Handles handles_{0};  // none is used again: it would remember addresses
};

}  // namespace

std::unique_ptr<HostProber> NewHostProber(const ProberOptions& options) {
  return std::make_unique<CurlProber>(options);
}

}  // namespace devstats::domain
