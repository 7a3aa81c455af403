#include "coordinator/ctl/chart/template.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/output.h"
#include "coordinator/chart/render/release_name.h"
#include "coordinator/ctl/chart/release_name.h"

namespace devstats::ctl {
namespace {

using chart::Rendered;

std::string Document(const chart::Manifest& manifest) {
  return absl::StrCat("---\n# Source: ", manifest.path, "\n", manifest.content, "\n");
}

void AddFile(const std::string& path, const std::string& text, std::vector<chart::ChartFile>& files) {
  for (chart::ChartFile& file : files)
    if (file.name == path) {
      file.data += text;
      return;
    }
  files.push_back({path, text});
}

std::vector<chart::ChartFile> Files(const Rendered& rendered, const TemplateFlags& flags,
                                    const std::string& release) {
  std::vector<chart::ChartFile> files;
  const std::string folder = flags.release_name_in_path ? release + "/" : "";
  if (flags.include_crds)
    for (const chart::Crd& crd : rendered.crds)
      AddFile(folder + crd.path, absl::StrCat("---\n# Source: ", crd.path, "\n", crd.file.data(), "\n"),
              files);
  for (const chart::Manifest& manifest : rendered.manifests)
    AddFile(folder + manifest.path, Document(manifest), files);
  if (!flags.no_hooks)
    for (const chart::Hook& hook : rendered.hooks)
      if (!flags.skip_tests || !hook.IsTest())
        AddFile(folder + hook.manifest.path, Document(hook.manifest), files);
  return files;
}

// All templates as they came out, so that bad YAML in them can be looked at.
std::string Raw(const std::vector<chart::ChartFile>& templates) {
  std::string out;
  for (const chart::ChartFile& file : templates)
    absl::StrAppend(&out, "---\n# Source: ", file.name, "\n", file.data, "\n");
  return out;
}

}  // namespace

absl::StatusOr<TemplateResult> DoTemplate(const TemplateFlags& flags, Charts& charts,
                                          const chart::Environment& environment, const chart::Warn& warn) {
  chart::RenderOptions options;
  if (!flags.kube_version.empty())
    RETURN_IF_ERROR(chart::SetKubeVersion(flags.kube_version, options.capabilities));
  for (const std::string& version : flags.api_versions) options.capabilities.api_versions.push_back(version);
  ASSIGN_OR_RETURN(const NamedChart named, NameAndChart(flags, environment));
  ChartRequest request = flags.chart;
  request.reference = named.chart;

  const auto read = [&](const std::string& name) { return charts.ReadValues(name); };
  ASSIGN_OR_RETURN(const auto loaded, charts.Load(request, warn));
  ASSIGN_OR_RETURN(const chart::Value values, flags.values.Merge(read, environment.limits()));
  RETURN_IF_ERROR(chart::CheckInstallable(*loaded));
  RETURN_IF_ERROR(chart::CheckDependencies(*loaded));
  if (loaded->metadata.deprecated) warn("This chart is deprecated");
  RETURN_IF_ERROR(chart::CheckReleaseName(named.release));

  options.release = {.name = named.release,
                     .name_space = flags.name_space.empty() ? "default" : flags.name_space,
                     .is_upgrade = flags.is_upgrade};
  options.skip_schema = flags.skip_schema;
  options.sub_notes = flags.sub_notes;
  options.warn = warn;
  absl::StatusOr<Rendered> rendered = chart::Render(loaded, values, options, environment);
  TemplateResult result;
  if (!rendered.ok()) {
    if (!chart::FailedInTemplates(rendered.status())) return rendered.status();
    if (!flags.debug)
      return absl::InvalidArgumentError(
          absl::StrCat(rendered.status().message(), "\n\nUse --debug flag to render out invalid YAML"));
    ASSIGN_OR_RETURN(const auto templates, chart::RenderTemplates(loaded, values, options, environment));
    result.text = Raw(templates);
    result.status = rendered.status();
    return result;
  }
  if (!flags.output_dir.empty()) {
    result.files = Files(*rendered, flags, named.release);
    return result;
  }
  ASSIGN_OR_RETURN(result.text, chart::TemplateOutput(*rendered, {.include_crds = flags.include_crds,
                                                                  .no_hooks = flags.no_hooks,
                                                                  .skip_tests = flags.skip_tests,
                                                                  .show_only = flags.show_only}));
  return result;
}

}  // namespace devstats::ctl
