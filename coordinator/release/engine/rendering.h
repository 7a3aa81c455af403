// A chart and values to what a release's record holds, rendered against the cluster.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::release {

struct RenderedRelease {
  std::string chart, config, manifest, notes;  // as the record has them
  std::vector<ReleaseHook> hooks;
  std::vector<chart::Crd> crds;
};

struct RenderingInput {
  std::shared_ptr<const chart::Chart> chart;
  chart::Value values;
  chart::ReleaseInfo release;
  ReleaseOptions options;
};

// Templates see the server's version and kinds, those that the chart's crds/ would add among them (Helm
// installs these before it renders), and its objects (`lookup`). `warnings` gets what Helm would log.
absl::StatusOr<RenderedRelease> RenderRelease(const RenderingInput& input, const EngineParts& parts,
                                              std::vector<std::string>* warnings);

}  // namespace devstats::release
