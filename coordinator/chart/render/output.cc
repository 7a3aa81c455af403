#include "coordinator/chart/render/output.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/render/split.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kSource = "# Source: ";

void Trim(std::string& text) {
  const absl::string_view trimmed = TrimSpace(text);
  const size_t start = trimmed.data() - text.data(), size = trimmed.size();
  text.resize(start + size);
  if (start > 0) text.erase(0, start);
}

// The path behind the first "# Source: CHART/" of a document; empty if there is none.
absl::string_view SourceOf(absl::string_view document) {
  for (size_t at = 0; (at = document.find(kSource, at)) != document.npos;) {
    at += kSource.size();
    const absl::string_view line = document.substr(at, document.find('\n', at) - at);
    const size_t slash = line.find('/');
    if (slash != line.npos && slash > 0 && slash + 1 < line.size()) return line.substr(slash + 1);
  }
  return {};
}

absl::StatusOr<std::string> ShowOnly(absl::string_view text, const std::vector<std::string>& patterns) {
  const std::vector<absl::string_view> documents = SplitManifests(text);
  std::string out;
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (const absl::string_view document : documents) {
      const absl::string_view source = SourceOf(document);
      if (source.empty() || !MatchPath(pattern, source).value_or(false)) continue;
      absl::StrAppend(&out, "---\n", document, "\n");
      found = true;
    }
    if (!found) return absl::NotFoundError(absl::StrCat("could not find template ", pattern, " in chart"));
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> TemplateOutput(const Rendered& rendered, const OutputOptions& options) {
  std::string text = rendered.ManifestText(options.include_crds);
  if (options.post_render) {
    ASSIGN_OR_RETURN(text, options.post_render(text));
  }
  Trim(text);
  text += '\n';
  if (!options.no_hooks)
    for (const Hook& hook : rendered.hooks)
      if (!options.skip_tests || !hook.IsTest())
        absl::StrAppend(&text, "---\n# Source: ", hook.manifest.path, "\n", hook.manifest.content, "\n");
  if (options.show_only.empty()) return text;
  return ShowOnly(text, options.show_only);
}

}  // namespace devstats::chart
