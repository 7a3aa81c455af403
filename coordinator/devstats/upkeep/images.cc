#include "coordinator/devstats/upkeep/images.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/registry_names.h"
#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::domain {
namespace {

constexpr char kStatic[] = "static";

std::string PagesOf(const std::string& domain) { return absl::StrCat(kStatic, "-", domain); }

// By the labels that the chart gives to pods; empty for pods of others.
std::string KindOfPod(const Json& pod) {
  static const auto& kinds = *new std::map<std::string, std::string>{{"affiliations", "affiliations"},
                                                                     {"affiliations-import", "affiliations"},
                                                                     {"api", "api"},
                                                                     {"backups-sync", "backups"},
                                                                     {"boot", "provision"},
                                                                     {"grafana", "grafana"},
                                                                     {"postgres", "patroni"},
                                                                     {"provision", "provision"},
                                                                     {"reports", "reports"},
                                                                     {"sync", "sync"},
                                                                     {"tests", "tests"},
                                                                     {"vacuum-sync", "vacuum"}};
  const std::string type = kube::TextAt(pod, {"metadata", "labels", "type"});
  if (type == kStatic) {
    const std::string domain = kube::TextAt(pod, {"metadata", "labels", "proj"});
    return domain == "default" ? kStatic : PagesOf(domain);
  }
  const auto found = kinds.find(type);
  return found == kinds.end() ? "" : found->second;
}

}  // namespace

std::vector<ImageUse> ImagesOf(const spec::EnvironmentSpec& environment) {
  std::vector<ImageUse> uses;
  for (const auto& [kind, image] : environment.images) uses.push_back({kind, image});
  for (const spec::DomainSpec& domain : environment.domains)
    if (!domain.image.empty()) uses.push_back({PagesOf(domain.name), domain.image});
  return uses;
}

std::string InForce(const ImageUse& use, const ImageLocks& locks) {
  const auto lock = locks.find(use.kind);
  return lock != locks.end() && lock->second.written == use.written ? lock->second.reference : use.written;
}

void LockImages(const ImageLocks& locks, spec::EnvironmentSpec* environment) {
  for (auto& [kind, image] : environment->images) image = InForce({kind, image}, locks);
  for (spec::DomainSpec& domain : environment->domains)
    domain.image = InForce({PagesOf(domain.name), domain.image}, locks);
}

std::string DigestOf(const std::string& image) {
  const size_t at = image.rfind("sha256:");
  return at == std::string::npos ? "" : image.substr(at);
}

absl::StatusOr<chartsource::OciReference> ImageReference(const std::string& image) {
  const bool hubs = RegistryInName(image).empty();
  ASSIGN_OR_RETURN(chartsource::OciReference reference,
                   chartsource::ParseOciReference(hubs ? absl::StrCat(kDockerHub, "/", image) : image),
                   image);
  if (reference.registry == "index.docker.io") reference.registry = std::string(kDockerHub);
  if (reference.registry == kDockerHub && !absl::StrContains(reference.repository, "/"))
    reference.repository = absl::StrCat("library/", reference.repository);
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

std::map<std::string, std::map<std::string, int>> RunningImages(const std::vector<Json>& pods) {
  std::map<std::string, std::map<std::string, int>> running;
  for (const Json& pod : pods) {
    const std::string kind = KindOfPod(pod);
    const Json& containers = kube::At(pod, {"status", "containerStatuses"});
    if (kind.empty() || kube::TextAt(pod, {"status", "phase"}) != "Running" || !containers.is_array())
      continue;
    for (const Json& container : containers) {
      const std::string digest = DigestOf(kube::TextAt(container, {"imageID"}));
      if (!digest.empty()) ++running[kind][digest];
    }
  }
  return running;
}

}  // namespace devstats::domain
