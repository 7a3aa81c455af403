#include "coordinator/chartsource/oci.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/digest.h"
#include "common/registry_names.h"
#include "common/status.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chartsource/registry_auth.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxMetadata = 4 << 20;  // of a manifest or a page of tags
constexpr int kMaxPages = 1000;
constexpr size_t kMaxTags = 100'000;
constexpr size_t kMaxManifests = 20;  // of an index
constexpr absl::string_view kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr absl::string_view kIndex = "application/vnd.oci.image.index.v1+json";
// Images of Docker's own format, and what else there is: as containerd asks.
constexpr absl::string_view kDocker =
    ", application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, */*";
constexpr absl::string_view kConfig = "application/vnd.cncf.helm.config.v1+json";
constexpr absl::string_view kLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr absl::string_view kOldLayer = "application/tar+gzip";

std::string Text(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The target of <...>; rel="next"; empty if there is none.
std::string NextPage(const FetchResponse& response) {
  const auto link = response.headers.find("link");
  if (link == response.headers.end() || !absl::StrContains(link->second, "next")) return "";
  const size_t open = link->second.find('<'), close = link->second.find('>');
  if (open == std::string::npos || close == std::string::npos || close < open) return "";
  return link->second.substr(open + 1, close - open - 1);
}

absl::StatusOr<OciChart> ReadManifest(const Json& manifest) {
  const auto config = manifest.find("config");
  if (config == manifest.end() || Text(*config, "mediaType") != kConfig) {
    return absl::FailedPreconditionError(absl::StrCat("could not load config with mediatype ", kConfig));
  }
  const auto layers = manifest.find("layers");
  if (layers == manifest.end() || !layers->is_array()) {
    return absl::FailedPreconditionError("the manifest has no layers");
  }
  for (const Json& layer : *layers) {
    const std::string type = Text(layer, "mediaType");
    if (type != kLayer && type != kOldLayer) continue;
    OciChart out{.layer_digest = Text(layer, "digest")};
    const auto size = layer.find("size");
    if (!IsDigest(out.layer_digest) || size == layer.end() || !size->is_number_unsigned()) {
      return absl::FailedPreconditionError("the chart's layer has no digest and size");
    }
    out.layer_bytes = size->get<uint64_t>();
    return out;
  }
  return absl::FailedPreconditionError(
      absl::StrCat("manifest does not contain a layer with mediatype ", kLayer));
}

// Of an index, the digests of what may be a chart.
std::vector<std::string> ManifestsOf(const Json& index) {
  std::vector<std::string> digests;
  const auto manifests = index.find("manifests");
  if (manifests == index.end() || !manifests->is_array()) return digests;
  for (const Json& one : *manifests) {
    std::string digest = Text(one, "digest");
    if (digests.size() < kMaxManifests && Text(one, "mediaType") == kManifest && IsDigest(digest))
      digests.push_back(std::move(digest));
  }
  return digests;
}

struct Tagged {
  chart::Version version;
  std::string text;
};

// As Helm: the text itself if it is there, else the first that the range takes.
absl::StatusOr<std::string> Match(const std::vector<std::string>& versions, absl::string_view wanted) {
  if (!wanted.empty() && std::find(versions.begin(), versions.end(), wanted) != versions.end()) {
    return std::string(wanted);
  }
  ASSIGN_OR_RETURN(const auto range, chart::Constraint::Parse(wanted.empty() ? "*" : wanted));
  for (const std::string& text : versions) {
    const auto version = chart::ParseVersion(text);
    if (version.ok() && range.Check(*version)) return text;
  }
  return absl::NotFoundError(
      absl::StrCat("Could not locate a version matching provided version string ", wanted));
}

}  // namespace

absl::StatusOr<Url> OciClient::UrlOf(const OciReference& reference, absl::string_view rest) const {
  if (!options_.mirror.empty()) {
    const char* const more = options_.mirror_query.empty() ? "" : "?";
    return ParseUrl(
        absl::StrCat(options_.mirror, "/", reference.repository, "/", rest, more, options_.mirror_query));
  }
  const auto found = plain_.find(reference.registry);
  const bool plain = options_.plain_http || (found != plain_.end() && found->second);
  const absl::string_view host = reference.registry == kDockerHub ? kDockerHubServer : reference.registry;
  return ParseUrl(
      absl::StrCat(plain ? "http" : "https", "://", host, "/v2/", reference.repository, "/", rest));
}

absl::StatusOr<Fetched> OciClient::AskAs(const Secret& authorization, const FetchRequest& request) {
  return Get(fetcher_, request,
             {.origin = request.url.Origin(), .authorization = authorization, .tls = options_.tls});
}

absl::Status OciClient::Refused(const OciReference& reference, absl::Status why) const {
  if (!absl::IsUnauthenticated(why) && !absl::IsPermissionDenied(why)) return why;
  return Hint(std::move(why), absl::StrCat("log in with: helm registry login ", reference.registry));
}

absl::Status OciClient::Authorize(const OciReference& reference, const Fetched& refused) {
  const auto challenge = refused.response.headers.find("www-authenticate");
  if (challenge == refused.response.headers.end()) return CheckOk(refused.response, refused.url);
  RegistryCredential credential = options_.credential;
  if (credential.empty() && options_.mirror.empty()) {
    ASSIGN_OR_RETURN(credential, config_.Find(reference.registry, options_.ask_helper));
  }
  ASSIGN_OR_RETURN(authorizations_[reference.Name()],
                   Answer(fetcher_, ParseChallenge(challenge->second), refused.url, credential,
                          absl::StrCat("repository:", reference.repository, ":pull"), options_.tls));
  return absl::OkStatus();
}

absl::StatusOr<Fetched> OciClient::Ask(const OciReference& reference, FetchRequest request) {
  request.timeout = options_.timeout;
  absl::StatusOr<Fetched> got = AskAs(authorizations_[reference.Name()], request);
  if (absl::IsUnavailable(got.status()) && options_.mirror.empty() && request.url.scheme == "https" &&
      request.url.IsLoopback()) {
    request.url.scheme = "http";
    if (request.url.port == 443) request.url.port = 80;
    auto plain = AskAs(Secret(), request);
    if (plain.ok()) plain_[reference.registry] = true;
    if (plain.ok()) got = std::move(plain);
  }
  RETURN_IF_ERROR(got.status());
  // A challenge of another server, to which a redirect led, is not ours to answer.
  if (got->response.code == 401 && got->url.Origin() == request.url.Origin()) {
    RETURN_IF_ERROR(Refused(reference, Authorize(reference, *got)));
    ASSIGN_OR_RETURN(got, AskAs(authorizations_[reference.Name()], request));
  }
  RETURN_IF_ERROR(Refused(reference, CheckOk(got->response, got->url)));
  return got;
}

absl::StatusOr<std::vector<std::string>> OciClient::Versions(const OciReference& reference) {
  std::vector<Tagged> found;
  size_t seen = 0;
  ASSIGN_OR_RETURN(Url url, UrlOf(reference, "tags/list"));
  for (int page = 0;; ++page) {
    if (page == kMaxPages) {
      return absl::ResourceExhaustedError(
          absl::StrCat(url.Display(), ": over ", kMaxPages, " pages of tags"));
    }
    ASSIGN_OR_RETURN(const Fetched got, Ask(reference, {.url = url, .max_bytes = kMaxMetadata}));
    const auto json = ParseJson(got.response.body);
    if (!json.ok() || !json->is_object()) {
      return absl::FailedPreconditionError(absl::StrCat(url.Display(), ": not a list of tags"));
    }
    const auto tags = json->find("tags");  // null if there is none
    for (const Json& tag : tags != json->end() && tags->is_array() ? *tags : Json::array()) {
      if (!tag.is_string()) continue;
      if (++seen > kMaxTags) {
        return absl::ResourceExhaustedError(absl::StrCat(url.Display(), ": over ", kMaxTags, " tags"));
      }
      auto version = chart::ParseStrictVersion(VersionOf(tag.get<std::string>()));
      if (version.ok()) found.push_back({*version, version->Text()});
    }
    const std::string next = NextPage(got.response);
    if (next.empty()) break;
    ASSIGN_OR_RETURN(const Url next_url, Resolve(got.url, next));
    ASSIGN_OR_RETURN(const Url home, UrlOf(reference, ""));
    if (next_url.Origin() != home.Origin()) {
      return absl::FailedPreconditionError(
          absl::StrCat(url.Display(), ": its next page is on another server, ", next_url.Display()));
    }
    url = next_url;
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Tagged& a, const Tagged& b) { return a.version.Compare(b.version) > 0; });
  std::vector<std::string> out;
  for (Tagged& tagged : found) out.push_back(std::move(tagged.text));
  return out;
}

absl::StatusOr<OciReference> OciClient::Pick(OciReference reference, absl::string_view version) {
  const std::string tag = TagOf(version);
  if (!version.empty() && !reference.tag.empty() && reference.tag != tag) {
    return absl::InvalidArgumentError(absl::StrCat("chart reference and version mismatch: ", version,
                                                   " is not ", VersionOf(reference.tag)));
  }
  const std::string wanted = version.empty() ? VersionOf(reference.tag) : std::string(version);
  if (!reference.digest.empty()) {
    if (wanted.empty()) return reference;
    reference.tag = TagOf(wanted);
    const auto tagged = Manifest(reference, reference.tag);
    // It need not be tagged when its digest is given.
    if (tagged.ok() && !HasDigest(tagged->response.body, reference.digest)) {
      return absl::DataLossError(
          absl::StrCat("chart reference digest mismatch: sha256:", Sha256Hex(tagged->response.body),
                       " is not ", reference.digest));
    }
    return reference;
  }
  if (chart::ParseVersion(wanted).ok()) {
    reference.tag = TagOf(wanted);
    return reference;
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> versions, Versions(reference));
  if (versions.empty()) {
    return absl::NotFoundError(
        absl::StrCat("Unable to locate any tags in provided repository: oci://", reference.Name()));
  }
  auto match = Match(versions, wanted);
  if (absl::IsNotFound(match.status())) {
    return Hint(match.status(), absl::StrCat("the highest version there is ", versions.front()));
  }
  RETURN_IF_ERROR(match.status());
  reference.tag = TagOf(*match);
  return reference;
}

absl::StatusOr<Fetched> OciClient::Manifest(const OciReference& reference, absl::string_view tag_or_digest,
                                            bool images) {
  ASSIGN_OR_RETURN(const Url url, UrlOf(reference, absl::StrCat("manifests/", tag_or_digest)));
  return Ask(reference,
             {.url = url,
              .headers = {{"Accept", absl::StrCat(kManifest, ", ", kIndex, images ? kDocker : "")}},
              .max_bytes = kMaxMetadata});
}

absl::StatusOr<OciClient::Checked> OciClient::CheckedManifest(const OciReference& reference) {
  ASSIGN_OR_RETURN(const Fetched got,
                   Manifest(reference, reference.digest.empty() ? reference.tag : reference.digest));
  const std::string& body = got.response.body;
  const auto told = got.response.headers.find("docker-content-digest");
  const std::string expected = !reference.digest.empty()            ? reference.digest
                               : told != got.response.headers.end() ? told->second
                                                                    : "";
  if (!expected.empty() && !HasDigest(body, expected)) {
    return absl::DataLossError(absl::StrCat(reference.Text(), ": the manifest has sha256:", Sha256Hex(body),
                                            " and should have ", expected));
  }
  auto json = ParseJson(body);
  if (!json.ok() || !json->is_object()) {
    return absl::FailedPreconditionError(
        absl::StrCat(reference.Text(), ": its manifest is not a JSON object"));
  }
  return Checked{*std::move(json), expected.empty() ? absl::StrCat("sha256:", Sha256Hex(body)) : expected};
}

absl::StatusOr<std::string> OciClient::Digest(const OciReference& reference) {
  ASSIGN_OR_RETURN(const Fetched got,
                   Manifest(reference, reference.digest.empty() ? reference.tag : reference.digest, true));
  const std::string digest = absl::StrCat("sha256:", Sha256Hex(got.response.body));
  const auto told = got.response.headers.find("docker-content-digest");
  if (told != got.response.headers.end() && told->second != digest)
    return absl::DataLossError(
        absl::StrCat(reference.Text(), ": the manifest has ", digest, " and should have ", told->second));
  return digest;
}

absl::StatusOr<OciChart> OciClient::Inspect(const OciReference& reference) {
  ASSIGN_OR_RETURN(const Checked top, CheckedManifest(reference));
  absl::StatusOr<OciChart> chart = ReadManifest(top.manifest);
  for (const std::string& digest : ManifestsOf(top.manifest)) {
    if (chart.ok()) break;
    OciReference inner = reference;
    inner.digest = digest;
    ASSIGN_OR_RETURN(const Checked checked, CheckedManifest(inner));
    chart = ReadManifest(checked.manifest);
  }
  RETURN_IF_ERROR(chart.status(), reference.Text());
  chart->manifest_digest = top.digest;
  return chart;
}

absl::StatusOr<std::string> OciClient::Download(const OciReference& reference, const OciChart& chart) {
  if (chart.layer_bytes > options_.max_chart_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(reference.Text(), ": the chart has ", chart.layer_bytes,
                                                     " bytes, more than ", options_.max_chart_bytes));
  }
  ASSIGN_OR_RETURN(const Url url, UrlOf(reference, absl::StrCat("blobs/", chart.layer_digest)));
  ASSIGN_OR_RETURN(Fetched got, Ask(reference, {.url = url, .max_bytes = chart.layer_bytes}));
  if (!HasDigest(got.response.body, chart.layer_digest)) {
    return absl::DataLossError(absl::StrCat(reference.Text(),
                                            ": the chart has sha256:", Sha256Hex(got.response.body),
                                            " and should have ", chart.layer_digest));
  }
  return std::move(got.response.body);
}

}  // namespace devstats::chartsource
