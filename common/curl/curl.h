// What our clients of libcurl share: handles that keep their connections, what every request of ours is held
// to, and headers. For the .cc files of clients; a room of its own, as libcurl takes long to load.
#pragma once
#include <curl/curl.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/freer.h"
#include "common/secret.h"

namespace devstats::curl {

// Handles with their live connections, to be used again. Thread-safe.
class Handles {
 public:
  explicit Handles(size_t idle);  // how many are kept; the rest is freed
  ~Handles();
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  CURL* Take();             // nullptr: no memory
  void Give(CURL* handle);  // resets its options, keeps its connections

 private:
  const size_t most_idle_;
  absl::Mutex mutex_;
  std::vector<CURL*> idle_ ABSL_GUARDED_BY(mutex_);
};

using HeaderList = std::unique_ptr<curl_slist, Freer<curl_slist_free_all>>;
// With "Expect:", so that curl does not wait for 100-continue.
HeaderList NewHeaders();
void Add(absl::string_view name, absl::string_view value, HeaderList& headers);

// HTTP and HTTPS only, no redirects, no .netrc, no signals, HTTP/2 over TLS, TLS 1.2 and up.
void Restrict(CURL* handle);
// PEM; empty: the system's authorities, no certificate of ours. The texts must live until the handle is
// reset.
void SetTls(CURL* handle, const std::string& ca_pem, const std::string& certificate_pem,
            const Secret& key_pem);

inline constexpr size_t kMaxHeaderBytes = 64 << 10;  // of one answer
// Reads a line of an answer's head; names become lower case, of equal ones the last counts.
void ReadHeader(absl::string_view line, std::map<std::string, std::string>& headers);

}  // namespace devstats::curl
