#include "coordinator/ctl/chart/post_renderer.h"

#include <filesystem>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/subprocess.h"
#include "coordinator/ctl/chart/flags.h"

namespace devstats::ctl {
namespace {

constexpr absl::Duration kTimeout = absl::Minutes(10);
constexpr size_t kMaxOutput = 256 << 20;

absl::StatusOr<std::string> Render(const std::vector<std::string>& argv, const std::string& manifests) {
  const auto run = RunProcess(
      argv, {.timeout = kTimeout, .output_limit = kMaxOutput, .input = manifests, .inherit = true});
  const std::string context = absl::StrCat(kPostRenderError, ": error while running command ", argv[0]);
  RETURN_IF_ERROR(run.status(), context);
  if (run->truncated)
    return absl::ResourceExhaustedError(absl::StrCat(context, ": it wrote more than ", kMaxOutput, " bytes"));
  if (run->exit_code == 0) return run->out;
  return absl::FailedPreconditionError(
      absl::StrCat(context, ". error output:\n", run->err, ": exit status ", run->exit_code));
}

}  // namespace

void PostRendererFlags::Declare(CLI::App& verb) {
  verb.add_option("--post-renderer", program,
                  "a program that changes the manifests: standard input to output")
      ->type_name("PROGRAM");
  ListFlag(verb, "--post-renderer-args", arguments, "WORD",
           "an argument of that program (may be given again)");
}

absl::StatusOr<PostRender> PostRendererFlags::Find(const Shell& shell) const {
  if (program.empty()) return nullptr;
  const auto found = LookPath(program, shell.Env("PATH"));
  if (!found.ok())
    return absl::InvalidArgumentError(absl::StrCat(
        "invalid argument \"", program, "\" for \"--post-renderer\" flag: unable to find binary at ", program,
        ": ", found.status().message()));
  std::vector<std::string> argv = {std::filesystem::absolute(*found).lexically_normal().string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return [argv = std::move(argv)](const std::string& manifests) { return Render(argv, manifests); };
}

}  // namespace devstats::ctl
