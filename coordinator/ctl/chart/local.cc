#include "coordinator/ctl/chart/local.h"

#include <sys/stat.h>
#include <unistd.h>

#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/ctl/chart/commands_chart.h"

namespace devstats::ctl {
namespace {

// Charts and values files of this machine; whatever else is named is for the whole program.
class LocalCharts : public Charts {
 public:
  LocalCharts(Shell& shell, const HandOver& hand_over) : shell_(shell), hand_over_(hand_over) {}

  absl::StatusOr<std::shared_ptr<const chart::Chart>> Load(const ChartRequest& request,
                                                           const chart::Warn& warn) override {
    const std::string path(absl::StripAsciiWhitespace(request.reference));
    if (request.update_dependencies) return Elsewhere(absl::StrCat("what ", path, " depends on"));
    if (Exists(path)) return chartsource::LoadPath(path, chart::Limits(), warn);
    if (absl::StartsWith(path, "/") || absl::StartsWith(path, "."))
      return absl::NotFoundError(absl::StrCat("path \"", path, "\" not found"));
    return Elsewhere(path);
  }

  absl::Status UpdateDependencies(const chartsource::DependencyRequest& request,
                                  const chartsource::Tell&) override {
    return Elsewhere(absl::StrCat("what ", request.folder, " depends on"));
  }

  absl::StatusOr<std::string> ReadValues(const std::string& name) override {
    if (absl::StrContains(name, "://")) return Elsewhere(name);
    return ReadLocalValues(shell_, name);
  }

 private:
  absl::Status Elsewhere(const std::string& what) const {
    if (hand_over_) RETURN_IF_ERROR(hand_over_());
    return absl::UnavailableError(absl::StrCat(what, " is not on this machine"));
  }

  Shell& shell_;
  const HandOver& hand_over_;
};

}  // namespace

absl::StatusOr<std::string> ReadLocalValues(const Shell& shell, const std::string& name) {
  const std::string path(absl::StripAsciiWhitespace(name));
  if (path == "-") return std::string(std::istreambuf_iterator<char>(*shell.io.in), {});
  if (!Exists(path)) return absl::NotFoundError(absl::StrCat("open ", path, ": no such file or directory"));
  return ReadFile(path, kMaxValuesBytes);
}

bool IsLocal(const std::vector<std::string>& args) {
  return args.size() >= 2 && args[0] == "chart" && IsLocalChartVerb(args[1]);
}

int RunLocal(std::vector<std::string> args, Io io, const HandOver& hand_over) {
  return RunTree(std::move(args), std::move(io), [&](Tree& tree) {
    DeclareGlobals(tree);
    DeclareLocalChartCommands(tree,
                              [&](Shell& shell) { return std::make_unique<LocalCharts>(shell, hand_over); });
  });
}

absl::Status ExecWhole(const std::vector<std::string>& args) {
  std::string self(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
  self.resize(length > 0 ? static_cast<size_t>(length) : 0);
  std::vector<char*> argv = {const_cast<char*>("devstatsctl")};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  // Beside this one where both were built; in libexec where both were installed.
  const std::string folder = self.substr(0, self.rfind('/') + 1);
  const std::string installed = folder + "../libexec/devstats/devstatsctl-cluster";
  for (const std::string& path : {folder + "devstatsctl-cluster", installed})
    if (Exists(path)) ::execv(path.c_str(), argv.data());
  return ErrnoStatus(errno, absl::StrCat("start ", installed));
}

}  // namespace devstats::ctl
