#include "coordinator/chart/loader/loader.h"

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/metadata.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kOldDependencies =
    "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating "
    "dependencies to "
    "Chart.yaml.";
constexpr absl::string_view kOldLock =
    "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to "
    "Chart.lock.";

class Loader {
 public:
  Loader(const Limits& limits, const Warn& warn) : limits_(limits), warn_(warn), budget_(limits) {}
  absl::StatusOr<std::shared_ptr<Chart>> Load(std::vector<SharedFile> files, int depth);
  absl::StatusOr<std::shared_ptr<Chart>> LoadPacked(absl::string_view bytes, int depth);

 private:
  // By the first part of their path below charts/.
  using Subcharts = std::map<std::string, std::vector<SharedFile>, std::less<>>;

  absl::Status ReadChartYaml(const std::vector<SharedFile>& files, Chart& chart) const;
  // Puts a file where it belongs.
  absl::Status Place(const SharedFile& file, Chart& chart, Subcharts& subcharts) const;
  absl::Status PlaceRequirements(const SharedFile& file, Chart& chart) const;
  absl::Status ReadLockFile(const SharedFile& file, Chart& chart) const;
  absl::StatusOr<std::shared_ptr<Chart>> LoadSubchart(const std::string& name, std::vector<SharedFile> files,
                                                      const Chart& parent, int depth);
  void Tell(absl::string_view text) const {
    if (warn_) warn_(std::string(text));
  }

  const Limits& limits_;
  const Warn& warn_;
  ArchiveBudget budget_;
};

absl::Status Loader::ReadChartYaml(const std::vector<SharedFile>& files, Chart& chart) const {
  for (const SharedFile& file : files) {
    if (file.name != "Chart.yaml") continue;
    RETURN_IF_ERROR(ReadMetadata(file.data(), limits_, chart.metadata), "cannot load Chart.yaml");
    // Charts of Helm 2 need not have one.
    if (chart.metadata.api_version.empty()) chart.metadata.api_version = "v1";
  }
  return absl::OkStatus();
}

absl::Status Loader::ReadLockFile(const SharedFile& file, Chart& chart) const {
  chart.lock.emplace();
  return Annotate(ReadLock(file.data(), limits_, *chart.lock), absl::StrCat("cannot load ", file.name));
}

absl::Status Loader::PlaceRequirements(const SharedFile& file, Chart& chart) const {
  const bool is_lock = file.name == "requirements.lock";
  if (is_lock) RETURN_IF_ERROR(ReadLockFile(file, chart));
  if (chart.metadata.api_version != "v1") Tell(is_lock ? kOldLock : kOldDependencies);
  if (!is_lock)
    RETURN_IF_ERROR(ReadMetadata(file.data(), limits_, chart.metadata), "cannot load requirements.yaml");
  if (chart.metadata.api_version == "v1") chart.files.push_back(file);
  return absl::OkStatus();
}

absl::Status Loader::Place(const SharedFile& file, Chart& chart, Subcharts& subcharts) const {
  absl::string_view name = file.name;
  if (name == "Chart.yaml") return absl::OkStatus();
  if (name == "Chart.lock") return ReadLockFile(file, chart);
  if (name == "requirements.yaml" || name == "requirements.lock") return PlaceRequirements(file, chart);
  if (name == "values.yaml") {
    ASSIGN_OR_RETURN(chart.values, ReadYamlMap(file.data(), limits_), "cannot load values.yaml");
  } else if (name == "values.schema.json") {
    chart.schema = std::string(file.data());
  } else if (absl::StartsWith(name, "templates/")) {
    chart.templates.push_back(file);
  } else if (absl::StartsWith(name, "charts/") && PathExtension(name) != ".prov") {
    name.remove_prefix(sizeof("charts/") - 1);
    subcharts[std::string(name.substr(0, name.find('/')))].push_back({std::string(name), file.bytes});
  } else {
    chart.files.push_back(file);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Chart>> Loader::LoadSubchart(const std::string& name,
                                                            std::vector<SharedFile> files,
                                                            const Chart& parent, int depth) {
  if (PathExtension(name) == ".tgz") {
    if (files[0].name != name)
      return absl::InvalidArgumentError(absl::StrCat("error unpacking subchart tar in ", parent.name(),
                                                     ": expected ", name, ", got ", files[0].name));
    return LoadPacked(files[0].data(), depth);
  }
  // A file that lies in charts/ itself makes a chart without files, which has no Chart.yaml.
  std::vector<SharedFile> inner;
  for (SharedFile& file : files)
    if (file.name.size() > name.size())
      inner.push_back({file.name.substr(name.size() + 1), std::move(file.bytes)});
  return Load(std::move(inner), depth);
}

absl::StatusOr<std::shared_ptr<Chart>> Loader::Load(std::vector<SharedFile> files, int depth) {
  if (depth > limits_.subchart_depth) return absl::ResourceExhaustedError("charts are nested too deeply");
  auto chart = std::make_shared<Chart>();
  RETURN_IF_ERROR(ReadChartYaml(files, *chart));
  Subcharts subcharts;
  bool has_metadata = false;
  for (const SharedFile& file : files) {
    has_metadata |=
        file.name == "Chart.yaml" || file.name == "requirements.yaml" || file.name == "requirements.lock";
    RETURN_IF_ERROR(Place(file, *chart, subcharts));
  }
  chart->raw = std::move(files);
  if (!has_metadata) return absl::InvalidArgumentError("Chart.yaml file is missing");
  RETURN_IF_ERROR(ValidateMetadata(chart->metadata));
  for (auto& [name, inner] : subcharts) {
    if (!name.empty() && (name[0] == '_' || name[0] == '.')) continue;
    auto subchart = LoadSubchart(name, std::move(inner), *chart, depth + 1);
    if (!subchart.ok())
      return Annotate(subchart.status(),
                      absl::StrCat("error unpacking subchart ", name, " in ", chart->name()));
    (*subchart)->parent = chart.get();
    chart->dependencies.push_back(*std::move(subchart));
  }
  return chart;
}

absl::StatusOr<std::shared_ptr<Chart>> Loader::LoadPacked(absl::string_view bytes, int depth) {
  ASSIGN_OR_RETURN(std::vector<ChartFile> unpacked, UnpackArchive(bytes, limits_, budget_));
  std::vector<SharedFile> files;
  files.reserve(unpacked.size());
  for (ChartFile& file : unpacked) {
    files.push_back({std::move(file.name), Value::Bytes(file.data)});
    file.data = std::string();
  }
  return Load(std::move(files), depth);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Chart>> LoadFiles(std::vector<ChartFile> files, const Limits& limits,
                                                       const Warn& warn) {
  std::vector<SharedFile> shared;
  shared.reserve(files.size());
  for (ChartFile& file : files) {
    shared.push_back({std::move(file.name), Value::Bytes(absl::StripPrefix(file.data, kByteOrderMark))});
    file.data = std::string();
  }
  return Loader(limits, warn).Load(std::move(shared), 0);
}

absl::StatusOr<std::shared_ptr<const Chart>> LoadArchive(absl::string_view bytes, const Limits& limits,
                                                         const Warn& warn) {
  return Loader(limits, warn).LoadPacked(bytes, 0);
}

absl::Status CheckInstallable(const Chart& chart) {
  const std::string& type = chart.metadata.type;
  if (type.empty() || type == "application") return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(type, " charts are not installable"));
}

absl::Status CheckDependencies(const Chart& chart) {
  std::vector<absl::string_view> missing;
  for (const auto& wanted : chart.metadata.dependencies) {
    bool found = false;
    for (const auto& dependency : chart.dependencies) found |= dependency->name() == wanted->name;
    if (!found) missing.push_back(wanted->name);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "An error occurred while checking for chart dependencies. You may need to run `helm dependency "
      "build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: ",
      absl::StrJoin(missing, ", ")));
}

}  // namespace devstats::chart
