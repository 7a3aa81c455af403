// A Fetcher from memory: answers by URL, and remembers what was asked of it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/chartsource/fetcher.h"

namespace devstats::chartsource {

class FakeFetcher : public Fetcher {
 public:
  struct Page {
    int code = 200;
    std::string reason;
    std::string body;
    std::map<std::string, std::string> headers;
    absl::Status error;
    absl::Duration takes;
  };
  std::map<std::string, Page> pages;  // by URL with its query
  std::vector<FetchRequest> requests;

  absl::StatusOr<FetchResponse> Fetch(const FetchRequest& request) override {
    const absl::MutexLock lock(&mutex_);
    requests.push_back(request);
    const auto found = pages.find(request.url.Text());
    if (found == pages.end()) return FetchResponse{.code = 404, .body = "no such page"};
    const Page& page = found->second;
    if (!page.error.ok()) return page.error;
    if (page.takes > request.timeout) return absl::DeadlineExceededError(request.url.Display());
    if (page.body.size() > request.max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(request.url.Display(), ": the answer is larger than ", request.max_bytes, " bytes"));
    }
    return FetchResponse{
        .code = page.code, .reason = page.reason, .headers = page.headers, .body = page.body};
  }

 private:
  absl::Mutex mutex_;
};

}  // namespace devstats::chartsource
