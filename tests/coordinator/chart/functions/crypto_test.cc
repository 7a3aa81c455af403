#include <crypt.h>

#include "coordinator/chart/functions/encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Printed;
using functest::TextCall;

std::string Base64Error(absl::string_view text) { return std::string(DecodeBase64(text).status().message()); }
std::string Base32Error(absl::string_view text) { return std::string(DecodeBase32(text).status().message()); }

TEST(Encoding, Base64) {
  EXPECT_EQ(EncodeBase64("\xff\xfe"), "//4=");
  EXPECT_EQ(*DecodeBase64("/\n/4\r=\n"), "\xff\xfe");
  EXPECT_EQ(*DecodeBase64(""), "");
  EXPECT_EQ(Base64Error("YQ"), "illegal base64 data at input byte 0");
  EXPECT_EQ(Base64Error("YWFh\nYQ="), "illegal base64 data at input byte 8");
  EXPECT_EQ(Base64Error("YQ=a"), "illegal base64 data at input byte 2");
  EXPECT_EQ(Base64Error("YQ==YQ=="), "illegal base64 data at input byte 4");
  EXPECT_EQ(Base64Error("Y=="), "illegal base64 data at input byte 1");
  EXPECT_EQ(Base64Error("YW-h"), "illegal base64 data at input byte 2");
}

TEST(Encoding, Base32) {
  for (const char* text : {"", "a", "ab", "abc", "abcd", "abcde", "abcdef"})
    EXPECT_EQ(*DecodeBase32(EncodeBase32(text)), text);
  EXPECT_EQ(EncodeBase32("hi there"), "NBUSA5DIMVZGK===");
  EXPECT_EQ(Base32Error("NB"), "illegal base32 data at input byte 0");
  EXPECT_EQ(Base32Error("nB======"), "illegal base32 data at input byte 0");
  EXPECT_EQ(Base32Error("NBU====="), "illegal base32 data at input byte 3");
  EXPECT_EQ(*DecodeBase32("ME======"), "a");
  EXPECT_EQ(*DecodeBase32("MEXX===="), "a/");
  EXPECT_EQ(*DecodeBase32("MEXXX==="), "a/{");
  EXPECT_EQ(*DecodeBase32("MEXXXXX="), "a/{\xde");
  EXPECT_EQ(*DecodeBase32("MEXX\r\nXXXX"), "a/{\xde\xf7");
  EXPECT_EQ(Base32Error("M======="), "illegal base32 data at input byte 1");
  EXPECT_EQ(Base32Error("MEX====="), "illegal base32 data at input byte 3");
  EXPECT_EQ(Base32Error("MEXXXX=="), "illegal base32 data at input byte 6");
  EXPECT_EQ(Base32Error("ME====="), "illegal base32 data at input byte 7");
  EXPECT_EQ(Base32Error("ME====A="), "illegal base32 data at input byte 5");
  EXPECT_EQ(Base32Error("MEXXXXXXMEXXXX=="), "illegal base32 data at input byte 14");
  EXPECT_EQ(Base32Error("ME======MEXX===="), "illegal base32 data at input byte 2");
  EXPECT_EQ(Printed("b32dec", "1"), "illegal base32 data at input byte 0");
}

TEST(Encoding, AnEndWithoutABeginIsNoPem) {
  EXPECT_FALSE(DecodePem("a\n-----END A-----\n").has_value());
  EXPECT_EQ(DecodePem("a\n-----END A-----\n-----BEGIN B-----\nYQ==\n-----END B-----\n")->type, "B");
}

TEST(Encoding, PemIsFoundAmongOtherText) {
  const std::string pem = EncodePem({"A KEY", std::string(50, 'x')});
  EXPECT_EQ(pem.substr(0, 22), "-----BEGIN A KEY-----\n");
  EXPECT_EQ(pem.find('\n', 22), 22u + 64);
  const auto block = DecodePem("junk\n-----BEGIN A KEY-----\n" + pem + "more");
  ASSERT_TRUE(block.has_value());
  EXPECT_EQ(block->type, "A KEY");
  EXPECT_EQ(block->bytes, std::string(50, 'x'));
  EXPECT_EQ(DecodePem("-----BEGIN A-----\nProc-Type: 4\n\nYQ==\n-----END A-----")->bytes, "a");
  EXPECT_EQ(DecodePem("-----BEGIN A-----\n-----END A-----")->bytes, "");
  EXPECT_EQ(DecodePem("-----BEGIN A-----\r\nYQ ==\r\n-----END A-----\r\n")->bytes, "a");
  for (const char* bad :
       {"", "-----BEGIN A-----\nYQ==\n-----END B-----\n", " -----BEGIN A-----\nYQ==\n-----END A-----\n",
        "-----BEGIN A-----\nYQ\n-----END A-----\n", "-----BEGIN A-----\nYQ==\n-----END A----- x\n"})
    EXPECT_FALSE(DecodePem(bad).has_value()) << bad;
}

TEST(Crypto, Digests) {
  EXPECT_EQ(Printed("sha1sum", "a"), "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
  EXPECT_EQ(Printed("sha256sum", ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Printed("adler32sum", "abc"), "38600999");
}

TEST(Crypto, BcryptHashesMatchTheirPassword) {
  for (const std::string password : {"", "pw", "p\xff\xa3w"}) {
    std::string hash = Printed("bcrypt", password);
    EXPECT_EQ(hash.substr(0, 7), "$2a$10$");
    hash[2] = 'y';  // the algorithm without the library's caution
    crypt_data data{};
    EXPECT_EQ(crypt_rn(password.c_str(), hash.c_str(), &data, sizeof(data)), hash);
  }
  EXPECT_EQ(Printed("bcrypt", std::string(73, 'x')),
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes");
  EXPECT_EQ(Printed("htpasswd", "a:b", "x"), "invalid username: a:b");
}

TEST(Crypto, SlowFunctionsAreCounted) {
  TextCall call;
  call.world.all_limits.output_bytes = 1 << 19;
  for (const char* name : {"bcrypt", "genPrivateKey"})
    EXPECT_EQ(functest::CallIn(call, name, "").status().message(), "too much text");
}

TEST(Crypto, Aes) {
  const std::string encrypted = Printed("encryptAES", "key", "sixteen bytes ok");
  EXPECT_EQ(DecodeBase64(encrypted)->size(), 48u);
  EXPECT_EQ(Printed("decryptAES", "key", encrypted), "sixteen bytes ok");
  EXPECT_EQ(Printed("encryptAES", "key", ""), "");
  const std::string long_key(40, 'k');
  EXPECT_EQ(Printed("decryptAES", long_key.substr(0, 32), Printed("encryptAES", long_key, "x")), "x");
}

TEST(Crypto, AesFailsAsGoPanics) {
  const auto decrypt = [](size_t size) {
    return Printed("decryptAES", "k", EncodeBase64(std::string(size, 'x')));
  };
  EXPECT_EQ(decrypt(3), "ERROR: runtime error: slice bounds out of range [:16] with capacity 3");
  EXPECT_EQ(Printed("decryptAES", "k", EncodeBase64(std::string(15, 'x')) + "\n\n\n\n"),
            "ERROR: runtime error: slice bounds out of range [16:15]");
  EXPECT_EQ(decrypt(16), "ERROR: runtime error: index out of range [-1]");
  EXPECT_EQ(decrypt(20), "ERROR: crypto/cipher: input not full blocks");
  EXPECT_EQ(Printed("decryptAES", "k", "*"), "ERROR: illegal base64 data at input byte 0");
}

TEST(Crypto, DerivePassword) {
  EXPECT_EQ(Printed("derivePassword", 1, "long", "password", "user", "example.com"), "ZedaFaxcZaso9*");
  EXPECT_EQ(Printed("derivePassword", 3, "basic", "pw é", "u", "s"), "ueT5UDt1");
  EXPECT_EQ(Printed("derivePassword", 1, "x", "", "", ""), "cannot find password template x");
}

TEST(Random, KeepsToItsAlphabets) {
  EXPECT_THAT(Printed("randAlphaNum", 2000), testing::MatchesRegex("[a-zA-Z0-9]{2000}"));
  EXPECT_THAT(Printed("randAlpha", 500), testing::MatchesRegex("[a-zA-Z]{500}"));
  EXPECT_THAT(Printed("randNumeric", 500), testing::MatchesRegex("[0-9]{500}"));
  EXPECT_THAT(Printed("randAscii", 500), testing::MatchesRegex("[ -~]{500}"));
  EXPECT_THAT(Printed("uuidv4"),
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  std::string all = Printed("randAlphaNum", 5000);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()) - all.begin(), 62);
}

TEST(Random, RefusesNonsense) {
  EXPECT_EQ(Printed("randAlpha", -1), "");
  EXPECT_EQ(Printed("randAlpha", 100'000'000), "ERROR: more than 10000000 random characters");
  EXPECT_EQ(Printed("randBytes", -1), "ERROR: runtime error: makeslice: len out of range");
  EXPECT_EQ(Printed("randBytes", 1'000'000'000), "ERROR: too much text");
  EXPECT_EQ(Printed("randInt", 3, 3), "ERROR: invalid argument to Intn");
  EXPECT_EQ(Printed("randInt", -4, -3), "-4");
}

TEST(Random, ShufflesCharacters) {
  std::string shuffled = Printed("shuffle", "abcdefgh");
  EXPECT_NE(shuffled, "abcdefgh");
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, "abcdefgh");
  EXPECT_EQ(Printed("shuffle", "\xff"), "\ufffd");
}

}  // namespace
}  // namespace devstats::chart
