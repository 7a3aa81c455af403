#include "common/curl/curl.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace devstats::curl {
namespace {

void InitializeOnce() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) std::abort();  // without a TLS library nothing works
}

curl_blob Blob(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};  // curl only reads it
}

}  // namespace

Handles::Handles(size_t idle) : most_idle_(idle) { InitializeOnce(); }

Handles::~Handles() {
  absl::MutexLock lock(&mutex_);
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
}

CURL* Handles::Take() {
  absl::MutexLock lock(&mutex_);
  if (idle_.empty()) return curl_easy_init();
  CURL* handle = idle_.back();
  idle_.pop_back();
  return handle;
}

void Handles::Give(CURL* handle) {
  curl_easy_reset(handle);  // keeps the connections
  absl::MutexLock lock(&mutex_);
  if (idle_.size() < most_idle_) {
    idle_.push_back(handle);
  } else {
    curl_easy_cleanup(handle);
  }
}

HeaderList NewHeaders() { return HeaderList(curl_slist_append(nullptr, "Expect:")); }

void Add(absl::string_view name, absl::string_view value, HeaderList& headers) {
  headers.reset(curl_slist_append(headers.release(), absl::StrCat(name, ": ", value).c_str()));
}

void Restrict(CURL* handle) {
  const auto set = [&](auto option, auto value) { curl_easy_setopt(handle, option, value); };
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

void SetTls(CURL* handle, const std::string& ca_pem, const std::string& certificate_pem,
            const Secret& key_pem) {
  if (!ca_pem.empty()) {
    const curl_blob ca = Blob(ca_pem);
    curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &ca);
  }
  if (certificate_pem.empty()) return;
  const curl_blob certificate = Blob(certificate_pem);
  const curl_blob key = Blob(key_pem.Reveal());  // to sign the handshake
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, "PEM");
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
  curl_easy_setopt(handle, CURLOPT_SSLKEYTYPE, "PEM");
}

void ReadHeader(absl::string_view line, std::map<std::string, std::string>& headers) {
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(line, absl::MaxSplits(':', 1));
  if (!halves.second.empty())
    headers[absl::AsciiStrToLower(halves.first)] = std::string(absl::StripAsciiWhitespace(halves.second));
}

}  // namespace devstats::curl
