#include "coordinator/release/record/record.h"

#include "absl/strings/escaping.h"
#include "coordinator/chart/data/json.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

constexpr absl::string_view kJson = R"({"name":"rel","info":{"status":"deployed"},"version":1})";
// Packed by another program, under the header that Go writes.
constexpr absl::string_view kPackedByGo =
    "H4sIAAAAAAAC/6tWykvMTVWyUipKzVHSUcrMS8tXsqpWKi5JLCktBgqnpBbk5FempijV6iiVpRYVZ+bnKVkZ1gIAIuLKbjcAAAA=";

absl::StatusOr<std::string> Unpack(absl::string_view data) { return UnpackRecord(data, chart::Limits()); }

std::string Error(absl::string_view data, const chart::Limits& limits = {}) {
  const auto json = UnpackRecord(data, limits);
  return json.ok() ? "none" : std::string(json.status().message());
}

std::string Gunzipped(absl::string_view packed) {
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(packed, &bytes));
  return bytes;
}

TEST(Record, UnpacksWhatHelmWrote) { EXPECT_EQ(*Unpack(kPackedByGo), kJson); }

TEST(Record, TakesWhatWasNeverZipped) {
  EXPECT_EQ(*Unpack(absl::Base64Escape(kJson)), kJson);
  EXPECT_EQ(*Unpack(""), "");
  // Three bytes are not looked at.
  EXPECT_EQ(*Unpack(absl::Base64Escape(absl::string_view("\x1f\x8b\x08", 3))), "\x1f\x8b\x08");
}

TEST(Record, SkipsLineEndsWithinTheBase64) {
  std::string broken(kPackedByGo);
  broken.insert(20, "\r\n");
  EXPECT_EQ(*Unpack(broken + "\n"), kJson);
}

TEST(Record, PacksWithTheHeaderOfGo) {
  const std::string packed = PackRecord(kJson);
  EXPECT_EQ(packed.substr(0, 12), "H4sIAAAAAAAC");
  EXPECT_EQ(Gunzipped(packed).substr(0, 10), absl::string_view("\x1f\x8b\x08\0\0\0\0\0\x02\xff", 10));
  EXPECT_EQ(PackRecord(kJson), packed);
}

TEST(Record, UnpacksWhatItPacked) {
  std::string noise;
  for (uint32_t i = 0, x = 1; i < 300'000; ++i)
    noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string(kJson), std::string(500'000, 'a'), noise})
    EXPECT_EQ(*Unpack(PackRecord(text)), text) << text.size();
}

TEST(Record, RefusesWhatIsBroken) {
  EXPECT_EQ(Error("!!!!"), "illegal base64 data at input byte 0");
  EXPECT_EQ(Error("e30"), "illegal base64 data at input byte 0");
  std::string bytes = Gunzipped(kPackedByGo);
  EXPECT_EQ(Error(absl::Base64Escape(bytes.substr(0, 5))), "unexpected EOF");
  EXPECT_EQ(Error(absl::Base64Escape(bytes.substr(0, bytes.size() - 1))), "unexpected EOF");
  bytes[bytes.size() - 6] ^= 1;
  EXPECT_EQ(Error(absl::Base64Escape(bytes)), "gzip: invalid checksum");
}

TEST(Record, RefusesWhatIsTooLarge) {
  chart::Limits limits;
  limits.document_bytes = 1000;
  const std::string error = "release record is larger than the 1000 bytes allowed, unpacked";
  EXPECT_EQ(Error(PackRecord(std::string(1000, 'a')), limits), "none");
  EXPECT_EQ(Error(PackRecord(std::string(1001, 'a')), limits), error);
  EXPECT_EQ(Error(std::string(1340, 'A'), limits), error);
  EXPECT_EQ(UnpackRecord(PackRecord(std::string(5000, 'a')), limits).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(Record, RefusesBombs) {
  chart::Limits limits;
  limits.archive_ratio = 100;
  const std::string zeros = PackRecord(std::string(8 << 20, '\0'));
  EXPECT_LT(zeros.size(), 20'000u);
  EXPECT_EQ(UnpackRecord(zeros, limits).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace devstats::release
