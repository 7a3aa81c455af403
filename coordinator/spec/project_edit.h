// Projects that come and go, as edits of cluster.yaml. Pure: the file's text in, its new text out, read again
// as a whole before it is given back. Errors say what to write where nothing is edited here.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/spec/catalog.h"
#include "coordinator/spec/edit.h"
#include "coordinator/spec/model.h"

namespace devstats::spec {

struct ProjectEdit {
  std::string text;                   // as it was when nothing has to be written
  std::vector<std::string> notes;     // what is there already, what else the edit touches
  EnvironmentSpec environment;        // as the new text has it
  std::vector<ProjectSpec> projects;  // those that were named, as they are before the edit
};

// Names them in the environment's list, unless that means them already. NotFound, with what may have been
// meant, for another environment or project; FailedPrecondition for a project that is disabled, or, where
// an environment without a list shows those of its domains, of none of them.
absl::StatusOr<ProjectEdit> AddProjects(const YamlText& yaml, const std::string& environment,
                                        const std::vector<std::string>& names, const ReadText& read);

// Sets its state, which holds in all environments. NotFound also when the environment does not show it.
absl::StatusOr<ProjectEdit> ArchiveProject(const YamlText& yaml, const std::string& environment,
                                           const std::string& name, const ReadText& read);

// Takes it from the environment's list. One that is meant by a glob or by its domain alone is disabled
// instead; FailedPrecondition when another environment shows it, too.
absl::StatusOr<ProjectEdit> RemoveProject(const YamlText& yaml, const std::string& environment,
                                          const std::string& name, const ReadText& read);

}  // namespace devstats::spec
