// Differences as resources report them, in the shapes that most share.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "agent/host/host.h"
#include "common/unit/unit.h"

namespace devstats::agent {

// `before` is null for a thing that is absent: then it is created, and nobody else's.
void AddChange(UnitPlan* plan, const std::string& path, const Json& before, const std::string& after,
               Change::Owner owner = Change::OURS);
// A file of ours, unless it has this content already.
void AddFileChange(UnitPlan* plan, const std::string& path, const Json& now, const std::string& content);
// An act without a value: "restart systemd-journald.service".
void AddRun(UnitPlan* plan, const std::string& what, Change::Owner owner = Change::OURS);
// Something of ours that should no longer be.
void AddRemoval(UnitPlan* plan, const std::string& path, const std::string& before);

// A file as Observe reports it: its content, or null.
absl::StatusOr<Json> ObserveFile(const Host& host, const std::string& path);

// First line of every file that is ours as a whole.
inline constexpr char kOurs[] = "Made by devstats-agent from cluster.yaml; changes here are overwritten.";

}  // namespace devstats::agent
