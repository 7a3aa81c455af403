#include "coordinator/ctl/chart/lint.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/ignore.h"
#include "coordinator/chartsource/folder.h"

namespace devstats::ctl {
namespace {

using chart::ChartFile;
using Files = std::vector<ChartFile>;

constexpr char kChartYaml[] = "Chart.yaml";
constexpr size_t kMaxSubcharts = 10'000, kMaxDepth = 100;

bool IsArchive(absl::string_view path) {
  return absl::EndsWith(path, ".tgz") || absl::EndsWith(path, ".tar.gz");
}

std::string Absolute(const std::string& path) {
  std::error_code error;
  return CleanPath(std::filesystem::absolute(path, error));
}

// The archive as if it had been written to a folder and read from there: in a folder's order, and without
// what its .helmignore leaves out.
absl::Status AsFolder(Files& files) {
  std::stable_sort(files.begin(), files.end(), [](const ChartFile& a, const ChartFile& b) {
    return std::lexicographical_compare(
        a.name.begin(), a.name.end(), b.name.begin(), b.name.end(), [](char x, char y) {
          return static_cast<unsigned char>(x == '/' ? 0 : x) < static_cast<unsigned char>(y == '/' ? 0 : y);
        });
  });
  chart::IgnoreRules rules;
  for (const ChartFile& file : files)
    if (file.name == ".helmignore") {
      ASSIGN_OR_RETURN(rules, chart::IgnoreRules::Parse(file.data));
    }
  const auto ignored = [&rules](const ChartFile& file) {
    for (size_t slash = file.name.find('/'); slash != std::string::npos;
         slash = file.name.find('/', slash + 1))
      if (rules.Ignores(file.name.substr(0, slash), /*is_folder=*/true)) return true;
    return rules.Ignores(file.name, /*is_folder=*/false);
  };
  files.erase(std::remove_if(files.begin(), files.end(), ignored), files.end());
  return absl::OkStatus();
}

// The name is that of the folder that Helm unpacks to.
absl::Status CheckName(const Files& files, const chart::Limits& limits) {
  std::string name;
  for (const ChartFile& file : files) {
    if (file.name != kChartYaml) continue;
    ASSIGN_OR_RETURN(const chart::Value metadata, chart::ReadYamlMap(file.data, limits, "chart.Metadata"),
                     "cannot load Chart.yaml");
    const chart::Value* found = metadata.Find("name");
    if (found && found->Is(chart::Kind::kString)) name = std::string(found->text());
  }
  if (name.empty()) return absl::InvalidArgumentError("chart name not specified");
  if (name == "." || name == "..")
    return absl::InvalidArgumentError(absl::StrCat("chart name \"", name, "\" is not allowed"));
  if (absl::StrContains(name, '/'))
    return absl::InvalidArgumentError(
        absl::StrCat("chart name \"", name, "\" must not contain path separators"));
  return absl::OkStatus();
}

// Told as Go tells it: "open x: no such file or directory".
absl::Status CheckThere(absl::string_view call, const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) return absl::OkStatus();
  const char* why = errno == ENOTDIR  ? "not a directory"
                    : errno == EACCES ? "permission denied"
                                      : "no such file or directory";
  return absl::NotFoundError(absl::StrCat(call, " ", path, ": ", why));
}

absl::StatusOr<Files> Unpack(const std::string& path, const chart::Limits& limits) {
  RETURN_IF_ERROR(CheckThere("open", path), "unable to open tarball");
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, limits.archive_bytes), "unable to open tarball");
  ASSIGN_OR_RETURN(Files files, chart::UnpackArchive(bytes, limits), "unable to extract tarball");
  RETURN_IF_ERROR(CheckName(files, limits), "unable to extract tarball");
  RETURN_IF_ERROR(AsFolder(files));
  return files;
}

// A folder that cannot be read is no chart, and that is a message, not an error.
std::vector<chart::LintMessage> Unreadable(const absl::Status& status) {
  return {{chart::Severity::kError, "templates/", std::string(status.message())},
          {chart::Severity::kError, "", absl::StrCat("unable to load chart\n\t", status.message())}};
}

class SubchartWalk {
 public:
  void Enter(const std::string& path, size_t depth) {
    struct stat info;
    if (::lstat(path.c_str(), &info) != 0 || found_.size() >= kMaxSubcharts) return;
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name == kChartYaml)
      found_.push_back(path.substr(0, path.size() - name.size() - 1));
    else if (IsArchive(path))
      found_.push_back(path);
    if (!S_ISDIR(info.st_mode) || depth >= kMaxDepth) return;
    const auto names = ListFolder(path);
    if (!names.ok()) return;
    for (const std::string& child : *names) Enter(absl::StrCat(path, "/", child), depth + 1);
  }
  std::vector<std::string> Take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

}  // namespace

absl::StatusOr<std::vector<chart::LintMessage>> LintPath(const std::string& path, const chart::Value& values,
                                                         chart::LintOptions options,
                                                         const chart::Environment& environment) {
  options.folder = Absolute(path);
  if (IsArchive(path)) {
    ASSIGN_OR_RETURN(const Files files, Unpack(path, environment.limits()));
    return chart::Lint(files, values, options, environment);
  }
  const std::string chart_yaml = CleanPath(absl::StrCat(path, "/", kChartYaml));
  RETURN_IF_ERROR(CheckThere("stat", chart_yaml), "unable to check Chart.yaml file in chart");
  const auto files = chartsource::ReadFolder(path, environment.limits(), options.warn);
  if (!files.ok()) return Unreadable(files.status());
  return chart::Lint(*files, values, options, environment);
}

std::vector<std::string> SubchartsBelow(const std::string& path) {
  SubchartWalk walk;
  walk.Enter(CleanPath(path + "/charts"), 0);
  return walk.Take();
}

std::string CleanPath(const std::string& path) {
  std::string clean = std::filesystem::path(path).lexically_normal().string();
  if (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

}  // namespace devstats::ctl
