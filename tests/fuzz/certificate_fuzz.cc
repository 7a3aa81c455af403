#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/pki.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::string PemOf(const char* what, absl::string_view der) {
  return absl::StrCat("-----BEGIN ", what, "-----\n", absl::Base64Escape(der), "\n-----END ", what,
                      "-----\n");
}

}  // namespace

// A certificate or a request, as PEM or as what PEM holds: whatever it is, it is told or refused.
FUZZ_TARGET(certificate) {
  namespace pki = devstats::pki;
  const bool pem = absl::StartsWith(input, "-----BEGIN");
  const auto info = pki::Inspect(pem ? std::string(input) : PemOf("CERTIFICATE", input));
  if (info.ok()) REQUIRE(absl::StartsWith(info->spki_pin, "sha256:") && info->spki_pin.size() == 7 + 64);
  const std::string request = pem ? std::string(input) : PemOf("CERTIFICATE REQUEST", input);
  const auto pin = pki::RequestPin(request);
  if (pin.ok()) REQUIRE(pin->size() == 7 + 64);
  const auto subject = pki::RequestSubject(request);
  if (subject.ok()) REQUIRE(!subject->common_name.empty() || !subject->organization.empty() || pin.ok());
}
