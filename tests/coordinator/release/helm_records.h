// The releases that real Helm made (helm-records/README.md), as its Secrets hold them.
#pragma once
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "coordinator/chart/limits.h"
#include "coordinator/release/record/record.h"
#include "nlohmann/json.hpp"

namespace devstats::release {

struct HelmRecord {
  std::string secret;     // "sh.helm.release.v1.store.v1"
  nlohmann::json object;  // the whole Secret
  std::string json;       // unpacked
};

// `folder` is tests/coordinator/release/helm-records.
inline std::vector<HelmRecord> HelmRecords(const std::string& folder) {
  std::ifstream in(folder + "/out/records.json");
  std::ostringstream text;
  text << in.rdbuf();
  std::vector<HelmRecord> out;
  const nlohmann::json list = nlohmann::json::parse(text.str());
  for (const nlohmann::json& secret : list["items"]) {
    std::string data;
    if (!absl::Base64Unescape(secret["data"]["release"].get<std::string>(), &data)) abort();
    out.push_back({secret["metadata"]["name"], secret, *UnpackRecord(data, chart::Limits())});
  }
  return out;
}

}  // namespace devstats::release
