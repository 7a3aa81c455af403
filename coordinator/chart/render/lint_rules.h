// The rules of lint.h, one function for each part of a chart. Private to lint.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/render/lint.h"

namespace devstats::chart {

inline absl::Status Fault(absl::string_view text) { return absl::InvalidArgumentError(text); }

// Collects messages.
class LintReport {
 public:
  void Add(Severity severity, absl::string_view path, absl::string_view text) {
    messages_.push_back({severity, std::string(path), std::string(text)});
  }
  // False, and a message, if it is an error.
  bool Check(Severity severity, absl::string_view path, const absl::Status& status) {
    if (!status.ok()) Add(severity, path, status.message());
    return status.ok();
  }
  std::vector<LintMessage> Take() { return std::move(messages_); }

 private:
  std::vector<LintMessage> messages_;
};

void LintChartYaml(absl::string_view yaml, const Limits& limits, LintReport& report);
void LintDependencies(const Chart& chart, absl::string_view folder, LintReport& report);
// A template as it is written.
void LintTemplateSource(const SharedFile& file, LintReport& report);
// What a .yaml template rendered to; false if it is no YAML, after which Helm looks at no other.
bool LintRenderedTemplate(absl::string_view path, absl::string_view text, int kube_minor,
                          const Limits& limits, LintReport& report);

}  // namespace devstats::chart
