// What the tags of an environment's images point to now, as its nodes would find it: asked where their
// containerd asks, in its order (registry_places.h).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/chartsource/oci.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/devstats/upkeep/registry_places.h"
#include "coordinator/spec/devstats.h"
#include "coordinator/spec/model.h"

namespace devstats::domain {

// Asks once for each image. Thread-compatible.
class ImageResolver {
 public:
  // `registries` are cluster.yaml's: their mirrors and logins. The environment's pull secret is for its
  // registry alone. `fetcher` is not owned.
  ImageResolver(const spec::EnvironmentSpec& environment, std::vector<spec::RegistrySpec> registries,
                SealedValues sealed, chartsource::Fetcher* fetcher)
      : environment_(environment),
        registries_(std::move(registries)),
        sealed_(std::move(sealed)),
        fetcher_(fetcher) {}

  // The image with its digest: "name:tag@sha256:...". One that has a digest already is given back as it is.
  // Errors name the image, and of each place that was asked why it has no answer.
  absl::StatusOr<std::string> Resolve(const std::string& image);

 private:
  absl::StatusOr<std::string> Ask(const std::string& image);
  absl::StatusOr<chartsource::OciOptions> OptionsFor(const RegistryPlace& place) const;
  absl::StatusOr<std::string> AskAt(const RegistryPlace& place, const chartsource::OciReference& reference,
                                    chartsource::OciOptions options);
  absl::Status WithAdvice(absl::Status refused, const RegistryPlace& place) const;

  const spec::EnvironmentSpec environment_;
  const std::vector<spec::RegistrySpec> registries_;
  const SealedValues sealed_;
  chartsource::Fetcher* const fetcher_;
  std::map<std::string, absl::StatusOr<std::string>> known_;
  std::map<std::string, absl::Status>
      silent_;  // by place: did not answer in time, and is not waited for again
};

}  // namespace devstats::domain
