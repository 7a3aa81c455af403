// What comes with one apply and is kept nowhere: values by the names that resources know.
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

}  // namespace devstats::agent
