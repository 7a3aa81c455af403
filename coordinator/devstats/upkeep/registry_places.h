// Where the containerd of the nodes asks for an image: at the mirrors that cluster.yaml gives for its
// registry, in their order, then at the registry itself. What agents write to hosts.toml is read here as
// containerd reads it (https://github.com/containerd/containerd/blob/main/docs/hosts.md). Pure.
#pragma once
#include <string>
#include <vector>

#include "coordinator/spec/devstats.h"
#include "coordinator/spec/model.h"

namespace devstats::domain {

struct RegistryPlace {
  std::string host;    // "10.0.0.1:5000", as it is written: whose login it takes
  std::string mirror;  // its URL with /v2: "http://10.0.0.1:5000/v2"; empty: the registry itself
  std::string query;   // of a mirror: in the place of which registry it is asked, "ns=docker.io"
  // Who logs in there, the name of the sealed password, and in PEM whom to trust. Each may be empty.
  std::string user, password_secret, ca;
};

// For a registry as ImageReference (images.h) names it: "docker.io". The environment's pull secret is for its
// registry, as the kubelet takes it; a login of cluster.yaml's is for the host that it stands at.
std::vector<RegistryPlace> PlacesOf(const std::string& registry, const spec::EnvironmentSpec& environment,
                                    const std::vector<spec::RegistrySpec>& registries);

}  // namespace devstats::domain
