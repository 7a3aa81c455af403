// A chart repository on loopback: an index and the archives in it.
#pragma once
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "tests/common/http_server.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::addons {

class ChartRepository {
 public:
  ChartRepository() : server_([this](const HttpServer::Request& r) { return Answer(r); }) {}

  // The digest of the archive, as cluster.yaml has it. Charts are added before the first request.
  std::string Add(const std::string& name, const std::string& version, const std::string& archive) {
    const std::string file = absl::StrCat(name, "-", version, ".tgz");
    archives_["/" + file] = archive;
    absl::StrAppend(&entries_, "  ", name, ":\n  - {apiVersion: v2, name: ", name, ", version: ", version,
                    ", urls: [", file, "]}\n");
    return absl::StrCat("sha256:", Sha256Hex(archive));
  }
  std::string url() const { return server_.url(); }
  HttpServer& server() { return server_; }

 private:
  HttpServer::Response Answer(const HttpServer::Request& request) const {
    if (request.target == "/index.yaml")
      return {.body = absl::StrCat("apiVersion: v1\nentries:\n", entries_)};
    const auto found = archives_.find(request.target);
    return found == archives_.end() ? HttpServer::Response{.code = 404}
                                    : HttpServer::Response{.body = found->second};
  }
  std::map<std::string, std::string> archives_;
  std::string entries_;
  HttpServer server_;  // last: it asks the others
};

}  // namespace devstats::addons
