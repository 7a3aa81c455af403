// What `helm template` prints of a rendering. Pure.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/render/render.h"

namespace devstats::chart {

struct OutputOptions {
  bool include_crds = false;
  bool no_hooks = false;
  bool skip_tests = false;
  std::vector<std::string> show_only;  // "templates/x.yaml", with * and the like
  // Makes other manifests of those that are no hooks; before anything is picked by show_only.
  std::function<absl::StatusOr<std::string>(const std::string&)> post_render;
};

// All manifests, then the hooks; or, in the order of `show_only`, what its patterns match. NotFound "could
// not find template templates/x.yaml in chart".
absl::StatusOr<std::string> TemplateOutput(const Rendered& rendered, const OutputOptions& options);

}  // namespace devstats::chart
