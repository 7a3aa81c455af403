// Manifests as text with "# Source:" lines, as plans and records hold them, taken apart again. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::ctl {

// Hooks of a plan as documents, each begun by ---.
std::string HookDocuments(absl::string_view hooks);

// Whether one of them is a test.
bool HasTests(absl::string_view hooks);

// Of each v1 Secret only its "# Source:" line and Helm's remark that it is hidden.
std::string WithoutSecrets(absl::string_view manifest);

struct TemplateParts {
  std::string manifest, hooks, crds;
  bool include_crds = false, no_hooks = false, skip_tests = false;
  std::vector<std::string> show_only;  // "templates/x.yaml", with * and the like
};
// As `helm template` prints it. NotFound "could not find template templates/x.yaml in chart".
absl::StatusOr<std::string> TemplateText(const TemplateParts& parts);

}  // namespace devstats::ctl
