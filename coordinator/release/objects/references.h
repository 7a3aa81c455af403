// Which objects an object names, by the fields that are for it in Kubernetes and in most kinds of others.
// Pure.
#pragma once
#include <string>
#include <vector>

#include "common/digest.h"

namespace devstats::release {

struct Reference {
  std::string kind, name;
  std::string namespace_;  // empty: that of the object that names it, or none
  friend bool operator==(const Reference&, const Reference&) = default;
};

// As found: configuration, secrets, claims, volumes, accounts, services, classes, and what any field like
// roleRef, issuerRef or subjects tells by kind and name. What is data (ConfigMap, Secret) or a schema names
// nothing, but for the account of a token's Secret.
std::vector<Reference> ReferencesOf(const Json& object);

// The specification of the pods that the object makes, or null.
const Json& PodSpecOf(const Json& object);

}  // namespace devstats::release
