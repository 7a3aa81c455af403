// Which projects a command is about: by name, glob, state, or since when they are there. Never by position.
// Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct Selection {
  std::vector<std::string> names;                // and globs ("kube*"); empty: all
  std::vector<spec::ProjectSpec::State> states;  // empty: any
  std::string since;                             // "2026-08-01": added on that day or later; empty: whenever
  bool all = false;                              // without any of these: all of them, and no slip
};

// Those of `projects` that all parts of the selection fit, in the order of `projects`. NotFound for a name or
// a glob that is none of `projects`, with what may have been meant; InvalidArgument for a date that is none,
// or an empty selection without `all`. A project whose day is not known is in no selection by day.
absl::StatusOr<std::vector<spec::ProjectSpec>> Select(const std::vector<spec::ProjectSpec>& projects,
                                                      const Selection& selection);

// "active", "archived", "disabled".
absl::StatusOr<spec::ProjectSpec::State> StateNamed(const std::string& name);

}  // namespace devstats::domain
