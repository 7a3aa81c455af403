#include "common/utf8.h"

#include "devstats/agent/v1/agent.pb.h"

namespace devstats {
namespace {

using ::testing::ElementsAre;

TEST(Utf8, KeepsTextAndReplacesOtherBytes) {
  EXPECT_EQ(Utf8("größer\t日本 🙂\n"), "größer\t日本 🙂\n");
  EXPECT_EQ(Utf8("gr\xf6\xdf"
                 "er"),
            "gr\uFFFD\uFFFDer");
  EXPECT_EQ(Utf8("cut \xe6\x97"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(Utf8(absl::string_view("\0a", 2)), std::string("\0a", 2));
  EXPECT_EQ(Utf8("\xc0\xaf"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(Utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(Utf8(""), "");
}

TEST(Utf8, OfAMessageAllStringsAndNoBytesElse) {
  agent::v1::PlanRequest request;
  request.mutable_fence()->set_epoch(7);
  request.mutable_spec()->set_phase("\xff");
  (*request.mutable_spec()->mutable_sysctl()->mutable_values())["a"] = "\xfe";
  request.mutable_spec()->mutable_modules()->add_names("fine");
  request.mutable_spec()->mutable_modules()->add_names("\xfd");
  MakeUtf8(&request);
  agent::v1::PlanRequest received;
  ASSERT_TRUE(received.ParseFromString(request.SerializeAsString()));
  EXPECT_EQ(received.fence().epoch(), 7u);
  EXPECT_EQ(received.spec().phase(), "\uFFFD");
  EXPECT_EQ(received.spec().sysctl().values().at("a"), "\uFFFD");
  EXPECT_THAT(received.spec().modules().names(), ElementsAre("fine", "\uFFFD"));
  EXPECT_FALSE(received.spec().has_hosts());
}

}  // namespace
}  // namespace devstats
