#include "common/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devstats/events/v1/events.pb.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;

events::v1::Event ExampleEvent() {
  events::v1::Event event;
  event.set_id(7);
  event.set_time_ms(1234567890123);
  event.set_kind(events::v1::Event::UNIT);
  event.set_operation("op-1");
  event.set_message("größer \"quoted\"\n");
  event.set_elapsed_ms(12);
  return event;
}

TEST(Digest, Sha256OfKnownTexts) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(Sha256Hex(absl::string_view("a\0b", 3)), Sha256Hex("a"));
}

TEST(Digest, CanonicalTextSortsKeysAndHasNoSpace) {
  const auto a = ParseJson(R"({ "b": [1, 2, {"z": null, "y": true}], "a": "x" })");
  const auto b = ParseJson(R"({"a":"x","b":[1,2,{"y":true,"z":null}]})");
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(CanonicalJson(*a), R"({"a":"x","b":[1,2,{"y":true,"z":null}]})");
  EXPECT_EQ(DigestOf(*a), DigestOf(*b));
}

TEST(Digest, OrderOfAListAndTypesOfValuesCount) {
  EXPECT_NE(DigestOf(Json::array({1, 2})), DigestOf(Json::array({2, 1})));
  EXPECT_NE(DigestOf(Json{{"a", "1"}}), DigestOf(Json{{"a", 1}}));
  EXPECT_NE(DigestOf(Json(nullptr)), DigestOf(Json::object()));
}

TEST(Digest, InvalidUtf8IsReplacedNotThrown) {
  EXPECT_EQ(CanonicalJson(Json("a\xff")), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(CanonicalJson(Json{{"k\xc0", 1}}), "{\"k\xef\xbf\xbd\":1}");
}

TEST(Digest, MessageHasItsProtoFieldNamesAndNoDefaults) {
  const Json json = ToJson(ExampleEvent());
  EXPECT_EQ(json["elapsed_ms"], "12");
  EXPECT_EQ(json["kind"], "UNIT");
  EXPECT_FALSE(json.contains("unit"));
  EXPECT_FALSE(json.contains("elapsedMs"));
  EXPECT_EQ(ToJson(events::v1::Event()), Json::object());
}

TEST(Digest, MessageComesBackFromItsJson) {
  events::v1::Event back;
  ASSERT_TRUE(FromJson(ToJson(ExampleEvent()), &back).ok());
  EXPECT_EQ(DigestOf(back), DigestOf(ExampleEvent()));
  EXPECT_EQ(back.message(), ExampleEvent().message());
}

TEST(Digest, FromJsonReplacesWhatTheMessageHeld) {
  events::v1::Event back = ExampleEvent();
  ASSERT_TRUE(FromJson(Json{{"id", 3}}, &back).ok());
  EXPECT_EQ(back.id(), 3);
  EXPECT_EQ(back.message(), "");
}

TEST(Digest, FromJsonRefusesUnknownFieldsAndWrongTypes) {
  events::v1::Event event;
  const absl::Status unknown = FromJson(Json{{"idd", 3}}, &event);
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("idd"));
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("devstats.events.v1.Event"));
  EXPECT_FALSE(FromJson(Json{{"id", "x"}}, &event).ok());
  EXPECT_FALSE(FromJson(Json::array(), &event).ok());
}

TEST(Digest, MessagesThatDifferHaveOtherDigests) {
  events::v1::Event other = ExampleEvent();
  other.set_message("other");
  EXPECT_NE(DigestOf(other), DigestOf(ExampleEvent()));
}

TEST(Digest, InvalidUtf8InAMessageStillHasItsOwnDigest) {
  events::v1::Event a, b;
  a.set_message("\xff");
  b.set_message("x\xfe");
  EXPECT_NE(DigestOf(a), DigestOf(b));
  EXPECT_NE(DigestOf(a), DigestOf(events::v1::Event()));
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "{\"a\":}", "[1,]", "nul", "1 2", "{} {}", "'a'", "\xff"}) {
    EXPECT_EQ(ParseJson(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ParseJson(absl::string_view()).ok());
}

TEST(ParseJson, DepthIsLimited) {
  const std::string at_limit = std::string(64, '[') + std::string(64, ']');
  EXPECT_TRUE(ParseJson(at_limit).ok());
  EXPECT_EQ(ParseJson("[" + at_limit + "]").status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ParseJson(std::string(10'000'000, '[')).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(ParseJson(R"({"a":[1]})", 2).ok());
  EXPECT_FALSE(ParseJson(R"({"a":[1]})", 1).ok());
}

TEST(ParseJson, BracketsInStringsAreNotDepth) {
  EXPECT_TRUE(ParseJson(R"(["[[[[", "\"[[[", "\\", "{{{"])", 1).ok());
}

TEST(ParseJson, SiblingsAreNotDepth) { EXPECT_TRUE(ParseJson("[[],[],[],{}]", 2).ok()); }

}  // namespace
}  // namespace devstats
