#include "common/pki.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include "common/status.h"
#include "tests/common/tls_server.h"

namespace devstats::pki {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

const absl::Time kStart = absl::FromCivil(absl::CivilSecond(2024, 1, 1), absl::UTCTimeZone());
const absl::Time kEnd = kStart + absl::Hours(24 * 365 * 10);

Authority MakeAuthority(const std::string& name = "devstats test CA") {
  auto ca = NewAuthority(name, kStart, kEnd);
  EXPECT_TRUE(ca.ok()) << ca.status();
  return *std::move(ca);
}

Profile MakeProfile(Usage usage = Usage::kServer) {
  return {.common_name = "node-1",
          .dns = {"node-1", "*.example.org"},
          .ips = {"10.0.0.1", "fd00::1"},
          .uris = {"devstats://c1/node/node-1"},
          .usage = usage,
          .not_before = kStart,
          .not_after = kStart + absl::Hours(24)};
}

struct Leaf {
  Secret key;
  std::string pem;
};

Leaf MakeLeaf(const Authority& ca, const Profile& profile = MakeProfile()) {
  Leaf leaf;
  leaf.key = *NewKey();
  auto pem = Sign(ca, *NewRequest(leaf.key, "whatever the node asks for"), profile);
  EXPECT_TRUE(pem.ok()) << pem.status();
  leaf.pem = pem.value_or("");
  return leaf;
}

// What OpenSSL's own printer says of a certificate.
std::string Printed(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* x = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  BIO* out = BIO_new(BIO_s_mem());
  X509_print(out, x);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(in);
  BIO_free(out);
  X509_free(x);
  return text;
}

TEST(Pki, KeysAreP256InPkcs8AndNeverTheSame) {
  const Secret a = *NewKey(), b = *NewKey();
  EXPECT_THAT(a.Reveal(), ::testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_FALSE(SameSecret(a, b));
}

TEST(Pki, AuthorityIsWhatAnAuthorityShouldBe) {
  const Authority ca = MakeAuthority();
  const auto info = Inspect(ca.certificate_pem);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_TRUE(info->is_ca);
  EXPECT_EQ(info->common_name, "devstats test CA");
  EXPECT_EQ(info->not_before, kStart);
  EXPECT_EQ(info->not_after, kEnd);
  EXPECT_THAT(info->spki_pin, MatchesRegex("sha256:[0-9a-f]+"));
  EXPECT_EQ(info->spki_pin.size(), 71u);
  const std::string text = Printed(ca.certificate_pem);
  EXPECT_THAT(text, HasSubstr("CA:TRUE, pathlen:0"));
  EXPECT_THAT(text, HasSubstr("Certificate Sign, CRL Sign"));
  EXPECT_THAT(text, HasSubstr("Subject Key Identifier"));
  EXPECT_THAT(text, HasSubstr("ecdsa-with-SHA256"));
  EXPECT_TRUE(Verify(ca.certificate_pem, ca.certificate_pem, kStart).ok());
}

TEST(Pki, ALeafHasWhatTheSignerChoseAndOnlyTheKeyOfTheRequest) {
  const Authority ca = MakeAuthority();
  const Leaf leaf = MakeLeaf(ca);
  const auto info = Inspect(leaf.pem);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->common_name, "node-1");
  EXPECT_THAT(info->dns, ElementsAre("node-1", "*.example.org"));
  EXPECT_THAT(info->ips, ElementsAre("10.0.0.1", "fd00::1"));
  EXPECT_THAT(info->uris, ElementsAre("devstats://c1/node/node-1"));
  EXPECT_EQ(info->not_before, kStart);
  EXPECT_EQ(info->not_after, kStart + absl::Hours(24));
  EXPECT_FALSE(info->is_ca);
  EXPECT_EQ(info->spki_pin, *RequestPin(*NewRequest(leaf.key, "x")));
  const std::string text = Printed(leaf.pem);
  EXPECT_THAT(text, HasSubstr("CA:FALSE"));
  EXPECT_THAT(text, HasSubstr("Digital Signature"));
  EXPECT_THAT(text, HasSubstr("TLS Web Server Authentication"));
  EXPECT_THAT(text, Not(HasSubstr("Client Authentication")));
  EXPECT_THAT(text, HasSubstr("Authority Key Identifier"));
}

TEST(Pki, AClientMayServeNothing) {
  const std::string text = Printed(MakeLeaf(MakeAuthority(), MakeProfile(Usage::kClient)).pem);
  EXPECT_THAT(text, HasSubstr("TLS Web Client Authentication"));
  EXPECT_THAT(text, Not(HasSubstr("Server Authentication")));
}

TEST(Pki, SerialsAreRandomAndLong) {
  const Authority ca = MakeAuthority();
  const auto a = Inspect(MakeLeaf(ca).pem), b = Inspect(MakeLeaf(ca).pem);
  EXPECT_NE(a->serial, b->serial);
  EXPECT_THAT(a->serial, MatchesRegex("[0-9a-f]+"));
  EXPECT_GE(a->serial.size(), 24u);  // of 32 digits; leading zeros are not written
}

TEST(Pki, NothingOutlivesItsAuthority) {
  Profile profile = MakeProfile();
  profile.not_after = kEnd + absl::Hours(1);
  EXPECT_EQ(Inspect(MakeLeaf(MakeAuthority(), profile).pem)->not_after, kEnd);
}

TEST(Pki, YearsAfter2050Work) {
  const absl::Time end = absl::FromCivil(absl::CivilSecond(2061, 2, 3, 4, 5, 6), absl::UTCTimeZone());
  EXPECT_EQ(Inspect(NewAuthority("x", kStart, end)->certificate_pem)->not_after, end);
}

TEST(Pki, NamesThatAreNoneAreRefused) {
  const Authority ca = MakeAuthority();
  const std::string request = *NewRequest(*NewKey(), "x");
  const auto refused = [&](const std::function<void(Profile&)>& change) {
    Profile profile = MakeProfile();
    change(profile);
    return absl::IsInvalidArgument(Sign(ca, request, profile).status());
  };
  for (const std::string bad : {"", "a b", "a,DNS:b", "a\nb", "ä", "a/b"}) {
    EXPECT_TRUE(refused([&](Profile& p) { p.dns = {bad}; })) << bad;
  }
  EXPECT_TRUE(refused([&](Profile& p) { p.dns = {std::string(300, 'a')}; }));
  for (const char* bad : {"", "10.0.0", "10.0.0.256", "node-1", "fd00::1::2"}) {
    EXPECT_TRUE(refused([&](Profile& p) { p.ips = {bad}; })) << bad;
  }
  EXPECT_TRUE(refused([&](Profile& p) { p.uris = {std::string("devstats://a\0b", 14)}; }));
  EXPECT_TRUE(refused([&](Profile& p) { p.common_name = ""; }));
  EXPECT_TRUE(refused([&](Profile& p) { p.common_name = std::string(65, 'n'); }));
  EXPECT_TRUE(refused([&](Profile& p) { p.not_after = p.not_before; }));
}

TEST(Pki, NoNamesAreFine) {
  Profile profile = MakeProfile();
  profile.dns = profile.ips = profile.uris = {};
  EXPECT_THAT(Inspect(MakeLeaf(MakeAuthority(), profile).pem)->dns, IsEmpty());
}

// Changes one byte of the DER within a PEM text.
std::string Damaged(const std::string& pem, size_t from_end) {
  const size_t begin = pem.find('\n') + 1, end = pem.rfind("\n-----END");
  std::string out = pem;
  size_t at = end - from_end;
  if (out[at] == '\n') --at;
  EXPECT_GT(at, begin);
  out[at] = out[at] == 'A' ? 'B' : 'A';
  return out;
}

TEST(Pki, ARequestWithoutProofOfPossessionIsRefused) {
  const Authority ca = MakeAuthority();
  const std::string request = *NewRequest(*NewKey(), "x");
  ASSERT_TRUE(Sign(ca, request, MakeProfile()).ok());
  EXPECT_EQ(Sign(ca, Damaged(request, 30), MakeProfile()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

std::string RsaRequest() {
  EVP_PKEY* key = EVP_RSA_gen(1024);
  X509_REQ* request = X509_REQ_new();
  X509_REQ_set_pubkey(request, key);
  X509_REQ_sign(request, key, EVP_sha256());
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509_REQ(bio, request);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  X509_REQ_free(request);
  EVP_PKEY_free(key);
  return pem;
}

TEST(Pki, AWeakKeyIsRefused) {
  const auto status = Sign(MakeAuthority(), RsaRequest(), MakeProfile()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("P-256"));
}

TEST(Pki, KeyAndCertificateOfAnAuthorityMustBelongTogether) {
  Authority mixed = MakeAuthority();
  mixed.key_pem = *NewKey();
  EXPECT_EQ(Sign(mixed, *NewRequest(*NewKey(), "x"), MakeProfile()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(Pki, JunkIsRefusedEverywhere) {
  const std::string ca_pem = MakeAuthority().certificate_pem;
  for (const std::string& junk :
       {std::string(), std::string("junk"), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n"),
        ca_pem.substr(0, ca_pem.size() / 2), std::string(2 << 20, 'x'),
        ca_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_FALSE(Inspect(junk).ok());
    EXPECT_FALSE(RequestPin(junk).ok());
    EXPECT_FALSE(Verify(junk, ca_pem, kStart).ok());
    EXPECT_FALSE(Verify(ca_pem, junk, kStart).ok());
    EXPECT_FALSE(NewRequest(Secret(junk), "x").ok());
  }
}

TEST(Pki, AKeyWithAPassphraseIsRefusedWithoutAsking) {
  BIO* bio = BIO_new(BIO_s_mem());
  EVP_PKEY* key = EVP_EC_gen("P-256");
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), "secret", 6, nullptr, nullptr), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  EXPECT_FALSE(NewRequest(Secret(std::string(data, static_cast<size_t>(size))), "x").ok());
  EVP_PKEY_free(key);
  BIO_free(bio);
}

TEST(PkiVerify, ByTheAuthorityWithinItsTime) {
  const Authority ca = MakeAuthority();
  const Leaf leaf = MakeLeaf(ca);
  EXPECT_TRUE(Verify(leaf.pem, ca.certificate_pem, kStart + absl::Hours(1)).ok());
  const auto expired = Verify(leaf.pem, ca.certificate_pem, kStart + absl::Hours(25));
  EXPECT_THAT(std::string(expired.message()), HasSubstr("expired"));
  EXPECT_FALSE(Verify(leaf.pem, ca.certificate_pem, kStart - absl::Hours(1)).ok());
  EXPECT_EQ(expired.code(), absl::StatusCode::kUnauthenticated);
}

TEST(PkiVerify, AnotherAuthorityOfTheSameNameIsNotIt) {
  const Leaf leaf = MakeLeaf(MakeAuthority());
  EXPECT_FALSE(Verify(leaf.pem, MakeAuthority().certificate_pem, kStart + absl::Hours(1)).ok());
}

TEST(PkiVerify, ALeafVouchesForNobody) {
  const Authority ca = MakeAuthority();
  const Leaf leaf = MakeLeaf(ca);
  EXPECT_FALSE(Verify(leaf.pem, leaf.pem, kStart + absl::Hours(1)).ok());
  const Authority fake{leaf.pem, leaf.key};
  const auto forged = Sign(fake, *NewRequest(*NewKey(), "x"), MakeProfile());
  if (forged.ok()) {
    EXPECT_FALSE(Verify(*forged, leaf.pem, kStart + absl::Hours(1)).ok());
  }
}

TEST(PkiVerify, OneOfSeveralAuthoritiesDuringARotation) {
  const Authority old_ca = MakeAuthority("old"), new_ca = MakeAuthority("new");
  const std::string both = old_ca.certificate_pem + new_ca.certificate_pem;
  EXPECT_TRUE(Verify(MakeLeaf(old_ca).pem, both, kStart + absl::Hours(1)).ok());
  EXPECT_TRUE(Verify(MakeLeaf(new_ca).pem, both, kStart + absl::Hours(1)).ok());
}

TEST(PkiVerify, ADamagedSignatureIsSeen) {
  const Authority ca = MakeAuthority();
  EXPECT_FALSE(Verify(Damaged(MakeLeaf(ca).pem, 30), ca.certificate_pem, kStart + absl::Hours(1)).ok());
}

class FetchAuthorityTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Fetch(const TlsServer& server, const std::string& pin,
                                    absl::Duration timeout = absl::Seconds(20)) {
    return FetchAuthority("127.0.0.1", server.port(), pin, timeout);
  }
  const Authority ca_ = MakeAuthority();
  const Leaf leaf_ = MakeLeaf(ca_);
  const std::string pin_ = Inspect(ca_.certificate_pem)->spki_pin;
};

TEST_F(FetchAuthorityTest, GivesTheOneOfThePinWhateverItsDates) {
  TlsServer server({leaf_.pem, ca_.certificate_pem}, leaf_.key);
  for (int i = 0; i < 3; ++i) {
    const auto fetched = Fetch(server, pin_);
    ASSERT_TRUE(fetched.ok()) << fetched.status();
    EXPECT_EQ(*fetched, ca_.certificate_pem);
  }
}

TEST_F(FetchAuthorityTest, AnotherPinIsRefusedWithAdvice) {
  TlsServer server({leaf_.pem, ca_.certificate_pem}, leaf_.key);
  const auto fetched = Fetch(server, Inspect(MakeAuthority().certificate_pem)->spki_pin);
  EXPECT_EQ(fetched.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_NE(HintOf(fetched.status()), "");
}

TEST_F(FetchAuthorityTest, ThePinOfTheLeafIsNotThatOfAnAuthority) {
  TlsServer server({leaf_.pem, ca_.certificate_pem}, leaf_.key);
  EXPECT_EQ(Fetch(server, Inspect(leaf_.pem)->spki_pin).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(FetchAuthorityTest, AChainWithoutTheAuthorityIsRefused) {
  TlsServer server({leaf_.pem}, leaf_.key);
  EXPECT_EQ(Fetch(server, pin_).status().code(), absl::StatusCode::kPermissionDenied);
}

// Somebody in between shows the true authority, which is public, but has no certificate from it.
TEST_F(FetchAuthorityTest, AStrangerWhoShowsTheAuthorityIsRefused) {
  const Leaf stranger = MakeLeaf(MakeAuthority());
  TlsServer server({stranger.pem, ca_.certificate_pem}, stranger.key);
  EXPECT_EQ(Fetch(server, pin_).status().code(), absl::StatusCode::kPermissionDenied);
}

// The authority's own key in a certificate which another key signed: the pin fits, the certificate is a
// forgery.
TEST_F(FetchAuthorityTest, AForgedCertificateOfTheTrueKeyIsRefused) {
  TlsServer server({leaf_.pem, Damaged(ca_.certificate_pem, 30)}, leaf_.key);
  EXPECT_EQ(Fetch(server, pin_).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(FetchAuthorityTest, AMalformedPinIsRefusedBeforeConnecting) {
  for (const std::string pin : {"", "sha256:", "sha1:00", "sha256:zz"}) {
    EXPECT_EQ(FetchAuthority("127.0.0.1", 1, pin, absl::Seconds(5)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(FetchAuthority("127.0.0.1", 1, pin_ + "0", absl::Seconds(5)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(FetchAuthorityTest, NobodyThereIsUnavailable) {
  int free_port = 0;
  { free_port = TlsServer({leaf_.pem}, leaf_.key).port(); }
  EXPECT_EQ(FetchAuthority("127.0.0.1", free_port, pin_, absl::Seconds(20)).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(FetchAuthority("no-such-host.invalid", 1, pin_, absl::Seconds(20)).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(FetchAuthorityTest, SilenceEndsAtTheDeadline) {
  TlsServer server({leaf_.pem}, leaf_.key, /*speaks=*/false);
  EXPECT_EQ(Fetch(server, pin_, absl::Milliseconds(50)).status().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace devstats::pki
