// What a client says first, and what it is told.
#include "coordinator/devstats/psql/startup.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/psql/messages.h"
#include "gmock/gmock.h"

namespace devstats::psql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string Be(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift & 0xff));
  return bytes;
}
std::string Packet(uint32_t code, const std::string& rest) {
  return Be(static_cast<uint32_t>(rest.size() + 8)) + Be(code) + rest;
}
std::string Session(const std::vector<std::string>& words, uint32_t version = 3 << 16) {
  std::string rest;
  for (const std::string& word : words) rest += word + '\0';
  return Packet(version, rest + '\0');
}
Startup Parsed(std::string bytes) {
  const auto startup = TakeStartup(&bytes);
  EXPECT_TRUE(startup.ok() && *startup && bytes.empty()) << startup.status();
  return startup.ok() && *startup ? **startup : Startup();
}

TEST(StartupTest, ASessionWithItsParameters) {
  const Startup startup = Parsed(Session({"user", "ann", "database", "gha", "options", ""}));
  EXPECT_EQ(startup.kind, Startup::Kind::kSession);
  EXPECT_EQ(startup.minor, 0);
  EXPECT_THAT(startup.parameters,
              ElementsAre(Pair("database", "gha"), Pair("options", ""), Pair("user", "ann")));
}

TEST(StartupTest, RequestsInPlaceOfASession) {
  EXPECT_EQ(Parsed(Packet(80877103, "")).kind, Startup::Kind::kTls);
  EXPECT_EQ(Parsed(Packet(80877104, "")).kind, Startup::Kind::kGss);
  const Startup cancel = Parsed(Packet(80877102, Be(4711) + Be(0xfffffffe)));
  EXPECT_EQ(cancel.kind, Startup::Kind::kCancel);
  EXPECT_EQ(cancel.process, 4711u);
  EXPECT_EQ(cancel.key, 0xfffffffeu);
}

TEST(StartupTest, TakesOnePacketAndWaitsForTheRest) {
  const std::string whole = Session({"user", "ann"});
  for (size_t size = 0; size < whole.size(); ++size) {
    std::string part = whole.substr(0, size);
    const auto startup = TakeStartup(&part);
    ASSERT_TRUE(startup.ok()) << startup.status();
    EXPECT_FALSE(*startup) << size;
    EXPECT_EQ(part.size(), size);
  }
  std::string two = whole + "Q";
  ASSERT_TRUE((*TakeStartup(&two)).has_value());
  EXPECT_EQ(two, "Q");
}

struct WrongCase {
  std::string name, bytes, why;
};
const WrongCase kWrongCases[] = {
    {"short", Be(7) + "abc", "says it has 7 bytes"},
    {"long", Be(10001) + Be(3 << 16), "says it has 10001 bytes; 8 to 10000 are taken"},
    {"http", "GET / HTTP/1.1\r\n\r\n", "says it has 1195725856 bytes"},
    {"old", Packet(2 << 16, std::string(1, '\0')), "is of version 2; version 3 is spoken here"},
    {"endless", Packet(3 << 16, "user"), "does not end"},
    {"valueless", Packet(3 << 16, std::string("user\0ann", 8)), "has a name without a value"},
    {"longer", Packet(3 << 16, std::string("\0x", 2)), "has more after its end"},
    {"cancel", Packet(80877102, "1234"), "is no request to cancel"},
    {"tls", Packet(80877103, "x"), "is too long"},
};
class WrongStartup : public ::testing::TestWithParam<WrongCase> {};
TEST_P(WrongStartup, IsRefusedWithTheReason) {
  std::string bytes = GetParam().bytes;
  const absl::Status status = TakeStartup(&bytes).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr(GetParam().why));
}
INSTANTIATE_TEST_SUITE_P(All, WrongStartup, ::testing::ValuesIn(kWrongCases),
                         [](const auto& c) { return c.param.name; });

TEST(StartupTest, SettingsReachTheServerAsOptions) {
  const Startup startup = Parsed(Session(
      {"user", "ann", "database", "gha", "application_name", "psql", "client_encoding", "UTF8", "options",
       "-c geqo=off", "TimeZone", "Europe/Warsaw", "DateStyle", "ISO, DMY", "a.b", "x\\y", "_pq_.z", "1"}));
  EXPECT_EQ(*SettingsOf(startup),
            "-c geqo=off -c DateStyle=ISO,\\ DMY -c TimeZone=Europe/Warsaw -c a.b=x\\\\y");
  EXPECT_THAT(ExtensionsOf(startup), ElementsAre("_pq_.z"));
  EXPECT_EQ(*SettingsOf(Parsed(Session({"TimeZone", "UTC "}))), "-c TimeZone=UTC\\ ")
      << "a blank at its end is part of it";
  EXPECT_EQ(*SettingsOf(Parsed(Session({"user", "ann", "replication", "off"}))), "");
  for (const char* value : {"true", "database", "1"})
    EXPECT_THAT(SettingsOf(Parsed(Session({"replication", value}))).status().message(),
                HasSubstr("asks for replication"));
  for (const char* name : {"a b", "1a", "a=b", "-c"})
    EXPECT_TRUE(absl::IsInvalidArgument(SettingsOf(Parsed(Session({name, "x"}))).status())) << name;
}

TEST(MessagesTest, AreAsTheProtocolHasThem) {
  EXPECT_EQ(AuthenticationOk(), std::string("R\0\0\0\x08\0\0\0\0", 9));
  EXPECT_EQ(ParameterStatus("a", "bc"), std::string("S\0\0\0\x09"
                                                    "a\0bc\0",
                                                    10));
  EXPECT_EQ(BackendKeyData(1, 0x01020304), std::string("K\0\0\0\x0c\0\0\0\x01\x01\x02\x03\x04", 13));
  EXPECT_EQ(ReadyForQuery(), std::string("Z\0\0\0\x05I", 6));
  EXPECT_EQ(NegotiateProtocolVersion({"_pq_.z"}), std::string("v\0\0\0\x13\0\x03\0\0\0\0\0\x01_pq_.z\0", 20));
}

TEST(MessagesTest, AnErrorHasItsWordsAndHintAndNoZeroByteOfTheirs) {
  const std::string error =
      ErrorResponse(Hint(absl::PermissionDeniedError(std::string("no\0pe", 5)), "ask an admin"));
  EXPECT_EQ(error, std::string("E\0\0\0\x2cSFATAL\0VFATAL\0C28000\0Mno\0Hask an admin\0\0", 45));
}

}  // namespace
}  // namespace devstats::psql
