// Charts for tests: as files of a folder and as archives.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "coordinator/chartsource/tar_writer.h"

namespace devstats::chartsource {

using TestFiles = std::vector<std::pair<std::string, std::string>>;  // name, content

inline std::string TestChartYaml(const std::string& name, const std::string& version) {
  return absl::StrCat("apiVersion: v2\nname: ", name, "\nversion: ", version, "\n");
}

inline void WriteTestFiles(const std::string& folder, const TestFiles& files) {
  for (const auto& [name, content] : files) {
    const std::string path = absl::StrCat(folder, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    if (!WriteFileAtomic(path, content).ok()) abort();
  }
}

// NAME-VERSION.tgz with a Chart.yaml, one template and `more`.
inline std::string TestArchive(const std::string& name, const std::string& version,
                               const TestFiles& more = {}) {
  TarWriter tar(absl::FromUnixSeconds(1'700'000'000));
  tar.Add(absl::StrCat(name, "/Chart.yaml"), TestChartYaml(name, version));
  tar.Add(absl::StrCat(name, "/templates/a.yaml"), "kind: ConfigMap\n");
  for (const auto& [file, content] : more) tar.Add(absl::StrCat(name, "/", file), content);
  return Gzip(std::move(tar).Finish());
}

}  // namespace devstats::chartsource
