// Secrets, GitHub's tokens and images of an environment as people read them. Pure.
#pragma once
#include <string>

#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

// A line for each key with a sealed value (`wide`: for all), then what must be restarted, then the tokens.
std::string SecretsView(const coordinator::v1::EnvironmentSecretList& list, bool wide, absl::TimeZone zone,
                        const Paint& paint);
// "token 1 of 6: 4,980 of 5,000 left, resets 17:00"
std::string TokensView(const coordinator::v1::EnvironmentSecretList& list, absl::TimeZone zone);
// Whether something of it is to be mended.
bool HasProblem(const coordinator::v1::EnvironmentSecretList& list);

// By kind: what cluster.yaml names, the digest in force, what runs, what the tag is now. Digests are cut to
// twelve digits, but for `wide`.
std::string ImagesView(const coordinator::v1::ImageList& list, bool wide, const Paint& paint);

}  // namespace devstats::ctl
