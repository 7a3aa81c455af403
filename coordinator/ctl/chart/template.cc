#include "coordinator/ctl/chart/template.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
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

void AddFile(const std::string& path, const std::string& text, TemplateResult& result) {
  result.wrote.push_back(path);
  for (chart::ChartFile& file : result.files)
    if (file.name == path) {
      file.data += text;
      return;
    }
  result.files.push_back({path, text});
}

void AddFiles(const Rendered& rendered, const TemplateFlags& flags, const std::string& release,
              TemplateResult& result) {
  const std::string folder = flags.release_name_in_path ? release + "/" : "";
  if (flags.include_crds)
    for (const chart::Crd& crd : rendered.crds)
      AddFile(folder + crd.path, absl::StrCat("---\n# Source: ", crd.path, "\n", crd.file.data(), "\n"),
              result);
  for (const chart::Manifest& manifest : rendered.manifests)
    AddFile(folder + manifest.path, Document(manifest), result);
  if (!flags.no_hooks)
    for (const chart::Hook& hook : rendered.hooks)
      if (!flags.skip_tests || !hook.IsTest())
        AddFile(folder + hook.manifest.path, Document(hook.manifest), result);
}

// All templates as they came out, so that bad YAML in them can be looked at.
std::string Raw(const std::vector<chart::ChartFile>& templates) {
  std::string out;
  for (const chart::ChartFile& file : templates)
    absl::StrAppend(&out, "---\n# Source: ", file.name, "\n", file.data, "\n");
  return absl::StrCat(absl::StripAsciiWhitespace(out), "\n");
}

absl::Status CheckDryRun(absl::string_view word) {
  for (const char* allowed : {"", "false", "true", "none", "client", "server"})
    if (word == allowed) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server");
}

// Fills in `result`: text, or files.
absl::Status Print(const Rendered& rendered, const TemplateFlags& flags, const std::string& release,
                   const PostRender& post_render, TemplateResult& result) {
  if (!flags.output_dir.empty()) {
    AddFiles(rendered, flags, release, result);
    // Helm shows it nothing then, and prints what it says.
    std::string made;
    if (post_render) {
      ASSIGN_OR_RETURN(made, post_render(""));
    }
    result.text = absl::StrCat(absl::StripAsciiWhitespace(made), "\n");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(result.text, chart::TemplateOutput(rendered, {.include_crds = flags.include_crds,
                                                                 .no_hooks = flags.no_hooks,
                                                                 .skip_tests = flags.skip_tests,
                                                                 .show_only = flags.show_only,
                                                                 .post_render = post_render}));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TemplateResult> DoTemplate(const TemplateFlags& flags, Charts& charts,
                                          const PostRender& post_render,
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
  RETURN_IF_ERROR(CheckDryRun(flags.dry_run));
  RETURN_IF_ERROR(chart::CheckReleaseName(named.release));

  options.release = {.name = named.release,
                     .name_space = flags.name_space.empty() ? "default" : flags.name_space,
                     .is_upgrade = flags.is_upgrade};
  options.skip_schema = flags.skip_schema;
  options.sub_notes = flags.sub_notes;
  options.warn = warn;
  absl::StatusOr<Rendered> rendered = chart::Render(loaded, values, options, environment);
  TemplateResult result;
  if (rendered.ok()) {
    result.status = Print(*rendered, flags, named.release, post_render, result);
    if (!result.status.ok() && !absl::StartsWith(result.status.message(), kPostRenderError))
      return result.status;
  } else {
    if (!chart::FailedInTemplates(rendered.status())) return rendered.status();
    result.status = rendered.status();
    if (flags.debug) {
      ASSIGN_OR_RETURN(const auto templates, chart::RenderTemplates(loaded, values, options, environment));
      result.text = Raw(templates);
    }
  }
  if (result.status.ok() || flags.debug) return result;
  return absl::InvalidArgumentError(
      absl::StrCat(result.status.message(), "\n\nUse --debug flag to render out invalid YAML"));
}

}  // namespace devstats::ctl
