// The value of a secret, as the operator gives it: never on the command line.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// From `file` as it is ("-": standard input); without one asked for at the terminal, or from standard input.
// From these two the newline at its end is left out.
absl::StatusOr<std::string> ReadSecretValue(const Shell& shell, const std::string& name,
                                            const std::string& file);

}  // namespace devstats::ctl
