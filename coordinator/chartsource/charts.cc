#include "coordinator/chartsource/charts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/credential_helper.h"
#include "coordinator/chartsource/source.h"

namespace devstats::chartsource {
namespace {

constexpr absl::string_view kAccept = "application/gzip,application/octet-stream";

// Letters, digits and -_.+ only, not hidden, not empty.
bool IsPlainFileName(absl::string_view name) {
  return !name.empty() && name.size() <= 255 && name[0] != '.' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::StrContains("-_.+", absl::string_view(&c, 1));
         });
}

std::string WantedVersion(const ChartRequest& request) {
  const std::string version(absl::StripAsciiWhitespace(request.version));
  return version.empty() && request.devel ? ">0.0.0-0" : version;
}

// What the operator gave besides the reference, as seen from `url`.
absl::StatusOr<Access> AccessOf(const ChartRequest& request, const std::string& url) {
  Repository repository = request.credentials;
  repository.url = url;
  return AccessOf(repository);
}

bool HasCredentials(const Repository& r) {
  return !r.username.empty() || !r.ca_file.empty() || !r.ca_pem.empty() || !r.cert_file.empty() ||
         r.insecure_skip_tls_verify;
}

// As Helm: "web-1.0.0+b.tgz", or "web@sha256-HEX.tgz" of a digest. What a reference may hold is plain.
std::string FileNameOf(const OciReference& reference) {
  const std::string name = reference.repository.substr(reference.repository.rfind('/') + 1);
  if (reference.digest.empty()) return absl::StrCat(name, "-", VersionOf(reference.tag), ".tgz");
  return absl::StrCat(name, "@", absl::StrReplaceAll(reference.digest, {{":", "-"}}), ".tgz");
}

// Says which version there is instead of one that is not.
absl::Status WithHighest(absl::Status status, const OciReference& reference, OciClient* client) {
  if (!absl::IsNotFound(status) || !reference.digest.empty()) return status;
  const auto versions = client->Versions(reference);
  if (!versions.ok() || versions->empty()) return status;
  return Hint(std::move(status), absl::StrCat("the highest version there is ", versions->front()));
}

absl::Status CheckDigest(const std::string& bytes, const ChartLocation& location) {
  const std::string actual = Sha256Hex(bytes);
  if (location.sha256.empty() || actual == location.sha256) return absl::OkStatus();
  return Hint(
      absl::DataLossError(absl::StrCat(location.url.Display(), ": the archive has SHA-256 ", actual,
                                       ", and the repository's index says ", location.sha256)),
      "the archive was changed after the index was made, or on its way here: repo update, and ask who "
      "keeps the repository");
}

}  // namespace

std::string ArchiveFileName(absl::string_view url_name, absl::string_view chart, absl::string_view version) {
  if (IsPlainFileName(url_name) && (chart.empty() || absl::EndsWith(url_name, ".tgz"))) {
    return std::string(url_name);
  }
  const std::string name = absl::StrCat(chart, "-", version, ".tgz");
  return IsPlainFileName(name) ? name : "chart.tgz";
}

Charts::Charts(Settings settings, Fetcher& fetcher, const chart::Limits& limits, chart::Warn warn)
    : settings_(std::move(settings)),
      fetcher_(fetcher),
      limits_(limits),
      warn_(std::move(warn)),
      cache_(absl::StrCat(settings_.repository_cache, "/sha256")),
      repositories_(settings_, fetcher_, limits_, warn_) {}

absl::StatusOr<std::shared_ptr<const chart::Chart>> Charts::Load(const ChartRequest& request) {
  const std::string reference(absl::StripAsciiWhitespace(request.reference));
  const bool is_path = absl::StartsWith(reference, "/") || absl::StartsWith(reference, ".");
  if (is_path || Exists(reference)) {
    if (!request.repository_url.empty() && warn_) {
      warn_(absl::StrCat("local chart found in current working directory. repository url ignored: ",
                         reference));
    }
    return LoadPath(reference, limits_, warn_);
  }
  ASSIGN_OR_RETURN(const ChartArchive archive, Download(request));
  return chart::LoadArchive(archive.bytes, limits_, warn_);
}

absl::StatusOr<ChartArchive> Charts::Download(const ChartRequest& request) {
  const std::string version = WantedVersion(request);
  if (IsOci(request.reference)) return DownloadOci(request, version);
  ASSIGN_OR_RETURN(const ChartLocation location, Locate(request, version));
  return DownloadFrom(location, request.timeout);
}

absl::StatusOr<ChartLocation> Charts::Locate(const ChartRequest& request, const std::string& version) {
  const std::string reference(absl::StripAsciiWhitespace(request.reference));
  if (!request.repository_url.empty()) {
    Repository repository = request.credentials;
    repository.url = request.repository_url;
    repositories_.set_timeout(request.timeout);
    return repositories_.LocateIn(repository, reference, version);
  }
  if (IsAbsolute(reference)) return LocateUrl(request);
  const size_t slash = reference.find('/');
  if (slash == std::string::npos) {
    return Hint(absl::InvalidArgumentError(absl::StrCat(
                    "non-absolute URLs should be in form of repo_name/path_to_chart, got: ", reference)),
                "a chart in this folder is ./NAME");
  }
  ASSIGN_OR_RETURN(ChartLocation location,
                   repositories_.Locate(reference.substr(0, slash), reference.substr(slash + 1), version));
  if (HasCredentials(request.credentials)) {
    // What is given now counts more than what the file has, for the same origin.
    const std::string origin = location.access.origin;
    ASSIGN_OR_RETURN(location.access, AccessOf(request, origin));
  }
  return location;
}

absl::StatusOr<ChartLocation> Charts::LocateUrl(const ChartRequest& request) {
  const absl::string_view reference = absl::StripAsciiWhitespace(request.reference);
  const absl::string_view scheme = reference.substr(0, reference.find(':'));
  if (!absl::EqualsIgnoreCase(scheme, "http") && !absl::EqualsIgnoreCase(scheme, "https")) {
    return absl::InvalidArgumentError(absl::StrCat("scheme \"", scheme, "\" not supported"));
  }
  ASSIGN_OR_RETURN(Url url, ParseUrl(reference));
  ASSIGN_OR_RETURN(Access access, AccessOf(request, std::string(reference)));
  if (!HasCredentials(request.credentials) && access.authorization.empty()) {
    ASSIGN_OR_RETURN(access, repositories_.AccessFor(url));
  }
  return ChartLocation{.url = std::move(url), .access = std::move(access)};
}

absl::StatusOr<ChartArchive> Charts::DownloadFrom(const ChartLocation& location, absl::Duration timeout) {
  ChartArchive out{
      .sha256 = location.sha256, .origin = location.url.Display(), .verified = !location.sha256.empty()};
  out.file_name = ArchiveFileName(BaseName(location.url), location.name, location.version);
  if (auto cached = cache_.Find(location.sha256)) {
    out.bytes = *std::move(cached);
    return out;
  }
  FetchRequest request{.url = location.url, .max_bytes = limits_.archive_bytes, .timeout = timeout};
  request.headers = {{"Accept", std::string(kAccept)}};
  ASSIGN_OR_RETURN(Fetched got, Get(fetcher_, std::move(request), location.access));
  RETURN_IF_ERROR(CheckOk(got.response, got.url));
  out.bytes = std::move(got.response.body);
  RETURN_IF_ERROR(CheckDigest(out.bytes, location));
  RETURN_IF_ERROR(chart::CheckIsArchive(out.file_name, out.bytes), location.url.Display());
  out.sha256 = Sha256Hex(out.bytes);
  if (out.verified) cache_.Put(out.bytes);
  return out;
}

absl::StatusOr<OciClient> Charts::RegistryOf(const OciReference& reference, const ChartRequest& request) {
  ASSIGN_OR_RETURN(RegistryConfig config,
                   RegistryConfig::Load({settings_.registry_config, settings_.docker_config}));
  const Repository& given = request.credentials;
  ASSIGN_OR_RETURN(const Access access, AccessOf(request, absl::StrCat("https://", reference.registry)));
  return OciClient(fetcher_, std::move(config),
                   {.plain_http = request.plain_http,
                    .tls = access.tls,
                    .credential = {.user = given.username, .password = given.password},
                    .ask_helper =
                        [this](const std::string& name, const std::string& server) {
                          return AskCredentialHelper(name, server, settings_.program_path);
                        },
                    .max_chart_bytes = limits_.archive_bytes,
                    .timeout = request.timeout});
}

absl::StatusOr<std::vector<std::string>> Charts::RegistryVersions(const ChartRequest& request) {
  ASSIGN_OR_RETURN(const OciReference reference, ParseOciReference(request.reference));
  ASSIGN_OR_RETURN(OciClient client, RegistryOf(reference, request));
  return client.Versions(reference);
}

absl::StatusOr<ChartArchive> Charts::DownloadOci(const ChartRequest& request, const std::string& version) {
  ASSIGN_OR_RETURN(OciReference reference, ParseOciReference(request.reference));
  ASSIGN_OR_RETURN(OciClient client, RegistryOf(reference, request));
  ASSIGN_OR_RETURN(reference, client.Pick(std::move(reference), version));
  const auto chart = client.Inspect(reference);
  if (!chart.ok()) return WithHighest(chart.status(), reference, &client);
  const absl::string_view sha256 =
      absl::string_view(chart->layer_digest).substr(chart->layer_digest.find(':') + 1);
  ChartArchive out{.origin = absl::StrCat("oci://", reference.Text()),
                   .pin = absl::StrCat("oci://", reference.Name(), "@", chart->manifest_digest),
                   .verified = true};
  if (auto cached = cache_.Find(sha256)) {
    out.bytes = *std::move(cached);
  } else {
    ASSIGN_OR_RETURN(out.bytes, client.Download(reference, *chart));
    cache_.Put(out.bytes);
  }
  out.sha256 = Sha256Hex(out.bytes);
  out.file_name = FileNameOf(reference);
  return out;
}

}  // namespace devstats::chartsource
