#include "coordinator/devstats/certificates.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "coordinator/addons/values.h"
#include "coordinator/devstats/chart_values.h"
#include "coordinator/devstats/environment.h"

namespace devstats::domain {
namespace {

constexpr int kDomains = 1;        // the number of the domains' own
constexpr int kFirstProjects = 2;  // of those of projects

using Hosts = absl::flat_hash_set<std::string>;

// The domains on which a project has hosts: those that it names; archived, the environment's first at most.
std::vector<std::string> SitesOf(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment) {
  std::vector<std::string> sites;
  for (const spec::DomainSpec& domain : environment.domains) {
    if (std::find(project.domains.begin(), project.domains.end(), domain.name) != project.domains.end())
      sites.push_back(domain.host);
    if (project.state == spec::ProjectSpec::State::kArchived) break;
  }
  return sites;
}

// Moves what is still wanted from `last` to where it was.
void Keep(const Certificates& last, Hosts* wanted, Certificates* next) {
  for (const auto& [number, hosts] : last) {
    if (number < kFirstProjects) continue;
    for (const std::string& host : hosts) {
      if (wanted->erase(host) > 0) (*next)[number].push_back(host);
    }
  }
}

// The first with room from `number` on.
int WithRoom(const Certificates& certificates, int number, size_t most) {
  for (;; ++number) {
    const auto there = certificates.find(number);
    if (there == certificates.end() || there->second.size() < most) return number;
  }
}

// As the chart sees it.
bool WantsAliases(const spec::EnvironmentSpec& environment) {
  const YamlNode* skip = environment.values.IsMapping() ? environment.values.Find("skipAliases") : nullptr;
  if (skip == nullptr) return true;
  const auto value = addons::ValuesOf(*skip);
  return value.ok() && (skip->IsNull() || !IsTruthy(*value));
}

size_t MostHosts(const spec::EnvironmentSpec& environment) {
  return std::clamp<size_t>(static_cast<size_t>(std::max(environment.hosts_per_certificate, 1)), 1,
                            kMostNames);
}

}  // namespace

std::vector<ProjectHost> HostsOf(const spec::EnvironmentSpec& environment,
                                 const std::vector<spec::ProjectSpec>& projects) {
  std::vector<ProjectHost> out;
  Hosts seen;
  const bool aliases = WantsAliases(environment);
  for (const spec::ProjectSpec& project : projects) {
    if (project.state == spec::ProjectSpec::State::kDisabled) continue;
    const auto add = [&](const std::string& host) {
      if (seen.insert(host).second) out.push_back({host, project.name});
    };
    const std::vector<std::string> sites = SitesOf(project, environment);
    for (const std::string& site : sites)
      add(absl::StrCat(project.url.empty() ? project.name : project.url, ".", site));
    if (sites.empty() || !aliases) continue;
    for (const std::string& alias : project.aliases) add(alias);
  }
  return out;
}

absl::StatusOr<Certificates> CertificatesOf(const spec::EnvironmentSpec& environment,
                                            const std::vector<ProjectHost>& hosts, const Certificates& last) {
  if (environment.domains.size() > kMostNames)
    return absl::InvalidArgumentError(
        absl::StrCat("environment \"", environment.name, "\" has ", environment.domains.size(),
                     " domains; a certificate has at most ", kMostNames, " names"));
  Certificates next;
  Hosts domains, wanted;
  for (const spec::DomainSpec& domain : environment.domains) {
    if (domains.insert(domain.host).second) next[kDomains].push_back(domain.host);
  }
  for (const ProjectHost& host : hosts) {
    if (!domains.contains(host.host)) wanted.insert(host.host);
  }
  Keep(last, &wanted, &next);
  int number = kFirstProjects;
  for (const ProjectHost& host : hosts) {
    if (wanted.erase(host.host) == 0) continue;
    number = WithRoom(next, number, MostHosts(environment));
    next[number].push_back(host.host);
  }
  return next;
}

}  // namespace devstats::domain
