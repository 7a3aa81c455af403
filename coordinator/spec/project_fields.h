// A project of cluster.yaml over one of the catalog: which keys were written, and what each of them is.
#pragma once
#include "coordinator/spec/devstats.h"
#include "coordinator/spec/values.h"

namespace devstats::spec {

// The keys of a project ("disk", "affiliations.lock"), without those of its schedules, which go by
// environment.
std::vector<const char*> ProjectFields();
// Notes which keys of each project stand in the file. `at` is what messages call the list.
void NoteGiven(const Places& places, const std::string& at, std::vector<ProjectSpec>* list);
// Takes over what was given.
void Overlay(const ProjectSpec& over, ProjectSpec* project);
// What a project has by its name, unless it was given.
void FillProject(ProjectSpec* project);

}  // namespace devstats::spec
