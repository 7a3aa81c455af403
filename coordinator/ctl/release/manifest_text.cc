#include "coordinator/ctl/release/manifest_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/data/manifest_head.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/render/output.h"

namespace devstats::ctl {
namespace {

constexpr absl::string_view kBegin = "---\n# Source: ";

struct Document {
  absl::string_view path, text;  // of its template; what stands below
};

// What stands before the first "# Source:" line is nobody's.
std::vector<Document> Documents(absl::string_view text) {
  std::vector<Document> out;
  const std::string between = absl::StrCat("\n", kBegin);
  if (!absl::ConsumePrefix(&text, kBegin)) return out;
  for (const absl::string_view piece : absl::StrSplit(text, between)) {
    const size_t line = piece.find('\n');
    out.push_back({piece.substr(0, line), line == piece.npos ? "" : piece.substr(line + 1)});
  }
  return out;
}

// How a document reads to whoever asks of what kind it is; nothing for what is no object.
chart::ManifestHead HeadOf(absl::string_view text) {
  return chart::ReadManifestHead(text, chart::Limits()).value_or(chart::ManifestHead());
}

bool IsTest(absl::string_view text) {
  const chart::ManifestHead head = HeadOf(text);
  for (const auto& [key, value] : head.annotations)
    if (key == "helm.sh/hook")
      for (const absl::string_view event : absl::StrSplit(value, ','))
        if (const auto name = chart::TrimSpace(event); name == "test" || name == "test-success") return true;
  return false;
}

}  // namespace

std::string HookDocuments(absl::string_view hooks) {
  if (hooks.empty()) return "";
  return absl::StrCat(absl::StartsWith(hooks, "---") ? "" : "---\n", hooks,
                      absl::EndsWith(hooks, "\n") ? "" : "\n");
}

bool HasTests(absl::string_view hooks) {
  const std::string text = HookDocuments(hooks);
  const std::vector<Document> documents = Documents(text);
  return std::any_of(documents.begin(), documents.end(),
                     [](const Document& document) { return IsTest(document.text); });
}

std::string WithoutSecrets(absl::string_view manifest) {
  std::string out;
  for (const Document& document : Documents(chart::TrimSpace(manifest))) {
    const chart::ManifestHead head = HeadOf(document.text);
    const bool hidden = head.kind == "Secret" && head.api_version == "v1";
    absl::StrAppend(&out, kBegin, document.path, "\n",
                    hidden ? "# HIDDEN: The Secret output has been suppressed" : document.text, "\n");
  }
  return out;
}

absl::StatusOr<std::string> TemplateText(const TemplateParts& parts) {
  chart::Rendered rendered;
  for (const Document& document : Documents(chart::TrimSpace(parts.manifest)))
    rendered.manifests.push_back({.path = std::string(document.path), .content = std::string(document.text)});
  const std::string hooks = HookDocuments(parts.hooks);
  for (const Document& document : Documents(chart::TrimSpace(hooks))) {
    chart::Hook hook{.manifest = {.path = std::string(document.path), .content = std::string(document.text)}};
    if (IsTest(document.text)) hook.events = {"test"};
    rendered.hooks.push_back(std::move(hook));
  }
  // Their files keep the line breaks at their ends.
  if (parts.include_crds)
    for (const Document& document : Documents(absl::StripSuffix(parts.crds, "\n")))
      rendered.crds.push_back(
          {.file = {.bytes = chart::Value::Bytes(document.text)}, .path = std::string(document.path)});
  return chart::TemplateOutput(rendered, {.include_crds = parts.include_crds,
                                          .no_hooks = parts.no_hooks,
                                          .skip_tests = parts.skip_tests,
                                          .show_only = parts.show_only});
}

}  // namespace devstats::ctl
