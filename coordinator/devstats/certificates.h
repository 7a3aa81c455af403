// Which hosts an environment serves, and which certificate each of them stands in. Let's Encrypt issues a
// certificate for at most 100 names, and only so many a week: a host that has a certificate never moves to
// another one. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

inline constexpr size_t kMostNames = 100;  // in one certificate

// Number of the ingress, and of its certificate, to its hosts in order. 1 has the domains themselves, the API
// and the pages that answer for unknown hosts; projects begin with 2 (upstream's tlsProjectsIngressStart).
using Certificates = std::map<int, std::vector<std::string>>;

struct ProjectHost {
  std::string host, project;
};
// In the order in which upstream's chart lists them: of each project those on the environment's domains, then
// its aliases; each once. An archived project has hosts on the environment's first domain alone, a disabled
// one none, and one without a domain here has no alias either. An environment whose `values` say skipAliases
// has none at all.
std::vector<ProjectHost> HostsOf(const spec::EnvironmentSpec& environment,
                                 const std::vector<spec::ProjectSpec>& projects);

// Hosts in `last` stay where they are (even where that is more than hosts_per_certificate, if it was
// lowered), those no longer wanted leave, new ones fill the first certificates with room, then new ones, of
// the lowest free numbers. Within a certificate the old ones come first, in their old order. InvalidArgument
// for more than 100 domains.
absl::StatusOr<Certificates> CertificatesOf(const spec::EnvironmentSpec& environment,
                                            const std::vector<ProjectHost>& hosts,
                                            const Certificates& last = {});

struct Issuance {
  std::vector<int> issued;         // new ones, and those whose names change
  std::vector<std::string> added;  // hosts
  std::vector<std::string> gone;
};
// What `next` makes Let's Encrypt issue beyond `last`.
Issuance IssuanceOf(const Certificates& last, const Certificates& next);

// What of it goes beyond the limits of Let's Encrypt (https://letsencrypt.org/docs/rate-limits): 50
// certificates a week for one registered domain, 5 a week for one set of names, 100 names in one. A sentence
// each; empty: nothing. The registered domain is taken to be the last two labels of a host: under a public
// suffix of two ("co.uk") more hosts are counted together than Let's Encrypt does. What was issued earlier in
// the week is not known here.
std::vector<std::string> BeyondLimits(const Issuance& issuance, const Certificates& next);

}  // namespace devstats::domain
