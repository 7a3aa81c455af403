#include "coordinator/chart/render/render.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/render/dependencies.h"
#include "coordinator/chart/render/engine.h"
#include "coordinator/chart/render/large_stack.h"
#include "coordinator/chart/render/schema_check.h"
#include "coordinator/chart/values/coalesce.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kNotes = "NOTES.txt";
// Marks errors of FailedInTemplates.
constexpr absl::string_view kInTemplates = "devstats.io/failed-in-templates";

Value ReleaseObject(const ReleaseInfo& release) {
  return Value::MakeMap({{"Name", Value::String(release.name)},
                         {"Namespace", Value::String(release.name_space)},
                         {"IsUpgrade", Value::Bool(release.is_upgrade)},
                         {"IsInstall", Value::Bool(release.is_install && !release.is_upgrade)},
                         {"Revision", Value::Int(release.revision)},
                         {"Service", Value::String("Helm")}});
}

// The chart with its dependencies decided, and all values.
struct Prepared {
  std::shared_ptr<Chart> chart;
  Value values;
};

absl::StatusOr<Prepared> Prepare(const Chart& chart, const Value& user_values, const RenderOptions& options,
                                 const Limits& limits) {
  Prepared out;
  out.chart = CopyTree(chart);
  RETURN_IF_ERROR(ProcessDependencies(*out.chart, user_values, options.warn));
  ASSIGN_OR_RETURN(out.values, CoalesceValues(*out.chart, user_values, options.warn));
  if (options.merge_twice) {
    ASSIGN_OR_RETURN(out.values, CoalesceValues(*out.chart, out.values, options.warn));
  }
  if (!options.skip_schema) RETURN_IF_ERROR(CheckSchemas(*out.chart, out.values, limits));
  return out;
}

absl::Status CheckKubeVersion(const Metadata& metadata, const Capabilities& capabilities) {
  if (metadata.kube_version.empty() || IsCompatible(metadata.kube_version, capabilities.kube_version))
    return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("chart requires kubeVersion: ", metadata.kube_version,
                                                    " which is incompatible with Kubernetes ",
                                                    capabilities.kube_version));
}

absl::StatusOr<std::vector<ChartFile>> Execute(const Prepared& prepared, const RenderOptions& options,
                                               const Environment& environment, Usage& usage) {
  return ExecuteTemplates(*prepared.chart,
                          {prepared.values, ReleaseObject(options.release), options.capabilities.ToValue()},
                          environment, usage);
}

// Takes NOTES.txt out of `files`: the chart's own, or with `all` those of every chart.
std::string TakeNotes(const Chart& chart, bool all, std::vector<ChartFile>& files) {
  const std::string own = absl::StrCat(chart.name(), "/templates/", kNotes);
  std::string notes;
  const auto is_notes = [](const ChartFile& file) { return absl::EndsWith(file.name, kNotes); };
  for (const ChartFile& file : files)
    if (is_notes(file) && (all || file.name == own))
      absl::StrAppend(&notes, notes.empty() ? "" : "\n", file.data);
  files.erase(std::remove_if(files.begin(), files.end(), is_notes), files.end());
  return notes;
}

absl::Status RenderPrepared(const Prepared& prepared, const RenderOptions& options,
                            const Environment& environment, Rendered& out) {
  RETURN_IF_ERROR(CheckKubeVersion(prepared.chart->metadata, options.capabilities));
  ASSIGN_OR_RETURN(std::vector<ChartFile> files, Execute(prepared, options, environment, *out.usage));
  out.notes = TakeNotes(*prepared.chart, options.sub_notes, files);
  ASSIGN_OR_RETURN(SortedManifests sorted,
                   SortManifests(std::move(files), environment.limits(), options.warn));
  out.manifests = std::move(sorted.manifests);
  out.hooks = std::move(sorted.hooks);
  out.crds = CrdsOf(*prepared.chart);
  return absl::OkStatus();
}

absl::Status MarkInTemplates(absl::Status status) {
  if (!status.ok()) status.SetPayload(kInTemplates, absl::Cord());
  return status;
}

void AppendDocument(std::string& out, absl::string_view path, absl::string_view content) {
  absl::StrAppend(&out, "---\n# Source: ", path, "\n", content, "\n");
}

}  // namespace

std::string Rendered::ManifestText(bool include_crds) const {
  std::string out;
  size_t size = 0;
  constexpr size_t kAround = 32;  // more than the lines around a document
  for (const Manifest& manifest : manifests) size += manifest.path.size() + manifest.content.size() + kAround;
  out.reserve(size);
  if (include_crds)
    for (const Crd& crd : crds) AppendDocument(out, crd.path, crd.file.data());
  for (const Manifest& manifest : manifests) AppendDocument(out, manifest.path, manifest.content);
  return out;
}

absl::StatusOr<Rendered> Render(const std::shared_ptr<const Chart>& chart, const Value& user_values,
                                const RenderOptions& options, const Environment& environment) {
  Rendered out;
  out.usage = std::make_shared<Usage>(environment.limits());
  RETURN_IF_ERROR(RunOnLargeStack([&]() -> absl::Status {
    ASSIGN_OR_RETURN(Prepared prepared, Prepare(*chart, user_values, options, environment.limits()));
    RETURN_IF_ERROR(MarkInTemplates(RenderPrepared(prepared, options, environment, out)));
    out.chart = std::move(prepared.chart);
    out.values = std::move(prepared.values);
    return absl::OkStatus();
  }));
  return out;
}

absl::StatusOr<std::vector<ChartFile>> RenderTemplates(const std::shared_ptr<const Chart>& chart,
                                                       const Value& user_values, const RenderOptions& options,
                                                       const Environment& environment) {
  std::vector<ChartFile> out;
  Usage usage(environment.limits());
  RETURN_IF_ERROR(RunOnLargeStack([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Prepared prepared, Prepare(*chart, user_values, options, environment.limits()));
    ASSIGN_OR_RETURN(out, Execute(prepared, options, environment, usage));
    return absl::OkStatus();
  }));
  return out;
}

bool FailedInTemplates(const absl::Status& status) { return status.GetPayload(kInTemplates).has_value(); }

}  // namespace devstats::chart
