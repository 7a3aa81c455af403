#include "coordinator/chartsource/dependencies.h"

#include <sys/stat.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chartsource/source.h"

namespace devstats::chartsource {
namespace {

using chart::Chart;
using chart::Dependency;

// Whether a chart's version is what the dependency wants: empty, or what is wrong.
std::string VersionFault(const std::string& version, const std::string& wanted) {
  if (version == wanted) return "";
  const auto range = chart::Constraint::Parse(wanted);
  const auto parsed = chart::ParseVersion(version);
  if (!range.ok() || !parsed.ok()) return "invalid version";
  return range->Check(*parsed) ? "" : "wrong version";
}

class Lister {
 public:
  Lister(const std::string& path, const chart::Limits& limits, const chart::Warn& warn)
      : charts_(path == "/" ? "/charts" : absl::StrCat(absl::StripSuffix(path, "/"), "/charts")),
        limits_(limits),
        warn_(warn) {
    auto names = ListFolder(charts_);
    if (!names.ok()) return;
    names_ = *std::move(names);
  }

  std::string Status(const Dependency& wanted, const Chart& parent) const {
    std::vector<std::string> archives = ArchivesOf(wanted.name);
    if (archives.size() > 1) {
      const auto is_version = [&](const std::string& file) {
        absl::string_view version = absl::StripSuffix(file, ".tgz");
        return chart::ParseStrictVersion(version.substr(wanted.name.size() + 1)).ok();
      };
      archives.erase(
          std::remove_if(archives.begin(), archives.end(), [&](const auto& f) { return !is_version(f); }),
          archives.end());
      if (archives.size() > 1) return "too many matches";
    }
    if (archives.size() == 1) return ArchiveStatus(archives[0], wanted);
    const Chart* found = nullptr;
    for (const auto& chart : parent.dependencies) {
      if (chart->metadata.name == wanted.name) found = chart.get();
    }
    if (found == nullptr) return "missing";
    const std::string fault = VersionFault(found->metadata.version, wanted.version);
    return fault.empty() ? "unpacked" : fault;
  }

  // What is in charts/ and not asked for.
  std::vector<std::string> Warnings(const Chart& parent) const {
    std::vector<std::string> out;
    for (const std::string& name : names_) {
      const std::string path = absl::StrCat(charts_, "/", name);
      struct stat info;
      if (stat(path.c_str(), &info) != 0) continue;
      if (!S_ISDIR(info.st_mode) && chart::PathExtension(name) != ".tgz") continue;
      const auto loaded = LoadPath(path, limits_, warn_);
      if (!loaded.ok()) {
        out.push_back(absl::StrCat("WARNING: \"", path, "\" is not a chart."));
        continue;
      }
      const auto& wanted = parent.metadata.dependencies;
      const bool asked = std::any_of(wanted.begin(), wanted.end(),
                                     [&](const auto& d) { return d->name == (*loaded)->metadata.name; });
      if (!asked) out.push_back(absl::StrCat("WARNING: \"", path, "\" is not in Chart.yaml."));
    }
    return out;
  }

 private:
  std::vector<std::string> ArchivesOf(const std::string& name) const {
    std::vector<std::string> out;
    for (const std::string& file : names_) {
      if (absl::StartsWith(file, absl::StrCat(name, "-")) && absl::EndsWith(file, ".tgz") &&
          file.size() >= name.size() + 5) {
        out.push_back(file);
      }
    }
    return out;
  }

  std::string ArchiveStatus(const std::string& file, const Dependency& wanted) const {
    const auto loaded = LoadPath(absl::StrCat(charts_, "/", file), limits_, warn_);
    if (!loaded.ok()) return "corrupt";
    if ((*loaded)->metadata.name != wanted.name) return "misnamed";
    const std::string fault = VersionFault((*loaded)->metadata.version, wanted.version);
    return fault.empty() ? "ok" : fault;
  }

  const std::string charts_;
  const chart::Limits& limits_;
  const chart::Warn& warn_;
  std::vector<std::string> names_;
};

}  // namespace

absl::StatusOr<DependencyList> ListDependencies(const std::string& path, const chart::Limits& limits,
                                                const chart::Warn& warn) {
  ASSIGN_OR_RETURN(const auto chart, LoadPath(path, limits, warn));
  DependencyList out{.declared = chart->metadata.declares_dependencies};
  if (!out.declared) return out;
  const Lister lister(path, limits, warn);
  for (const auto& wanted : chart->metadata.dependencies) {
    out.rows.push_back({wanted->name, wanted->version, wanted->repository, lister.Status(*wanted, *chart)});
  }
  out.warnings = lister.Warnings(*chart);
  return out;
}

}  // namespace devstats::chartsource
