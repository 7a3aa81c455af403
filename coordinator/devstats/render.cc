#include "coordinator/devstats/render.h"

#include "common/status.h"
#include "coordinator/addons/values.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/engine/rendering.h"

namespace devstats::domain {

absl::StatusOr<std::vector<Json>> RenderObjects(const std::string& chart, const Json& values,
                                                const release::ReleaseName& name,
                                                const addons::ChartSources& sources,
                                                const release::EngineParts& engine) {
  const chart::Limits& limits = engine.environment->limits();
  ASSIGN_OR_RETURN(const addons::LoadedChart loaded,
                   addons::LoadChart({.reference = chart}, sources, limits));
  release::RenderingInput input{.chart = loaded.chart,
                                .release = {.name = name.name, .name_space = name.name_space}};
  ASSIGN_OR_RETURN(input.values, addons::ToChart(values, limits));
  std::vector<std::string> warnings;
  ASSIGN_OR_RETURN(const release::RenderedRelease rendered, release::RenderRelease(input, engine, &warnings));
  return kube::ParseManifest(rendered.manifest, chart);
}

}  // namespace devstats::domain
