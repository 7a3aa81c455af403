#include "coordinator/spec/spec.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/yaml.h"
#include "coordinator/spec/checks.h"
#include "coordinator/spec/environment_defaults.h"
#include "coordinator/spec/presets.h"
#include "coordinator/spec/project_fields.h"

namespace devstats::spec {
namespace {

// Turns what waited in the draft into the spec.
ClusterSpec Finish(Draft draft) {
  ClusterSpec spec = std::move(draft.spec);
  for (NodeSpec& node : spec.nodes) node.labels.insert(draft.labels.begin(), draft.labels.end());
  for (const auto& [path, target] : draft.links) {
    const bool move = std::find(draft.move.begin(), draft.move.end(), path) != draft.move.end();
    const bool absolute = absl::StartsWith(target, "/");
    spec.storage.links.push_back(
        {path, absolute ? target : absl::StrCat(spec.storage.mount, "/", target), move});
  }
  if (spec.kubernetes && spec.kubernetes->package_version.empty())
    spec.kubernetes->package_version = absl::StrCat(spec.kubernetes->version, "-1.1");
  return spec;
}

}  // namespace

absl::StatusOr<ClusterSpec> ParseClusterSpec(absl::string_view text, absl::string_view file) {
  ASSIGN_OR_RETURN(YamlNode root, ParseYaml(text, file));
  ApplyPresets(&root);
  Report report(file);
  Draft draft;
  Places places;
  ReadSpec(root, draft, places, report);
  FillAddons(&draft.spec);
  for (EnvironmentSpec& environment : draft.spec.environments) FillEnvironment(&environment);
  NoteGiven(places, "projects.list", &draft.spec.projects.list);
  const CheckContext check{draft, places, report};
  for (auto* part : {CheckNodes, CheckDisks, CheckStorage, CheckPackages, CheckNetwork, CheckKubernetes,
                     CheckAddons, CheckReleases, CheckEnvironments, CheckDatabases, CheckProjects})
    part(check);
  RETURN_IF_ERROR(report.status());
  return Finish(std::move(draft));
}

}  // namespace devstats::spec
