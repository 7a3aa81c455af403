// How a registry lets in (https://distribution.github.io/distribution/spec/auth/token/): it answers 401 and
// says whether it wants a password (Basic) or a token, and from where (Bearer).
//
// Where a password goes: to the registry itself, and to the token server that it names if that is asked over
// https, or is the same origin as a registry that we use plain HTTP with. A registry asked over https may not
// name a token server of plain HTTP at all, and none may name a private address but its own.
#pragma once
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/chartsource/registry_config.h"

namespace devstats::chartsource {

struct Challenge {
  std::string scheme;                             // "basic", "bearer" or whatever it is, in lower case
  std::map<std::string, std::string> parameters;  // names in lower case: realm, service, scope
};
// A WWW-Authenticate header; what follows something unreadable is left out.
Challenge ParseChallenge(absl::string_view header);

// Whether a registry at `registry` may send us to `realm` for a token; PermissionDenied otherwise.
absl::Status CheckRealm(const Url& realm, const Url& registry);

// The value of Authorization that answers `challenge`. `scope` is asked for besides what the challenge says.
// Unauthenticated: it wants a password and there is none, or the token server refused us.
absl::StatusOr<Secret> Answer(Fetcher& fetcher, const Challenge& challenge, const Url& registry,
                              const RegistryCredential& credential, absl::string_view scope, const Tls& tls);

}  // namespace devstats::chartsource
