// The part of devstatsctl that starts in milliseconds: chart verbs on charts of this machine.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// Hands the same command line over to the whole program; does not return unless that failed.
using HandOver = std::function<absl::Status()>;

// Whether `args` may be something for RunLocal.
bool IsLocal(const std::vector<std::string>& args);
// Runs it; `hand_over` is called when it turns out that the network is needed (nullptr: an error instead).
int RunLocal(std::vector<std::string> args, Io io, const HandOver& hand_over);

inline constexpr size_t kMaxValuesBytes = 64 << 20;  // of a values file
// A values file of this machine, or "-": standard input.
absl::StatusOr<std::string> ReadLocalValues(const Shell& shell, const std::string& name);

// Replaces this process by the whole program, which stands beside this one or in ../libexec/devstats.
absl::Status ExecWhole(const std::vector<std::string>& args);

}  // namespace devstats::ctl
