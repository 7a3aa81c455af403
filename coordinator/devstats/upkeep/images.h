// The images of an environment: which kind of pod runs which, as written, as locked, and as it runs. Pure.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/chartsource/oci_reference.h"
#include "coordinator/devstats/upkeep/image_locks.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct ImageUse {
  std::string kind;     // of spec::ImageKinds(); "static-prod": the pages of that domain
  std::string written;  // in cluster.yaml
};
std::vector<ImageUse> ImagesOf(const spec::EnvironmentSpec& environment);

// What runs for an image as written: a lock's, if it is for this one.
std::string InForce(const ImageUse& use, const ImageLocks& locks);
// Puts the locked images in the place of the written ones.
void LockImages(const ImageLocks& locks, spec::EnvironmentSpec* environment);

// As container runtimes read it: docker.io without a host, library/ without an owner, :latest without a tag.
// InvalidArgument for what is no image.
absl::StatusOr<chartsource::OciReference> ImageReference(const std::string& image);
// "sha256:..." of a text with one; empty otherwise.
std::string DigestOf(const std::string& image);

// By kind, the images that the containers of these pods run ("sha256:..."), each with how many.
std::map<std::string, std::map<std::string, int>> RunningImages(const std::vector<Json>& pods);

}  // namespace devstats::domain
