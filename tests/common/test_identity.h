// Certificates for the tests of who speaks TLS.
#pragma once
#include <string>

#include "absl/time/clock.h"
#include "common/pki.h"

namespace devstats {

// An authority and a certificate of it for localhost and 127.0.0.1, or of a client.
struct TestIdentity {
  std::string ca_pem, certificate_pem;
  Secret key_pem;

  static pki::Authority NewCa() {
    const absl::Time now = absl::Now();
    return *pki::NewAuthority("test", now - absl::Hours(1), now + absl::Hours(1));
  }
  static TestIdentity Of(const pki::Authority& ca, const std::string& name, pki::Usage usage) {
    const absl::Time now = absl::Now();
    TestIdentity out{.ca_pem = ca.certificate_pem, .key_pem = *pki::NewKey()};
    pki::Profile profile{.common_name = name, .usage = usage};
    if (usage == pki::Usage::kServer) profile.dns = {"localhost"}, profile.ips = {"127.0.0.1"};
    profile.not_before = now - absl::Hours(1);
    profile.not_after = now + absl::Hours(1);
    out.certificate_pem = *pki::Sign(ca, *pki::NewRequest(out.key_pem, name), profile);
    return out;
  }
};

}  // namespace devstats
