#include "coordinator/devstats/selection.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/spec/catalog.h"

namespace devstats::domain {
namespace {

using Project = spec::ProjectSpec;

bool Fits(const std::string& pattern, const std::string& name) {
  return spec::IsGlob(pattern) ? spec::GlobMatches(pattern, name) : pattern == name;
}

absl::Status CheckName(const std::string& name, const std::vector<Project>& projects) {
  std::vector<absl::string_view> known;
  for (const Project& project : projects) {
    if (Fits(name, project.name)) return absl::OkStatus();
    known.push_back(project.name);
  }
  if (spec::IsGlob(name)) return absl::NotFoundError(absl::StrCat("no project fits \"", name, "\""));
  const absl::string_view nearest = Nearest(name, known);
  return Hint(absl::NotFoundError(absl::StrCat("no project is named \"", name, "\"")),
              nearest.empty() ? "`devstatsctl project list` shows them all"
                              : absl::StrCat("did you mean \"", nearest, "\"?"));
}

absl::Status CheckDay(const std::string& day) {
  absl::CivilDay parsed;
  if (day.empty() || (absl::ParseCivilTime(day, &parsed) && absl::FormatCivilTime(parsed) == day))
    return absl::OkStatus();
  return Hint(absl::InvalidArgumentError(absl::StrCat("\"", day, "\" is no day")), "write it as 2026-08-01");
}

absl::Status Check(const std::vector<Project>& projects, const Selection& selection) {
  if (selection.names.empty() && selection.states.empty() && selection.since.empty() && !selection.all)
    return Hint(absl::InvalidArgumentError("no project is selected"),
                "name projects (globs such as \"kube*\" are fine), or select by --state, --since or --all");
  for (const std::string& name : selection.names) RETURN_IF_ERROR(CheckName(name, projects));
  return CheckDay(selection.since);
}

bool IsSelected(const Project& project, const Selection& selection) {
  const auto fits = [&](const std::string& name) { return Fits(name, project.name); };
  const auto& [names, states, since, all] = selection;
  return (names.empty() || std::any_of(names.begin(), names.end(), fits)) &&
         (states.empty() || std::find(states.begin(), states.end(), project.state) != states.end()) &&
         (since.empty() || (!project.added.empty() && project.added >= since));  // ISO dates sort as text
}

}  // namespace

absl::StatusOr<std::vector<Project>> Select(const std::vector<Project>& projects,
                                            const Selection& selection) {
  RETURN_IF_ERROR(Check(projects, selection));
  std::vector<Project> out;
  for (const Project& project : projects) {
    if (IsSelected(project, selection)) out.push_back(project);
  }
  return out;
}

absl::StatusOr<Project::State> StateNamed(const std::string& name) {
  if (name == "active") return Project::State::kActive;
  if (name == "archived") return Project::State::kArchived;
  if (name == "disabled") return Project::State::kDisabled;
  return Hint(absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is no state of a project")),
              Suggestion(name, {"active", "archived", "disabled"}));
}

}  // namespace devstats::domain
