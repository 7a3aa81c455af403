#include "coordinator/addons/location.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"

namespace devstats::addons {
namespace {

bool IsOci(absl::string_view url) { return absl::StartsWith(url, "oci://"); }

std::string LastPart(const std::string& reference) { return reference.substr(reference.rfind('/') + 1); }

std::string Below(absl::string_view folder, absl::string_view name) {
  return absl::StrCat(absl::StripSuffix(folder, "/"), "/", name);
}

// A chart by its name in a repository, which may be a registry.
void InRepository(const std::string& url, const std::string& name, ChartLocation* location) {
  location->reference = IsOci(url) ? Below(url, name) : name;
  location->repository = IsOci(url) ? "" : url;
}

absl::Status InMirror(const spec::ChartSpec& chart, const std::string& mirror, ChartLocation* location) {
  const std::string name = LastPart(chart.chart);
  const bool is_file = absl::EndsWith(name, ".tgz");
  if (!is_file && !absl::StartsWith(mirror, "/")) {
    InRepository(mirror, name, location);
    return absl::OkStatus();
  }
  if (is_file && IsOci(mirror))
    return Hint(absl::InvalidArgumentError(
                    absl::StrCat("charts.mirror ", mirror, " is a registry, which has no file ", name)),
                "name the chart and its repository instead of the archive's URL");
  location->repository.clear();
  location->reference = Below(mirror, is_file ? name : absl::StrCat(name, "-", chart.version, ".tgz"));
  return absl::OkStatus();
}

// A login or an authority is for the repository that names it, and for nothing else.
void AddAccess(const spec::ClusterSpec& spec, const std::string& url, ChartLocation* location) {
  if (url.empty()) return;
  for (const spec::ChartRepositorySpec& repository : spec.chart_repositories) {
    if (absl::StripSuffix(repository.url, "/") != absl::StripSuffix(url, "/")) continue;
    if (!repository.ca.empty()) location->ca = repository.ca;
    if (repository.user.empty()) continue;
    location->user = repository.user;
    location->user_secret = repository.password_secret;
  }
}

}  // namespace

absl::StatusOr<ChartLocation> LocationOf(const spec::ChartSpec& chart, const spec::ClusterSpec& spec) {
  ChartLocation location{.reference = chart.chart,
                         .repository = chart.repository,
                         .version = chart.version,
                         .digest = chart.digest};
  if (chart.IsPath()) return location;
  if (!spec.chart_mirror.empty()) {
    RETURN_IF_ERROR(InMirror(chart, spec.chart_mirror, &location));
    AddAccess(spec, spec.chart_mirror, &location);
    return location;
  }
  if (absl::StrContains(chart.chart, "://")) {
    AddAccess(spec, chart.chart.substr(0, chart.chart.rfind('/')), &location);
    return location;
  }
  std::string url = chart.repository;
  const size_t slash = chart.chart.find('/');
  for (const spec::ChartRepositorySpec& repository : spec.chart_repositories)
    if (slash != chart.chart.npos && repository.name == chart.chart.substr(0, slash)) url = repository.url;
  InRepository(url, LastPart(chart.chart), &location);
  AddAccess(spec, url, &location);
  return location;
}

}  // namespace devstats::addons
