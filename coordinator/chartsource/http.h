// The Fetcher over the network, by libcurl: HTTP/1.1 and 2, TLS 1.2 and up, limits on time and size, no
// cookies, no .netrc. A proxy is used as Helm and curl do ($https_proxy, $no_proxy), never for this machine
// itself.
#pragma once
#include <string>

#include "common/curl/curl.h"
#include "coordinator/chartsource/fetcher.h"

namespace devstats::chartsource {

class HttpFetcher : public Fetcher {
 public:
  // `user_agent`: how we call ourselves.
  explicit HttpFetcher(std::string user_agent);

  absl::StatusOr<FetchResponse> Fetch(const FetchRequest& request) override;

 private:
  struct Exchange;
  void Prepare(void* handle, Exchange* exchange) const;

  const std::string user_agent_;
  curl::Handles handles_;
};

}  // namespace devstats::chartsource
