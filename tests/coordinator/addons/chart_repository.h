// A chart repository on loopback: an index and the archives in it.
#pragma once
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"
#include "tests/coordinator/chartsource/server.h"

namespace devstats::addons {

class ChartRepository {
 public:
  ChartRepository() : server_([this](const chartsource::Server::Request& r) { return Answer(r); }) {}

  // The digest of the archive, as cluster.yaml has it. Charts are added before the first request.
  std::string Add(const std::string& name, const std::string& version, const std::string& archive) {
    const std::string file = absl::StrCat(name, "-", version, ".tgz");
    archives_["/" + file] = archive;
    absl::StrAppend(&entries_, "  ", name, ":\n  - {apiVersion: v2, name: ", name, ", version: ", version,
                    ", urls: [", file, "]}\n");
    return absl::StrCat("sha256:", Sha256Hex(archive));
  }
  std::string url() const { return server_.url(); }
  chartsource::Server& server() { return server_; }

 private:
  chartsource::Server::Response Answer(const chartsource::Server::Request& request) const {
    if (request.target == "/index.yaml")
      return {.body = absl::StrCat("apiVersion: v1\nentries:\n", entries_)};
    const auto found = archives_.find(request.target);
    return found == archives_.end() ? chartsource::Server::Response{.code = 404}
                                    : chartsource::Server::Response{.body = found->second};
  }
  std::map<std::string, std::string> archives_;
  std::string entries_;
  chartsource::Server server_;  // last: it asks the others
};

}  // namespace devstats::addons
