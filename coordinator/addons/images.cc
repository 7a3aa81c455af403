#include "coordinator/addons/images.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "common/registry_names.h"
#include "coordinator/addons/values.h"
#include "coordinator/addons/version.h"

namespace devstats::addons {
namespace {

enum class Form {
  kDigest,         // repository, tag and digest
  kTag,            // repository, and a tag that has the digest behind it
  kRegistry,       // registry, repository and such a tag
  kRegistrySlash,  // the same, the registry with a slash behind it
  kImageTag,       // image and imageTag beside each other
  kSolverArgument,
};

struct Place {
  const char* key;
  const char* name;
  const char* path;
  Form form;
};

constexpr Place kPlaces[] = {
    {"openebs", "provisioner", "localpv-provisioner.localpv.image", Form::kRegistrySlash},
    {"openebs", "helper", "localpv-provisioner.helperPod.image", Form::kRegistrySlash},
    {"nfs", "provisioner", "image", Form::kDigest},
    {"metallb", "controller", "controller.image", Form::kTag},
    {"metallb", "speaker", "speaker.image", Form::kTag},
    {"ingressNginx", "controller", "controller.image", Form::kDigest},
    {"ingressNginx", "certgen", "controller.admissionWebhooks.patch.image", Form::kDigest},
    {"certManager", "controller", "image", Form::kDigest},
    {"certManager", "webhook", "webhook.image", Form::kDigest},
    {"certManager", "cainjector", "cainjector.image", Form::kDigest},
    {"certManager", "acmesolver", "acmesolver.image", Form::kDigest},
    {"certManager", "startupapicheck", "startupapicheck.image", Form::kDigest},
    {"dashboard", "dashboard", "image", Form::kRegistry},
};
// Before 4.0 the provisioner was part of the chart itself.
constexpr Place kOldOpenEbs[] = {
    {"openebs", "provisioner", "localprovisioner", Form::kImageTag},
    {"openebs", "helper", "helper", Form::kImageTag},
};

// Before 1.11 the solver's image was but an argument of the controller.
constexpr Place kOldCertManager[] = {
    {"certManager", "acmesolver", "extraArgs", Form::kSolverArgument},
};

// "HOST/PATH:TAG@DIGEST" taken apart.
struct Image {
  explicit Image(const std::string& text) {
    const std::vector<std::string> halves = absl::StrSplit(text, absl::MaxSplits('@', 1));
    digest = halves.back();
    const size_t colon = halves[0].rfind(':');
    repository = halves[0].substr(0, colon);
    tag = halves[0].substr(colon + 1);
    const absl::string_view named = RegistryInName(repository);
    host = std::string(named.empty() ? kDockerHub : named);
    path = named.empty() ? repository : repository.substr(named.size() + 1);
  }
  std::string repository, host, path, tag, digest;
  std::string TagAndDigest() const { return absl::StrCat(tag, "@", digest); }
};

Json ValuesFor(Form form, const Image& image) {
  switch (form) {
    case Form::kDigest:
      return {{"repository", image.repository}, {"tag", image.tag}, {"digest", image.digest}};
    case Form::kTag:
      return {{"repository", image.repository}, {"tag", image.TagAndDigest()}};
    case Form::kRegistry:
      return {{"registry", image.host}, {"repository", image.path}, {"tag", image.TagAndDigest()}};
    case Form::kRegistrySlash:
      return {{"registry", image.host + "/"}, {"repository", image.path}, {"tag", image.TagAndDigest()}};
    case Form::kImageTag:
      return {{"image", image.repository}, {"imageTag", image.TagAndDigest()}};
    case Form::kSolverArgument:
      return Json::array(
          {absl::StrCat("--acme-http01-solver-image=", image.repository, ":", image.TagAndDigest())});
  }
  return Json::object();
}

Json At(const std::string& path, Json value) {
  const std::vector<std::string> keys = absl::StrSplit(path, '.');
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    Json outer = Json::object();
    outer[*key] = std::move(value);
    value = std::move(outer);
  }
  return value;
}

const Place* Named(absl::Span<const Place> places, absl::string_view key, absl::string_view name) {
  for (const Place& place : places)
    if (key == place.key && name == place.name) return &place;
  return nullptr;
}

const Place* PlaceOf(absl::string_view key, absl::string_view version, absl::string_view name) {
  const Place* old = nullptr;
  if (!IsAtLeast(version, 4, 0)) old = Named(absl::MakeConstSpan(kOldOpenEbs), key, name);
  if (!IsAtLeast(version, 1, 11) && !old) old = Named(absl::MakeConstSpan(kOldCertManager), key, name);
  return old ? old : Named(absl::MakeConstSpan(kPlaces), key, name);
}

}  // namespace

Json ImageValues(absl::string_view key, absl::string_view version,
                 const std::map<std::string, std::string>& images) {
  Json values = Json::object();
  for (const auto& [name, reference] : images)
    if (const Place* place = PlaceOf(key, version, name))
      values = Over(values, At(place->path, ValuesFor(place->form, Image(reference))));
  return values;
}

}  // namespace devstats::addons
