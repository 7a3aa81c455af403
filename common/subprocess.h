// Runs a program with a fixed argv: no shell, clean environment, own process group, deadline, output cap. For
// reading (observations); what changes a box and takes time runs in a transient systemd unit instead.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats {

struct ProcessOptions {
  absl::Duration timeout = absl::Seconds(30);
  size_t output_limit = 1 << 20;         // of stdout and stderr each; the rest is dropped and `truncated` set
  std::string input;                     // to stdin
  std::vector<std::string> environment;  // "NAME=value"; PATH and LC_ALL=C.UTF-8 are given anyway
  // Environment and working folder of this process in place of all that: for an operator's own programs.
  bool inherit = false;
};

struct ProcessResult {
  int exit_code = 0;  // 128+N when ended by signal N
  std::string out, err;
  bool truncated = false;
};

// Where `name` is, as a shell and Go's exec.LookPath find it: itself if it has a slash, else in the folders
// of `path` ($PATH). NotFound "exec: \"x\": executable file not found in $PATH".
absl::StatusOr<std::string> LookPath(const std::string& name, absl::string_view path);

// Runs argv[0] (absolute path, or found in the fixed PATH) and waits. An exit code other than 0 is a result,
// not an error. NotFound when there is no such program, DeadlineExceeded (its group killed) after the
// timeout. Thread-safe.
absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& argv,
                                         const ProcessOptions& options = {});

}  // namespace devstats
