#include "coordinator/addons/wanted.h"

#include "common/files.h"
#include "common/status.h"
#include "coordinator/addons/values.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::addons {
namespace {

Json OptionsOf(const ReleaseStep& step) {
  return {{"wait", step.wait},          {"waitForJobs", step.wait_for_jobs},
          {"atomic", step.atomic},      {"createNamespace", step.create_namespace},
          {"skipCrds", step.skip_crds}, {"timeout", absl::FormatDuration(step.timeout)}};
}

// What is desired, as far as it is known without reading anything.
Json InputsOf(const ReleaseStep& step, const ChartLocation& location) {
  return {{"release", step.name},        {"namespace", step.name_space},
          {"chart", location.reference}, {"repository", location.repository},
          {"version", location.version}, {"digest", location.digest},
          {"values", step.values},       {"valuesFiles", step.values_files},
          {"options", OptionsOf(step)}};
}

absl::StatusOr<chart::Value> ReadValues(const ReleaseStep& step, const chart::Limits& limits) {
  chart::Value values = chart::Value::MakeMap();
  for (const std::string& path : step.values_files) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path, limits.file_bytes), "values file");
    ASSIGN_OR_RETURN(const chart::Value file, chart::ReadYamlMap(text, limits), path);
    values = chart::MergeFiles(values, file);
  }
  ASSIGN_OR_RETURN(const chart::Value own, ToChart(step.values, limits));
  return chart::MergeFiles(values, own);
}

// Whether a release waits, and for how long, changes nothing in its manifest.
absl::StatusOr<std::string> DigestOfInputs(const LoadedChart& chart, const chart::Value& values,
                                           const ReleaseStep& step) {
  ASSIGN_OR_RETURN(const std::string text, chart::WriteJson(values));
  return DigestOf(Json{{"chart", chart.digest}, {"values", text}, {"skipCrds", step.skip_crds}});
}

}  // namespace

release::ReleaseWanted WantedOf(std::string id, const ReleaseStep& step, const ChartLocation& location,
                                const ChartSources& sources, const chart::Limits& limits) {
  auto request = [step, location, sources, limits = &limits]() -> absl::StatusOr<release::ReleaseRequest> {
    ASSIGN_OR_RETURN(const LoadedChart loaded, LoadChart(location, sources, *limits));
    release::ReleaseRequest out{.kind = release::Kind::kUpgrade,
                                .release = {step.name, step.name_space},
                                .chart = loaded.chart,
                                .install = true};
    ASSIGN_OR_RETURN(out.values, ReadValues(step, *limits));
    ASSIGN_OR_RETURN(out.inputs, DigestOfInputs(loaded, out.values, step));
    out.reuse = release::Reuse::kReset;
    out.options.wait = step.wait;
    out.options.wait_for_jobs = step.wait_for_jobs;
    out.options.atomic = step.atomic;
    out.options.create_namespace = step.create_namespace;
    out.options.skip_crds = step.skip_crds;
    out.options.timeout = step.timeout;
    out.options.labels = {{kSpecLabel, kSpecLabelValue}};
    return out;
  };
  return {.id = std::move(id), .inputs = InputsOf(step, location), .request = std::move(request)};
}

}  // namespace devstats::addons
