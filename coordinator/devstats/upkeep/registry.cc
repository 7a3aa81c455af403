#include "coordinator/devstats/upkeep/registry.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/upkeep/images.h"

namespace devstats::domain {
namespace {

constexpr absl::Duration kRegistryPatience = absl::Seconds(20);

bool Answered(const absl::Status& status) {
  return !absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status);
}

// What all places said, in the order in which they were asked; the code is that of the first that answered.
absl::Status NowhereFound(const std::vector<absl::Status>& refusals) {
  if (refusals.size() == 1) return refusals[0];
  auto first = std::find_if(refusals.begin(), refusals.end(), Answered);
  if (first == refusals.end()) first = refusals.begin();
  std::vector<std::string> reasons, advice;
  for (const absl::Status& refusal : refusals) {
    reasons.emplace_back(refusal.message());
    if (!HintOf(refusal).empty()) advice.push_back(HintOf(refusal));
  }
  absl::Status all(first->code(),
                   absl::StrCat("none of the ", refusals.size(),
                                " places that nodes pull it from has it: ", absl::StrJoin(reasons, "; ")));
  return advice.empty() ? all : Hint(std::move(all), absl::StrJoin(advice, "; "));
}

}  // namespace

absl::StatusOr<chartsource::OciOptions> ImageResolver::OptionsFor(const RegistryPlace& place) const {
  chartsource::OciOptions options{.mirror = place.mirror,
                                  .mirror_query = place.query,
                                  .tls = {.ca_pem = place.ca},
                                  .timeout = kRegistryPatience};
  if (place.password_secret.empty()) return options;
  options.credential.user = place.user;
  ASSIGN_OR_RETURN(options.credential.password, sealed_.get(place.password_secret),
                   absl::StrCat("login to ", place.host));
  return options;
}

absl::Status ImageResolver::WithAdvice(absl::Status refused, const RegistryPlace& place) const {
  if (!absl::IsUnauthenticated(refused) && !absl::IsPermissionDenied(refused)) return refused;
  const std::string where = place.mirror.empty()
                                ? absl::StrCat("environments.", environment_.name, ".pullSecret")
                                : "runtime.registries, as a registry of its own";
  return Hint(std::move(refused), absl::StrCat("if ", place.host, " wants a login, name it in ", where));
}

absl::StatusOr<std::string> ImageResolver::AskAt(const RegistryPlace& place,
                                                 const chartsource::OciReference& reference,
                                                 chartsource::OciOptions options) {
  const std::string& server = place.mirror.empty() ? place.host : place.mirror;
  if (const auto silent = silent_.find(server); silent != silent_.end()) return silent->second;
  chartsource::OciClient client(*fetcher_, chartsource::RegistryConfig(), std::move(options));
  absl::StatusOr<std::string> digest = client.Digest(reference);
  if (digest.ok()) return digest;
  if (absl::IsDeadlineExceeded(digest.status())) silent_.emplace(server, digest.status());
  return WithAdvice(digest.status(), place);
}

absl::StatusOr<std::string> ImageResolver::Ask(const std::string& image) {
  ASSIGN_OR_RETURN(const chartsource::OciReference reference, ImageReference(image));
  std::vector<absl::Status> refusals;
  for (const RegistryPlace& place : PlacesOf(reference.registry, environment_, registries_)) {
    ASSIGN_OR_RETURN(chartsource::OciOptions options, OptionsFor(place));
    const absl::StatusOr<std::string> digest = AskAt(place, reference, std::move(options));
    if (digest.ok()) return absl::StrCat(image, "@", *digest);
    // A place that has it and contradicts itself is one that nodes stop at, too.
    if (absl::IsDataLoss(digest.status())) return digest.status();
    refusals.push_back(digest.status());
  }
  return NowhereFound(refusals);
}

absl::StatusOr<std::string> ImageResolver::Resolve(const std::string& image) {
  if (absl::StrContains(image, "@")) {
    RETURN_IF_ERROR(ImageReference(image).status());
    return image;
  }
  auto known = known_.find(image);
  if (known == known_.end()) known = known_.emplace(image, Ask(image)).first;
  return known->second.ok() ? known->second
                            : absl::StatusOr<std::string>(Annotate(known->second.status(), image));
}

}  // namespace devstats::domain
