#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/private_key.h"
#include "coordinator/chart/functions/x509.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Get;
using functest::Printed;
using internal::Certificate;

Value ListOf(std::initializer_list<const char*> texts) {
  List list;
  for (const char* text : texts) list.push_back(Value::String(text));
  return Value::MakeList(std::move(list));
}

std::string CertOf(const Value& value) { return std::string(value.object().fields()[0].text()); }
std::string KeyOf(const Value& value) { return std::string(value.object().fields()[1].text()); }
Certificate CertificateIn(const Value& value) {
  return *internal::CertificateFromDer(DecodePem(CertOf(value))->bytes);
}

// The names of its extensions, in order.
std::string ExtensionsOf(const Certificate& certificate) {
  std::string names;
  for (int i = 0; i < X509_get_ext_count(certificate.get()); ++i) {
    X509_EXTENSION* extension = X509_get_ext(certificate.get(), i);
    absl::StrAppend(&names, OBJ_nid2sn(OBJ_obj2nid(X509_EXTENSION_get_object(extension))),
                    X509_EXTENSION_get_critical(extension) ? "! " : " ");
  }
  return names;
}

const std::string& EcdsaKey() {
  static const auto* const key = new std::string(Printed("genPrivateKey", "ecdsa"));
  return *key;
}
Value Ca() { return Get("genCAWithKey", "ca", 10, EcdsaKey()); }

TEST(Keys, HaveGosLabels) {
  EXPECT_THAT(Printed("genPrivateKey", "ecdsa"), testing::StartsWith("-----BEGIN EC PRIVATE KEY-----\n"));
  EXPECT_THAT(Printed("genPrivateKey", "ed25519"), testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(Printed("genPrivateKey", "x"), "Unknown type x");
  for (const char* type : {"ecdsa", "ed25519"}) {
    const std::string pem = Printed("genPrivateKey", type);
    EXPECT_EQ(internal::KeyToPem(internal::KeyFromPem(pem)->get()), pem);
    EXPECT_EQ(Printed("genPrivateKey", type), pem);  // of the same dice
  }
  const internal::Key rsa = *internal::GenerateRsa(2048);
  EXPECT_THAT(internal::KeyToPem(rsa.get()), testing::StartsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
}

TEST(Keys, ErrorsAreGos) {
  const auto error = [](const char* type, absl::string_view der) {
    return std::string(internal::KeyFromPem(EncodePem({type, std::string(der)})).status().message());
  };
  EXPECT_EQ(internal::KeyFromPem("x").status().message(), "no PEM data in input");
  EXPECT_EQ(error("CERTIFICATE", ""), "no private key data in PEM block of type CERTIFICATE");
  EXPECT_EQ(error("X PRIVATE KEY", ""), "invalid private key type X PRIVATE KEY");
  EXPECT_EQ(error("RSA PRIVATE KEY", ""),
            "parsing RSA private key from PEM: asn1: syntax error: sequence truncated");
  EXPECT_EQ(
      error("RSA PRIVATE KEY", DecodePem(EcdsaKey())->bytes),
      "parsing RSA private key from PEM: x509: failed to parse private key (use ParseECPrivateKey instead "
      "for this key format)");
  EXPECT_THAT(
      error("PRIVATE KEY", "hello"),
      testing::StartsWith("decoding PEM as PKCS#8: asn1: structure error: tags don't match (16 vs {class:1 "
                          "tag:8 length:101 isCompound:true}) "));
}

TEST(Certificates, OfAnAuthority) {
  const Value ca = Ca();
  EXPECT_EQ(ca.type()->name, "sprig.certificate");
  EXPECT_EQ(KeyOf(ca), EcdsaKey());
  const Certificate certificate = CertificateIn(ca);
  EXPECT_EQ(ExtensionsOf(certificate), "keyUsage! extendedKeyUsage basicConstraints! subjectKeyIdentifier ");
  EXPECT_EQ(X509_check_ca(certificate.get()), 1);
  EXPECT_EQ(X509_self_signed(certificate.get(), 1), 1);
  EXPECT_EQ(ASN1_STRING_length(X509_get0_subject_key_id(certificate.get())), 20);
}

TEST(Certificates, AreSignedByTheAuthority) {
  const Value ca = Ca();
  const Value leaf = Get("genSignedCertWithKey", "leaf", ListOf({"10.0.0.1", "::1"}), ListOf({"a.b"}), 5, ca,
                         Printed("genPrivateKey", "ed25519"));
  const Certificate certificate = CertificateIn(leaf), authority = CertificateIn(ca);
  EXPECT_EQ(ExtensionsOf(certificate),
            "keyUsage! extendedKeyUsage basicConstraints! authorityKeyIdentifier subjectAltName ");
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(authority.get())), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "a.b", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
  int days = 0, seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()),
                 X509_get0_notAfter(certificate.get()));
  EXPECT_EQ(days, 5);
  EXPECT_EQ(seconds, 0);
}

TEST(Certificates, WithoutSubjectHaveCriticalNames) {
  const Value certificate = Get("genSelfSignedCertWithKey", "", Value(), ListOf({"x"}), 1, EcdsaKey());
  EXPECT_THAT(ExtensionsOf(CertificateIn(certificate)), testing::HasSubstr("subjectAltName! "));
}

TEST(Certificates, ErrorsAreGos) {
  const Value none = ListOf({});
  const auto self_signed = [&](Value ips, Value names, absl::string_view name = "x") {
    return Printed("genSelfSignedCertWithKey", name, ips, names, 1, EcdsaKey());
  };
  EXPECT_EQ(self_signed(Value::MakeList({Value::Int(1)}), none),
            "ERROR: error parsing ip: 1 is not a string");
  EXPECT_EQ(self_signed(ListOf({"1.2.3"}), none), "ERROR: error parsing ip: 1.2.3");
  EXPECT_EQ(self_signed(none, Value::MakeList({Value()})),
            "ERROR: error processing alternate dns name: <nil> is not a string");
  EXPECT_EQ(self_signed(none, ListOf({"é"})),
            "ERROR: error creating certificate: x509: \"é\" cannot be encoded as an IA5String");
  EXPECT_EQ(self_signed(none, none, "\xff"),
            "ERROR: error creating certificate: asn1: string not valid UTF-8");
  const Value other_key = Get("buildCustomCert", EncodeBase64(CertOf(Ca())),
                              EncodeBase64(internal::KeyToPem(internal::GenerateRsa(2048)->get())));
  EXPECT_EQ(Printed("genSignedCertWithKey", "x", none, none, 1, other_key, EcdsaKey()),
            "ERROR: error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
}

TEST(Certificates, BuiltOfWhatIsGiven) {
  const Value ca = Ca();
  const Value built = Get("buildCustomCert", EncodeBase64(CertOf(ca)), EncodeBase64(KeyOf(ca)));
  EXPECT_EQ(CertOf(built), CertOf(ca));
  EXPECT_EQ(Printed("buildCustomCert", "!", ""), "ERROR: unable to decode base64 certificate");
  EXPECT_EQ(Printed("buildCustomCert", "", "!"), "ERROR: unable to decode base64 private key");
  EXPECT_EQ(Printed("buildCustomCert", "", ""), "ERROR: unable to decode certificate");
  EXPECT_EQ(Printed("buildCustomCert", EncodeBase64(EncodePem({"CERTIFICATE", "x"})), ""),
            "ERROR: error parsing certificate: decodedCert.Bytes: x509: malformed certificate");
  EXPECT_EQ(Printed("buildCustomCert", EncodeBase64(CertOf(ca)), ""),
            "ERROR: error parsing private key: no PEM data in input");
}

}  // namespace
}  // namespace devstats::chart
