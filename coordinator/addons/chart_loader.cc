#include "coordinator/addons/chart_loader.h"

#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/archive_cache.h"
#include "coordinator/chartsource/charts.h"
#include "coordinator/chartsource/folder.h"
#include "coordinator/chartsource/source.h"

namespace devstats::addons {
namespace {

constexpr absl::string_view kSha256 = "sha256:";

void NoWarnings(const std::string&) {}

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

absl::Status OtherDigest(const ChartLocation& location, const std::string& found) {
  return Hint(
      absl::FailedPreconditionError(absl::StrCat("chart ", location.reference, " has digest ", kSha256, found,
                                                 ", and cluster.yaml says ", location.digest)),
      "it is not the chart that was read: look at what has changed in it, then write its digest");
}

absl::StatusOr<LoadedChart> FromFolder(const ChartLocation& location, const chart::Limits& limits) {
  if (!location.digest.empty())
    return Hint(absl::FailedPreconditionError(absl::StrCat("chart ", location.reference, " is a folder")),
                "a digest is of an archive: remove it from cluster.yaml, or name a .tgz");
  ASSIGN_OR_RETURN(auto files, chartsource::ReadFolder(location.reference, limits, NoWarnings));
  Json digests = Json::array();
  for (const chart::ChartFile& file : files) digests.push_back({file.name, Sha256Hex(file.data)});
  LoadedChart loaded{.digest = Sha256Hex(digests.dump())};
  ASSIGN_OR_RETURN(loaded.chart, chart::LoadFiles(std::move(files), limits, NoWarnings));
  return loaded;
}

absl::StatusOr<LoadedChart> FromBytes(const std::string& bytes, const chart::Limits& limits) {
  LoadedChart loaded{.digest = Sha256Hex(bytes)};
  ASSIGN_OR_RETURN(loaded.chart, chart::LoadArchive(bytes, limits, NoWarnings));
  return loaded;
}

absl::StatusOr<LoadedChart> FromPath(const ChartLocation& location, const chart::Limits& limits) {
  if (IsFolder(location.reference)) return FromFolder(location, limits);
  struct stat info;
  if (stat(location.reference.c_str(), &info) != 0) return ErrnoStatus(errno, location.reference);
  ASSIGN_OR_RETURN(const std::string bytes, chartsource::ReadArchive(location.reference, limits));
  const std::string found = Sha256Hex(bytes);
  if (!location.digest.empty() && location.digest != absl::StrCat(kSha256, found))
    return OtherDigest(location, found);
  return FromBytes(bytes, limits);
}

absl::StatusOr<chartsource::ChartRequest> RequestOf(const ChartLocation& location,
                                                    const ChartSources& sources) {
  chartsource::ChartRequest request{
      .reference = location.reference, .version = location.version, .repository_url = location.repository};
  request.credentials.ca_pem = location.ca;
  if (location.user.empty()) return request;
  request.credentials.username = location.user;
  ASSIGN_OR_RETURN(request.credentials.password, sources.secret(location.user_secret));
  return request;
}

absl::StatusOr<LoadedChart> FromElsewhere(const ChartLocation& location, const ChartSources& sources,
                                          const chart::Limits& limits) {
  const chartsource::ArchiveCache cache(absl::StrCat(sources.cache, "/sha256"));
  if (auto bytes = cache.Find(absl::StripPrefix(location.digest, kSha256))) return FromBytes(*bytes, limits);
  const chartsource::Settings settings{.repository_config = absl::StrCat(sources.cache, "/repositories.yaml"),
                                       .repository_cache = sources.cache,
                                       .registry_config = absl::StrCat(sources.cache, "/registry.json"),
                                       .docker_config = absl::StrCat(sources.cache, "/docker.json")};
  ASSIGN_OR_RETURN(const chartsource::ChartRequest request, RequestOf(location, sources));
  chartsource::Charts charts(settings, *sources.fetcher, limits, NoWarnings);
  ASSIGN_OR_RETURN(const chartsource::ChartArchive archive, charts.Download(request));
  // A registry calls a chart by the digest of its manifest, which names that of the archive.
  const bool same = location.digest == absl::StrCat(kSha256, archive.sha256) ||
                    absl::EndsWith(archive.pin, absl::StrCat("@", location.digest));
  if (!same) return OtherDigest(location, archive.sha256);
  cache.Put(archive.bytes);
  return FromBytes(archive.bytes, limits);
}

absl::Status CheckVersion(const ChartLocation& location, const chart::Chart& chart) {
  const std::string& version = chart.metadata.version;
  if (location.version.empty() || absl::StripPrefix(version, "v") == absl::StripPrefix(location.version, "v"))
    return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("chart ", location.reference, " is ", chart.metadata.name, " ", version,
                               ", and its version in cluster.yaml is ", location.version)),
              absl::StrCat("write version: ", version, ", if that is the one you mean"));
}

}  // namespace

absl::StatusOr<LoadedChart> LoadChart(const ChartLocation& location, const ChartSources& sources,
                                      const chart::Limits& limits) {
  const bool is_path = absl::StartsWith(location.reference, "/");
  auto loaded = is_path ? FromPath(location, limits) : FromElsewhere(location, sources, limits);
  RETURN_IF_ERROR(loaded.status(), absl::StrCat("chart ", location.reference));
  RETURN_IF_ERROR(CheckVersion(location, *loaded->chart));
  RETURN_IF_ERROR(chart::CheckInstallable(*loaded->chart));
  return loaded;
}

}  // namespace devstats::addons
