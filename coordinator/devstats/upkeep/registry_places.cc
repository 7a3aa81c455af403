#include "coordinator/devstats/upkeep/registry_places.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/registry_names.h"
#include "common/url_escape.h"

namespace devstats::domain {
namespace {

const spec::RegistrySpec* Find(absl::string_view host, const std::vector<spec::RegistrySpec>& registries) {
  for (const spec::RegistrySpec& registry : registries)
    if (registry.host == host) return &registry;
  return nullptr;
}

// containerd looks a login up by the server that it asks, under which the agents write the hub's.
void AddAccess(const std::vector<spec::RegistrySpec>& registries, RegistryPlace* place) {
  const spec::RegistrySpec* own =
      Find(place->host == kDockerHubServer ? kDockerHub : place->host, registries);
  if (!own) return;
  place->user = own->user;
  place->password_secret = own->password_secret;
  place->ca = own->ca;
}

RegistryPlace MirrorOf(const std::string& registry, absl::string_view url) {
  RegistryPlace place;
  place.host = std::string(RegistryInUrl(url));
  url = url.substr(0, url.find_first_of("?#"));
  while (absl::ConsumeSuffix(&url, "/")) continue;
  const bool has_version = absl::EndsWith(url, "/v2") && !absl::EndsWith(url, "//v2");  // a host named v2
  place.mirror = absl::StrCat(url, has_version ? "" : "/v2");
  const bool itself = place.host == registry || (registry == kDockerHub && place.host == kDockerHubServer);
  if (!itself) place.query = absl::StrCat("ns=", UrlEscape(registry));
  return place;
}

}  // namespace

std::vector<RegistryPlace> PlacesOf(const std::string& registry, const spec::EnvironmentSpec& environment,
                                    const std::vector<spec::RegistrySpec>& registries) {
  std::vector<RegistryPlace> places;
  if (const spec::RegistrySpec* named = Find(registry, registries))
    for (const std::string& mirror : named->mirrors) places.push_back(MirrorOf(registry, mirror));
  places.push_back({.host = registry});
  for (RegistryPlace& place : places) AddAccess(registries, &place);
  if (!environment.pull_secret.empty() && environment.pull_secret_registry == registry) {
    places.back().user = environment.pull_secret_user;
    places.back().password_secret = environment.pull_secret;
  }
  return places;
}

}  // namespace devstats::domain
