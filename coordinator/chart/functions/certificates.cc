// Keys and certificates for templates: genCA, genSignedCert and their like.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/ip_address.h"
#include "coordinator/chart/functions/private_key.h"
#include "coordinator/chart/functions/x509.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart {
namespace {

using internal::CertificateRequest;
using internal::Key;
using Text = absl::string_view;

constexpr Field kCertificateFields[] = {{"Cert", "Cert"}, {"Key", "Key"}};
constexpr Type kCertificate{.kind = Kind::kObject,
                            .name = "sprig.certificate",
                            .kind_name = "struct",
                            .fields = absl::MakeConstSpan(kCertificateFields)};

// An argument that is a sprig.certificate.
struct AsCertificate {
  const Value& value;
  Text cert() const { return value.object().fields()[0].text(); }
  Text key() const { return value.object().fields()[1].text(); }
};

}  // namespace

namespace internal {
template <>
struct Parameter<AsCertificate> {
  static constexpr const Type* type = &kCertificate;
  static AsCertificate Get(const Value& v) { return {v}; }
};
}  // namespace internal

namespace {

// What making a key counts as, so that the limit on what a rendering makes bounds how often it is done.
constexpr size_t kMostShown = 1 << 20;  // of a value in an error
constexpr size_t kSlow = 1 << 20;

absl::Status Bad(Text message) { return absl::InvalidArgumentError(message); }

Value MakeResult(Text cert, Text key) {
  return Value::MakeObject(new Object(kCertificate, {Value::String(cert), Value::String(key)}));
}

absl::StatusOr<std::string> GenPrivateKey(Call& call, Text type) {
  RETURN_IF_ERROR(call.Spend(kSlow));
  Random& random = call.environment().random();
  absl::StatusOr<Key> key = nullptr;
  if (type.empty() || type == "rsa")
    key = internal::GenerateRsa(4096);
  else if (type == "dsa")
    key = internal::GenerateDsa();
  else if (type == "ecdsa")
    key = internal::GenerateEcdsa(random);
  else if (type == "ed25519")
    key = internal::GenerateEd25519(random);
  else
    return absl::StrCat("Unknown type ", type);
  if (!key.ok()) return absl::StrCat("failed to generate private key: ", key.status().message());
  return internal::KeyToPem(key->get());
}

absl::StatusOr<Value> BuildCustomCert(Text base64_cert, Text base64_key) {
  const auto cert = DecodeBase64(base64_cert);
  if (!cert.ok()) return Bad("unable to decode base64 certificate");
  const auto key = DecodeBase64(base64_key);
  if (!key.ok()) return Bad("unable to decode base64 private key");
  const auto block = DecodePem(*cert);
  if (!block) return Bad("unable to decode certificate");
  RETURN_IF_ERROR(internal::CertificateFromDer(block->bytes), "error parsing certificate: decodedCert.Bytes");
  RETURN_IF_ERROR(internal::KeyFromPem(*key), "error parsing private key");
  return MakeResult(*cert, *key);
}

absl::StatusOr<std::vector<std::string>> ReadAddresses(const Value& list) {
  std::vector<std::string> addresses;
  if (list.IsNil()) return addresses;
  for (const Value& item : list.list()) {
    if (!item.Is(Kind::kString))
      return Bad(absl::StrCat("error parsing ip: ", ToText(item, kMostShown), " is not a string"));
    absl::StatusOr<IpAddress> address = ParseIpAddress(item.text());
    if (!address.ok() || !address->zone.empty()) return Bad(absl::StrCat("error parsing ip: ", item.text()));
    std::string& bytes = address->bytes;
    // What IPv6 has for an IPv4 address is one.
    const std::string mapped = std::string(10, '\0') + "\xff\xff";
    addresses.push_back(bytes.size() == 16 && bytes.substr(0, 12) == mapped ? bytes.substr(12) : bytes);
  }
  return addresses;
}

absl::StatusOr<std::vector<std::string>> ReadNames(const Value& list) {
  std::vector<std::string> names;
  if (list.IsNil()) return names;
  for (const Value& item : list.list()) {
    if (!item.Is(Kind::kString))
      return Bad(absl::StrCat("error processing alternate dns name: ", ToText(item, kMostShown),
                              " is not a string"));
    names.emplace_back(item.text());
  }
  return names;
}

absl::StatusOr<CertificateRequest> ReadRequest(Text common_name, AsList addresses, AsList names, GoInt days) {
  CertificateRequest request{.common_name = std::string(common_name), .days = days};
  ASSIGN_OR_RETURN(request.ip_addresses, ReadAddresses(addresses.value));
  ASSIGN_OR_RETURN(request.dns_names, ReadNames(names.value));
  return request;
}

absl::StatusOr<Value> Make(Call& call, const CertificateRequest& request, const Key& key, X509* issuer,
                           EVP_PKEY* signer) {
  ASSIGN_OR_RETURN(const std::string cert,
                   internal::MakeCertificate(request, key.get(), issuer, signer, call.environment()),
                   "error creating certificate");
  return MakeResult(cert, internal::KeyToPem(key.get()));
}

// The key of a certificate: a new one, or the one that a template gave.
absl::StatusOr<Key> NewKey(Call& call) {
  RETURN_IF_ERROR(call.Spend(kSlow));
  ASSIGN_OR_RETURN(Key key, internal::GenerateRsa(2048), "error generating rsa key");
  return key;
}
absl::StatusOr<Key> GivenKey(Call& call, Text pem) {
  RETURN_IF_ERROR(call.Spend(kSlow / 16));
  ASSIGN_OR_RETURN(Key key, internal::KeyFromPem(pem), "parsing private key");
  return key;
}

absl::StatusOr<Value> MakeCa(Call& call, Text common_name, GoInt days, const Key& key) {
  const CertificateRequest request{.common_name = std::string(common_name), .days = days, .is_ca = true};
  return Make(call, request, key, nullptr, key.get());
}
absl::StatusOr<Value> GenCa(Call& call, Text common_name, GoInt days) {
  ASSIGN_OR_RETURN(const Key key, NewKey(call));
  return MakeCa(call, common_name, days, key);
}
absl::StatusOr<Value> GenCaWithKey(Call& call, Text common_name, GoInt days, Text pem) {
  ASSIGN_OR_RETURN(const Key key, GivenKey(call, pem));
  return MakeCa(call, common_name, days, key);
}

absl::StatusOr<Value> MakeSelfSigned(Call& call, Text common_name, AsList addresses, AsList names, GoInt days,
                                     const Key& key) {
  ASSIGN_OR_RETURN(const CertificateRequest request, ReadRequest(common_name, addresses, names, days));
  return Make(call, request, key, nullptr, key.get());
}
absl::StatusOr<Value> GenSelfSigned(Call& call, Text common_name, AsList addresses, AsList names,
                                    GoInt days) {
  ASSIGN_OR_RETURN(const Key key, NewKey(call));
  return MakeSelfSigned(call, common_name, addresses, names, days, key);
}
absl::StatusOr<Value> GenSelfSignedWithKey(Call& call, Text common_name, AsList addresses, AsList names,
                                           GoInt days, Text pem) {
  ASSIGN_OR_RETURN(const Key key, GivenKey(call, pem));
  return MakeSelfSigned(call, common_name, addresses, names, days, key);
}

absl::StatusOr<Value> MakeSigned(Call& call, Text common_name, AsList addresses, AsList names, GoInt days,
                                 AsCertificate ca, const Key& key) {
  const auto block = DecodePem(ca.cert());
  if (!block) return Bad("unable to decode certificate");
  ASSIGN_OR_RETURN(const internal::Certificate issuer, internal::CertificateFromDer(block->bytes),
                   "error parsing certificate: decodedSignerCert.Bytes");
  ASSIGN_OR_RETURN(const Key signer, internal::KeyFromPem(ca.key()), "error parsing private key");
  ASSIGN_OR_RETURN(const CertificateRequest request, ReadRequest(common_name, addresses, names, days));
  return Make(call, request, key, issuer.get(), signer.get());
}
absl::StatusOr<Value> GenSigned(Call& call, Text common_name, AsList addresses, AsList names, GoInt days,
                                AsCertificate ca) {
  ASSIGN_OR_RETURN(const Key key, NewKey(call));
  return MakeSigned(call, common_name, addresses, names, days, ca, key);
}
absl::StatusOr<Value> GenSignedWithKey(Call& call, Text common_name, AsList addresses, AsList names,
                                       GoInt days, AsCertificate ca, Text pem) {
  ASSIGN_OR_RETURN(const Key key, GivenKey(call, pem));
  return MakeSigned(call, common_name, addresses, names, days, ca, key);
}

}  // namespace

absl::Span<const Function> CertificateFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&GenPrivateKey>("genPrivateKey"),
      Bind<&BuildCustomCert>("buildCustomCert"),
      Bind<&GenCa>("genCA"),
      Bind<&GenCaWithKey>("genCAWithKey"),
      Bind<&GenSelfSigned>("genSelfSignedCert"),
      Bind<&GenSelfSignedWithKey>("genSelfSignedCertWithKey"),
      Bind<&GenSigned>("genSignedCert"),
      Bind<&GenSignedWithKey>("genSignedCertWithKey"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
