#include "coordinator/ctl/chart/template.h"

#include <fnmatch.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/render/manifests.h"
#include "coordinator/chart/template/usage.h"
#include "coordinator/ctl/chart/release_name.h"

namespace devstats::ctl {
namespace {

using chart::Rendered;

bool IsTest(const chart::Hook& hook) {
  return std::find(hook.events.begin(), hook.events.end(), "test") != hook.events.end();
}

std::string Document(const chart::Manifest& manifest) {
  return absl::StrCat("---\n# Source: ", manifest.path, "\n", manifest.content, "\n");
}

// What Helm prints: manifests, then hooks. `text` is the manifests.
std::string WithHooks(absl::string_view text, const Rendered& rendered, const TemplateFlags& flags) {
  std::string out = absl::StrCat(absl::StripAsciiWhitespace(text), "\n");
  if (flags.no_hooks) return out;
  for (const chart::Hook& hook : rendered.hooks)
    if (!flags.skip_tests || !IsTest(hook)) out += Document(hook.manifest);
  return out;
}

// The path after the chart's name in the first "# Source: " line, or empty.
absl::string_view PathInChart(absl::string_view document) {
  constexpr absl::string_view kMark = "# Source: ";
  for (size_t at = document.find(kMark); at != absl::string_view::npos; at = document.find(kMark, at + 1)) {
    absl::string_view line = document.substr(at + kMark.size());
    line = line.substr(0, line.find('\n'));
    const size_t slash = line.find('/');
    if (slash != 0 && slash != absl::string_view::npos && slash + 1 < line.size()) return line.substr(slash + 1);
  }
  return {};
}

absl::StatusOr<std::string> Only(const std::vector<std::string>& wanted, absl::string_view text) {
  const std::vector<absl::string_view> documents = chart::SplitDocuments(text);
  std::string out;
  for (const std::string& pattern : wanted) {
    bool found = false;
    for (absl::string_view document : documents) {
      const std::string path(PathInChart(document));
      if (path.empty() || ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) != 0) continue;
      absl::StrAppend(&out, "---\n", document, "\n");
      found = true;
    }
    if (!found) return absl::NotFoundError(absl::StrCat("could not find template ", pattern, " in chart"));
  }
  return out;
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
    for (const chart::ChartFile& crd : rendered.crds)
      AddFile(folder + crd.name, absl::StrCat("---\n# Source: ", crd.name, "\n", crd.data, "\n"), files);
  for (const chart::Manifest& manifest : rendered.manifests)
    AddFile(folder + manifest.path, Document(manifest), files);
  if (!flags.no_hooks)
    for (const chart::Hook& hook : rendered.hooks)
      if (!flags.skip_tests || !IsTest(hook)) AddFile(folder + hook.manifest.path, Document(hook.manifest), files);
  return files;
}

// All templates as they came out, so that bad YAML in them can be looked at.
std::string Raw(const std::vector<chart::ChartFile>& templates) {
  std::string out;
  for (const chart::ChartFile& file : templates)
    absl::StrAppend(&out, "---\n# Source: ", file.name, "\n", file.data, "\n");
  return out;
}

absl::Status CheckInstallable(const chart::Chart& chart) {
  const std::string& type = chart.metadata.type;
  if (!type.empty() && type != "application")
    return absl::FailedPreconditionError(type + " charts are not installable");
  return Annotate(chart::CheckDependencies(chart),
                  "An error occurred while checking for chart dependencies. You may need to run "
                  "`helm dependency build` to fetch missing dependencies");
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
  RETURN_IF_ERROR(CheckInstallable(*loaded));
  if (loaded->metadata.deprecated) warn("This chart is deprecated");
  RETURN_IF_ERROR(CheckReleaseName(named.release));

  options.release = {.name = named.release,
                     .name_space = flags.name_space.empty() ? "default" : flags.name_space,
                     .is_upgrade = flags.is_upgrade};
  options.skip_schema = flags.skip_schema;
  options.sub_notes = flags.sub_notes;
  options.warn = warn;
  absl::StatusOr<Rendered> rendered = chart::Render(loaded, values, options, environment);
  TemplateResult result;
  if (!rendered.ok()) {
    if (!absl::StartsWith(rendered.status().message(), "YAML parse error")) return rendered.status();
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
  result.text = WithHooks(rendered->ManifestText(flags.include_crds), *rendered, flags);
  if (!flags.show_only.empty()) {
    ASSIGN_OR_RETURN(result.text, Only(flags.show_only, result.text));
  }
  return result;
}

}  // namespace devstats::ctl
