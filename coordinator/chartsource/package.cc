#include "coordinator/chartsource/package.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/loader/metadata.h"
#include "coordinator/chartsource/chart_yaml.h"
#include "coordinator/chartsource/folder.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/tar_writer.h"

namespace devstats::chartsource {
namespace {

using chart::Chart;

constexpr int kMaxNesting = 100;

absl::Status CheckDependencies(const Chart& chart) {
  std::vector<absl::string_view> missing;
  for (const auto& wanted : chart.metadata.dependencies) {
    const bool there = std::any_of(chart.dependencies.begin(), chart.dependencies.end(),
                                   [&](const auto& d) { return d->metadata.name == wanted->name; });
    if (!there) missing.push_back(wanted->name);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("found in Chart.yaml, but missing in charts/ directory: ", absl::StrJoin(missing, ", ")));
}

class Packer {
 public:
  Packer(absl::Time time, const chart::Limits& limits) : tar_(time), limits_(limits) {}

  absl::Status Add(const Chart& chart, const std::string& parent, int depth) {
    if (depth > kMaxNesting) return absl::ResourceExhaustedError("subcharts nest too deep");
    const std::string base = absl::StrCat(parent, chart.metadata.name, "/");
    if (!folders_.insert(base).second) {
      return absl::FailedPreconditionError(absl::StrCat(
          "two charts would be ", base, " in the archive: one of them needs another name in its Chart.yaml"));
    }
    ASSIGN_OR_RETURN(const std::string metadata, WriteMetadata(chart.metadata));
    tar_.Add(absl::StrCat(base, "Chart.yaml"), metadata);
    if (chart.metadata.api_version == "v2" && chart.lock) {
      ASSIGN_OR_RETURN(const std::string lock, WriteLock(*chart.lock));
      tar_.Add(absl::StrCat(base, "Chart.lock"), lock);
    }
    if (const chart::SharedFile* values = chart.Raw("values.yaml")) {
      tar_.Add(absl::StrCat(base, "values.yaml"), values->data());
    }
    if (chart.schema) {
      if (!chart::ReadJson(*chart.schema, limits_).ok()) {
        return absl::InvalidArgumentError("Invalid JSON in values.schema.json");
      }
      tar_.Add(absl::StrCat(base, "values.schema.json"), *chart.schema);
    }
    AddFiles(base, chart.templates);
    AddFiles(base, chart.files);
    std::vector<const Chart*> subcharts;
    for (const auto& subchart : chart.dependencies) subcharts.push_back(subchart.get());
    std::stable_sort(subcharts.begin(), subcharts.end(),
                     [](const Chart* a, const Chart* b) { return a->metadata.name < b->metadata.name; });
    for (const Chart* subchart : subcharts) {
      RETURN_IF_ERROR(Add(*subchart, absl::StrCat(base, "charts/"), depth + 1));
    }
    return absl::OkStatus();
  }
  std::string Finish() && { return Gzip(std::move(tar_).Finish()); }

 private:
  void AddFiles(const std::string& base, const std::vector<chart::SharedFile>& files) {
    std::vector<const chart::SharedFile*> sorted;
    for (const chart::SharedFile& file : files) sorted.push_back(&file);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const chart::SharedFile* file : sorted) tar_.Add(absl::StrCat(base, file->name), file->data());
  }

  TarWriter tar_;
  std::set<std::string> folders_;
  const chart::Limits& limits_;
};

}  // namespace

absl::StatusOr<std::string> Pack(const Chart& chart, absl::Time time, const chart::Limits& limits) {
  Packer packer(time, limits);
  RETURN_IF_ERROR(packer.Add(chart, "", 0));
  return std::move(packer).Finish();
}

absl::StatusOr<std::string> Package(const PackageRequest& request, const Clock& clock,
                                    const chart::Limits& limits, const chart::Warn& warn) {
  struct stat info;
  if (stat(request.folder.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(request.folder, " is not a folder: package takes a chart's folder"));
  }
  ASSIGN_OR_RETURN(const auto loaded, LoadPath(request.folder, limits, warn));
  Chart chart = *loaded;
  if (!request.version.empty()) chart.metadata.version = request.version;
  RETURN_IF_ERROR(chart::ParseVersion(chart.metadata.version));
  if (!request.app_version.empty()) chart.metadata.app_version = request.app_version;
  RETURN_IF_ERROR(CheckDependencies(chart));
  RETURN_IF_ERROR(chart::ValidateMetadata(chart.metadata), "failed to save: chart validation");
  ASSIGN_OR_RETURN(const std::string bytes, Pack(chart, clock.Now(), limits), "failed to save");
  const std::string folder = request.destination == "." ? AbsolutePath(".") : request.destination;
  RETURN_IF_ERROR(MakeFolders(folder), "failed to save");
  std::string path = absl::StrCat(folder == "/" ? "" : folder, "/", chart.metadata.name, "-",
                                  chart.metadata.version, ".tgz");
  RETURN_IF_ERROR(WriteFileAtomic(path, bytes, {.keep_mode = false}), "failed to save");
  return path;
}

}  // namespace devstats::chartsource
