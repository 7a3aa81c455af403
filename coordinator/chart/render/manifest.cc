#include "coordinator/chart/render/manifest.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/data/manifest_head.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/render/order.h"
#include "coordinator/chart/render/split.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kEvents = "helm.sh/hook", kWeight = "helm.sh/hook-weight",
                            kDeletePolicies = "helm.sh/hook-delete-policy",
                            kOutputLogPolicies = "helm.sh/hook-output-log-policy";
constexpr absl::string_view kKnownEvents[] = {"pre-install",  "post-install",  "pre-delete",
                                              "post-delete",  "pre-upgrade",   "post-upgrade",
                                              "pre-rollback", "post-rollback", "test"};

// Comma-separated words in lower case.
std::vector<std::string> Words(absl::string_view text) {
  std::vector<std::string> words;
  for (const absl::string_view word : absl::StrSplit(text, ','))
    words.push_back(absl::AsciiStrToLower(TrimSpace(word)));
  return words;
}

// False if one is unknown.
bool ReadEvents(absl::string_view text, std::vector<std::string>& events) {
  for (std::string& word : Words(text)) {
    if (word == "test-success") word = "test";  // of Helm 2
    if (std::find(std::begin(kKnownEvents), std::end(kKnownEvents), word) == std::end(kKnownEvents))
      return false;
    events.push_back(std::move(word));
  }
  return true;
}

// nullptr: there is none.
const std::string* Annotation(const ManifestHead& head, absl::string_view key) {
  for (const auto& [name, value] : head.annotations)
    if (name == key) return &value;
  return nullptr;
}

class Sorter {
 public:
  Sorter(const Limits& limits, const Warn& warn) : limits_(limits), warn_(warn) {}

  absl::Status Add(const ChartFile& file) {
    for (const absl::string_view document : SplitManifests(file.data)) {
      ASSIGN_OR_RETURN(ManifestHead head, ReadManifestHead(document, limits_),
                       absl::StrCat("YAML parse error on ", file.name));
      AddDocument(file.name, document, head);
    }
    return absl::OkStatus();
  }

  SortedManifests Finish() {
    SortByKind(sorted_.manifests, KindOrder::kInstall);
    SortByKind(sorted_.hooks, KindOrder::kInstall);
    return std::move(sorted_);
  }

 private:
  void AddDocument(const std::string& path, absl::string_view document, ManifestHead& head) {
    const std::string* events = Annotation(head, kEvents);
    Hook hook;
    if (events && !ReadEvents(*events, hook.events)) {
      if (warn_) warn_(absl::StrCat("info: skipping unknown hook: ", Quote(*events)));
      return;
    }
    Manifest manifest = {path, std::string(document), std::move(head.api_version), std::move(head.kind),
                         std::move(head.name)};
    if (!events) {
      sorted_.manifests.push_back(std::move(manifest));
      return;
    }
    hook.manifest = std::move(manifest);
    if (const std::string* weight = Annotation(head, kWeight))
      hook.weight = ParseInt(*weight, 10, 64).value_or(0);
    if (const std::string* policies = Annotation(head, kDeletePolicies))
      hook.delete_policies = Words(*policies);
    if (const std::string* policies = Annotation(head, kOutputLogPolicies))
      hook.output_log_policies = Words(*policies);
    sorted_.hooks.push_back(std::move(hook));
  }

  const Limits& limits_;
  const Warn& warn_;
  SortedManifests sorted_;
};

}  // namespace

bool Hook::IsTest() const { return std::find(events.begin(), events.end(), "test") != events.end(); }

absl::StatusOr<SortedManifests> SortManifests(std::vector<ChartFile> files, const Limits& limits,
                                              const Warn& warn) {
  std::sort(files.begin(), files.end(),
            [](const ChartFile& a, const ChartFile& b) { return a.name < b.name; });
  Sorter sorter(limits, warn);
  for (ChartFile& file : files) {
    if (absl::StartsWith(PathBase(file.name), "_")) continue;
    RETURN_IF_ERROR(sorter.Add(file));
    file.data = std::string();  // its documents have been copied
  }
  return sorter.Finish();
}

}  // namespace devstats::chart
