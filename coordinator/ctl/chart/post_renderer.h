// --post-renderer: a program of the operator's that gets the manifests on standard input and prints what they
// should be instead (https://helm.sh/docs/topics/advanced/#post-rendering).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/ctl/shell.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

using PostRender = std::function<absl::StatusOr<std::string>(const std::string& manifests)>;

inline constexpr char kPostRenderError[] = "error while running post render on files";

struct PostRendererFlags {
  std::string program;
  std::vector<std::string> arguments;  // each as it stands

  void Declare(CLI::App& verb);
  // nullptr without a program; InvalidArgument "... unable to find binary at x: ..." for one that is not
  // there. It is run with this process's folder and environment, no shell between, for ten minutes at most;
  // its errors are Helm's and begin with kPostRenderError.
  absl::StatusOr<PostRender> Find(const Shell& shell) const;
};

}  // namespace devstats::ctl
