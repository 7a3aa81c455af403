// The images of environments by call: as written, as locked, as they run and as their tags are now, and
// locking them; without gRPC.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/devstats/upkeep/image_locks.h"
#include "coordinator/devstats/upkeep/images.h"
#include "coordinator/kube/client.h"
#include "coordinator/spec/devstats.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

// An image with its digest ("name:tag@sha256:..."), as the registry says now; asked once for each.
using ImageDigests = std::function<absl::StatusOr<std::string>(const std::string& image)>;

struct SpecText {
  std::string spec, file;
};

struct EnvironmentImagesParts {  // nothing is owned
  // Of the cluster.yaml in force, as written. NotFound, with what there is.
  std::function<absl::StatusOr<spec::EnvironmentSpec>(const std::string& name)> environment;
  std::function<absl::StatusOr<SpecText>()> in_force;  // that cluster.yaml
  std::function<absl::StatusOr<ImageDigests>(const spec::EnvironmentSpec&)> registry;
  domain::ImageLockStore* locks = nullptr;
  kube::KubeClient* kube = nullptr;
};

class EnvironmentImages {
 public:
  explicit EnvironmentImages(EnvironmentImagesParts parts) : p_(std::move(parts)) {}

  static std::string Target(const v1::ChangeImagesRequest& request);  // for the audit trail

  // A registry that does not answer is told with each image, and no error.
  absl::StatusOr<v1::ImageList> DoGet(const std::string& name);
  // Stores locks; releases follow with the next apply of the cluster.yaml that is given back, jobs and new
  // runs of crons with it. An image that cannot be resolved changes nothing. Before its first lock, what runs
  // by then is noted, to go back to.
  absl::StatusOr<v1::ImageList> DoChange(const v1::ChangeImagesRequest& request, const std::string& actor);

 private:
  absl::StatusOr<spec::EnvironmentSpec> Find(const std::string& name) const;
  absl::StatusOr<std::vector<Json>> Pods(const spec::EnvironmentSpec& environment) const;
  absl::StatusOr<v1::ImageList> List(const spec::EnvironmentSpec& environment, bool ask);
  absl::Status Lock(const spec::EnvironmentSpec& environment, const std::vector<domain::ImageUse>& uses,
                    const v1::ChangeImagesRequest& request, const std::string& actor);

  const EnvironmentImagesParts p_;
};

}  // namespace devstats::coordinator
