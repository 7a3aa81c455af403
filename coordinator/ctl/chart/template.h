// `devstatsctl chart template`: what `helm template` prints, byte for byte.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/ctl/chart/charts.h"
#include "coordinator/ctl/chart/post_renderer.h"
#include "coordinator/ctl/chart/value_flags.h"

namespace devstats::ctl {

struct TemplateFlags {
  std::vector<std::string> words;  // [NAME] CHART
  ChartRequest chart;
  ValueFlags values;
  PostRendererFlags post_renderer;
  std::string name_space, kube_version, name_template, output_dir;
  std::string dry_run = "true";
  std::vector<std::string> api_versions, show_only;
  bool include_crds = false, is_upgrade = false, no_hooks = false, skip_tests = false, skip_schema = false;
  bool generate_name = false, sub_notes = false, debug = false, release_name_in_path = false;
};

struct TemplateResult {
  std::string text;                     // for standard output
  std::vector<chart::ChartFile> files;  // for --output-dir: path below it -> text
  std::vector<std::string> wrote;       // the path of each manifest in them, which Helm tells one by one
  absl::Status status;                  // with --debug, `text` is there although this is an error
};

// Errors are Helm's texts. `post_render` may be nullptr. `warn` gets what Helm writes to standard error.
absl::StatusOr<TemplateResult> DoTemplate(const TemplateFlags& flags, Charts& charts,
                                          const PostRender& post_render,
                                          const chart::Environment& environment, const chart::Warn& warn);

}  // namespace devstats::ctl
