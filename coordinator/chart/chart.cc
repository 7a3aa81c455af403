#include "coordinator/chart/chart.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/go_path.h"

namespace devstats::chart {
namespace {

bool IsManifest(absl::string_view name) {
  const absl::string_view extension = PathExtension(name);
  return absl::EqualsIgnoreCase(extension, ".yaml") || absl::EqualsIgnoreCase(extension, ".yml") ||
         absl::EqualsIgnoreCase(extension, ".json");
}

void AppendCrds(const Chart& chart, std::vector<Crd>& out) {
  const std::string path = chart.FullPath();
  for (const SharedFile& file : chart.files)
    if (absl::StartsWith(file.name, "crds/") && IsManifest(file.name))
      out.push_back({file, CleanPath(absl::StrCat(path, "/", file.name))});
  for (const auto& dependency : chart.dependencies) AppendCrds(*dependency, out);
}

}  // namespace

std::string Chart::FullPath() const {
  return IsRoot() ? metadata.name : absl::StrCat(parent->FullPath(), "/charts/", metadata.name);
}

const SharedFile* Chart::Raw(absl::string_view name) const {
  for (auto file = raw.rbegin(); file != raw.rend(); ++file)
    if (file->name == name) return &*file;
  return nullptr;
}

std::vector<Crd> CrdsOf(const Chart& chart) {
  std::vector<Crd> out;
  AppendCrds(chart, out);
  return out;
}

}  // namespace devstats::chart
