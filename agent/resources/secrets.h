// What comes with one plan or apply and is kept nowhere: values by the names that resources know.
#pragma once
#include <map>
#include <string>

#include "common/secret.h"

namespace devstats::agent {

using Secrets = std::map<std::string, Secret>;

// Empty when it was not sent.
inline Secret SecretNamed(const Secrets& secrets, const std::string& name) {
  auto found = secrets.find(name);
  return found == secrets.end() ? Secret() : found->second;
}

// Those of a request.
template <typename Request>
Secrets SecretsOf(const Request& request) {
  Secrets secrets;
  for (const auto& [name, value] : request.secrets()) secrets[name] = Secret(value);
  return secrets;
}

}  // namespace devstats::agent
