#include "coordinator/spec/project_edit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/spec/spec.h"

namespace devstats::spec {
namespace {

using State = ProjectSpec::State;

// A cluster.yaml with its projects and one environment of it.
struct Subject {
  ClusterSpec spec;
  std::vector<ProjectSpec> all;
  EnvironmentSpec environment;
};

absl::StatusOr<Subject> Read(const YamlText& yaml, const std::string& environment, const ReadText& read) {
  Subject subject;
  ASSIGN_OR_RETURN(subject.spec, ParseClusterSpec(yaml.text, yaml.file));
  ASSIGN_OR_RETURN(subject.all, ProjectsOf(subject.spec.projects, read));
  std::vector<absl::string_view> names;
  for (const EnvironmentSpec& one : subject.spec.environments) {
    names.push_back(one.name);
    if (one.name == environment) subject.environment = one;
  }
  if (!subject.environment.name.empty()) return subject;
  return Hint(absl::NotFoundError(absl::StrCat(yaml.file, " has no environment ", environment)),
              Suggestion(environment, names));
}

absl::StatusOr<ProjectSpec> Named(const Subject& subject, const std::string& name) {
  if (IsGlob(name))
    return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is no name; each project is named"));
  return FindProject(name, subject.all);
}

bool IsOf(const std::vector<ProjectSpec>& projects, const std::string& name) {
  return std::any_of(projects.begin(), projects.end(), [&](const ProjectSpec& p) { return p.name == name; });
}

absl::StatusOr<bool> Shows(const EnvironmentSpec& environment, const std::vector<ProjectSpec>& all,
                           const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<ProjectSpec> shown, ProjectsOf(environment, all));
  return IsOf(shown, name);
}

bool HasDomainOf(const ProjectSpec& project, const EnvironmentSpec& environment) {
  EnvironmentSpec by_domain = environment;
  by_domain.projects.clear();
  ProjectSpec there = project;
  there.state = State::kActive;
  const auto shown = ProjectsOf(by_domain, {there});
  return shown.ok() && !shown->empty();
}

YamlPath ListOf(const EnvironmentSpec& environment) { return {"environments", environment.name, "projects"}; }
std::string ListName(const EnvironmentSpec& environment) { return absl::StrJoin(ListOf(environment), "."); }
std::string KeyOf(const ProjectSpec& project, const char* key) {
  return absl::StrCat("projects.list.", project.name, ".", key);
}

std::string NoHost(const EnvironmentSpec& environment) {
  std::vector<std::string> here;
  for (const DomainSpec& domain : environment.domains) here.push_back(domain.name);
  return absl::StrCat(" is of no domain of environment ", environment.name, ", which has ",
                      absl::StrJoin(here, ", "), "; it has no host there");
}

absl::Status MayBeAdded(const ProjectSpec& project, const EnvironmentSpec& environment) {
  if (project.state == State::kDisabled)
    return Hint(absl::FailedPreconditionError(absl::StrCat("project ", project.name, " is disabled")),
                absl::StrCat("write ", KeyOf(project, "state"), ": active"));
  // Without a list, an environment shows those of its domains.
  if (!environment.projects.empty() || HasDomainOf(project, environment)) return absl::OkStatus();
  std::vector<std::string> with = project.domains;
  with.push_back(environment.domains.empty() ? "DOMAIN" : environment.domains.front().name);
  return Hint(absl::FailedPreconditionError(absl::StrCat("project ", project.name, NoHost(environment))),
              absl::StrCat("write ", KeyOf(project, "domains"), ": [", absl::StrJoin(with, ", "), "]"));
}

// The item of the environment's list that means the project: its name, or a glob; empty: none.
std::string MeantBy(const EnvironmentSpec& environment, const std::string& name) {
  for (const std::string& item : environment.projects)
    if (item == name) return item;
  for (const std::string& item : environment.projects)
    if (IsGlob(item) && GlobMatches(item, name)) return item;
  return "";
}

std::string Present(const EnvironmentSpec& environment, const std::string& name, const std::string& item) {
  if (environment.projects.empty())
    return absl::StrCat(name, ": environment ", environment.name,
                        " names no projects and shows all of its domains; it is one of them");
  if (item == name) return absl::StrCat(name, " is in ", ListName(environment), " already");
  return absl::StrCat(name, " is meant by '", item, "' in ", ListName(environment), " already");
}

// That the new text is a cluster.yaml, and shows the project or does not.
absl::Status Finish(const YamlText& yaml, bool shown, const ReadText& read, ProjectEdit* edit) {
  ASSIGN_OR_RETURN(Subject now, Read({edit->text, yaml.file}, edit->environment.name, read));
  for (const ProjectSpec& project : edit->projects) {
    ASSIGN_OR_RETURN(const bool is_shown, Shows(now.environment, now.all, project.name));
    if (is_shown != shown)
      return absl::InternalError(absl::StrCat("with the edit, environment ", now.environment.name,
                                              shown ? " does not show " : " still shows ", project.name));
  }
  edit->environment = std::move(now.environment);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> OthersWith(const Subject& subject, const std::string& name) {
  std::vector<std::string> others;
  for (const EnvironmentSpec& other : subject.spec.environments) {
    ASSIGN_OR_RETURN(const bool shown, Shows(other, subject.all, name));
    if (shown && other.name != subject.environment.name) others.push_back(other.name);
  }
  return others;
}

// The text without a project that the environment's list does not name.
absl::StatusOr<std::string> Disabled(const YamlText& yaml, const Subject& subject,
                                     const ProjectSpec& project) {
  ASSIGN_OR_RETURN(const auto others, OthersWith(subject, project.name));
  if (others.empty()) return SetText(yaml, {"projects", "list", project.name, "state"}, "disabled");
  const std::string item = MeantBy(subject.environment, project.name);
  return Hint(
      absl::FailedPreconditionError(absl::StrCat(
          item.empty() ? "its domain" : absl::StrCat("'", item, "' in ", ListName(subject.environment)),
          " shows ", project.name, " in environment ", subject.environment.name,
          ", and it cannot be disabled while it is also in ", absl::StrJoin(others, ", "))),
      absl::StrCat("write the names of all others in ", ListName(subject.environment)));
}

}  // namespace

absl::StatusOr<ProjectEdit> AddProjects(const YamlText& yaml, const std::string& environment,
                                        const std::vector<std::string>& names, const ReadText& read) {
  ASSIGN_OR_RETURN(const Subject subject, Read(yaml, environment, read));
  ProjectEdit edit{.text = std::string(yaml.text), .environment = subject.environment};
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(ProjectSpec project, Named(subject, name));
    RETURN_IF_ERROR(MayBeAdded(project, subject.environment));
    if (IsOf(edit.projects, name)) continue;
    const std::string item = MeantBy(subject.environment, name);
    if (!item.empty() || subject.environment.projects.empty()) {
      edit.notes.push_back(Present(subject.environment, name, item));
    } else {
      ASSIGN_OR_RETURN(edit.text, AppendItem({edit.text, yaml.file}, ListOf(subject.environment), name));
    }
    if (!HasDomainOf(project, subject.environment))
      edit.notes.push_back(absl::StrCat(name, NoHost(subject.environment)));
    if (project.state == State::kArchived)
      edit.notes.push_back(absl::StrCat(name, " is archived: nothing of it is synced"));
    edit.projects.push_back(std::move(project));
  }
  RETURN_IF_ERROR(Finish(yaml, true, read, &edit));
  return edit;
}

absl::StatusOr<ProjectEdit> ArchiveProject(const YamlText& yaml, const std::string& environment,
                                           const std::string& name, const ReadText& read) {
  ASSIGN_OR_RETURN(const Subject subject, Read(yaml, environment, read));
  ASSIGN_OR_RETURN(const ProjectSpec project, Named(subject, name));
  ASSIGN_OR_RETURN(const bool shown, Shows(subject.environment, subject.all, name));
  if (!shown)
    return Hint(absl::NotFoundError(absl::StrCat("environment ", environment, " does not show ", name)),
                absl::StrCat("devstatsctl project list -e ", environment));
  ProjectEdit edit{.text = std::string(yaml.text), .environment = subject.environment, .projects = {project}};
  if (project.state == State::kArchived) {
    edit.notes.push_back(absl::StrCat(name, " is archived already"));
  } else {
    ASSIGN_OR_RETURN(edit.text, SetText(yaml, {"projects", "list", name, "state"}, NameOf(State::kArchived)));
  }
  ASSIGN_OR_RETURN(const auto others, OthersWith(subject, name));
  if (!others.empty())
    edit.notes.push_back(absl::StrCat("the state of a project is one: it is archived in ",
                                      absl::StrJoin(others, ", "), ", too"));
  RETURN_IF_ERROR(Finish(yaml, true, read, &edit));
  return edit;
}

absl::StatusOr<ProjectEdit> RemoveProject(const YamlText& yaml, const std::string& environment,
                                          const std::string& name, const ReadText& read) {
  ASSIGN_OR_RETURN(const Subject subject, Read(yaml, environment, read));
  ASSIGN_OR_RETURN(const ProjectSpec project, Named(subject, name));
  ASSIGN_OR_RETURN(const bool shown, Shows(subject.environment, subject.all, name));
  ProjectEdit edit{.text = std::string(yaml.text), .environment = subject.environment, .projects = {project}};
  const auto& items = subject.environment.projects;
  if (std::find(items.begin(), items.end(), name) != items.end()) {
    auto text = RemoveItem(yaml, ListOf(subject.environment), name);
    if (absl::IsFailedPrecondition(text.status()))
      return Hint(text.status(),
                  absl::StrCat("an environment shows something; take environments.", environment,
                               " away as a whole, by hand, or add another project first"));
    ASSIGN_OR_RETURN(edit.text, std::move(text));
    ASSIGN_OR_RETURN(Subject now, Read({edit.text, yaml.file}, environment, read));
    ASSIGN_OR_RETURN(const bool still, Shows(now.environment, now.all, name));
    if (still) {
      ASSIGN_OR_RETURN(edit.text, Disabled({edit.text, yaml.file}, now, project));
    }
  } else if (shown) {
    ASSIGN_OR_RETURN(edit.text, Disabled(yaml, subject, project));
  } else {
    edit.notes.push_back(
        absl::StrCat("environment ", environment, " of ", yaml.file, " does not show ", name));
  }
  RETURN_IF_ERROR(Finish(yaml, false, read, &edit));
  return edit;
}

}  // namespace devstats::spec
