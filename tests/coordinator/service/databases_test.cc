// Databases by call, up to where a server would be needed: what a client is refused, and how long it is
// waited for.
#include "coordinator/service/databases.h"

#include <deque>

#include "absl/synchronization/notification.h"
#include "common/status.h"
#include "gmock/gmock.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

std::string BigEndian(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift & 0xff));
  return bytes;
}
std::string ClientPacket(uint32_t code, const std::string& rest) {
  return BigEndian(static_cast<uint32_t>(rest.size() + 8)) + BigEndian(code) + rest;
}
std::string SessionOf(const std::string& database) {
  return ClientPacket(3 << 16, std::string("user\0ann\0database\0", 18) + database + std::string(2, '\0'));
}

// Says what a test gave it, a piece at a time, and then nothing until it is cancelled, or its end.
class ScriptedClient : public psql::Client {
 public:
  explicit ScriptedClient(std::deque<std::string> says, bool closes = true)
      : says_(std::move(says)), closes_(closes) {}
  bool Read(std::string* bytes) override {
    if (says_.empty()) {
      if (!closes_) cancelled_.WaitForNotification();
      return false;
    }
    *bytes = says_.front();
    says_.pop_front();
    return true;
  }
  bool Write(const std::string& bytes) override {
    told += bytes;
    return true;
  }
  void End() override {}
  void Cancel() override { cancelled_.Notify(); }
  std::string told;

 private:
  std::deque<std::string> says_;
  const bool closes_;
  absl::Notification cancelled_;
};

class DatabasesTest : public ::testing::Test {
 protected:
  absl::Status Open(psql::Client& client, const std::string& environment = "test",
                    const std::string& database = "gha", bool read_only = false) {
    v1::DatabaseInput first;
    first.set_environment(environment);
    first.set_database(database);
    first.set_read_only(read_only);
    target_ = Databases::Target(first);
    return databases_.DoOpenDatabase(first, "ann", client);
  }
  absl::Status Says(std::deque<std::string> says) {
    ScriptedClient client(std::move(says));
    absl::Status status = Open(client);
    told_ = client.told;
    return status;
  }

  std::string target_, told_;
  int logins_ = 0;
  Databases databases_{
      {.environment = [](const std::string& name) -> absl::StatusOr<domain::LiveEnvironment> {
         if (name == "test") return domain::LiveEnvironment();
         return absl::NotFoundError("there is no environment " + name);
       },
       .login = [this](const spec::EnvironmentSpec&, bool) -> absl::StatusOr<postgres::Server> {
         ++logins_;
         return absl::UnavailableError("nobody leads");
       },
       .limits = {.start = absl::Milliseconds(50)}}};
};

TEST_F(DatabasesTest, NamesAreNamesAndNothingElseIsWrittenDown) {
  ScriptedClient client({});
  EXPECT_TRUE(absl::IsInvalidArgument(Open(client, "te st")));
  EXPECT_EQ(target_, "(not a name)");
  EXPECT_TRUE(absl::IsInvalidArgument(Open(client, "test", "dbname=gha host=elsewhere")));
  EXPECT_EQ(target_, "(not a name)");
  EXPECT_TRUE(absl::IsNotFound(Open(client, "prod", "gha", true)));
  EXPECT_EQ(target_, "read prod/gha");
}

TEST_F(DatabasesTest, LogsInOnlyForASessionWithTheDatabaseThatWasNamed) {
  EXPECT_THAT(Says({"GET / HTTP/1.1\r\n\r\n"}).message(), HasSubstr("start-up packet says it has"));
  const absl::Status other = Says({SessionOf("postgres")});
  EXPECT_EQ(other.message(), "this way leads to database gha alone");
  EXPECT_EQ(HintOf(other), "devstatsctl psql -e test DB");
  EXPECT_TRUE(absl::IsCancelled(Says({SessionOf("gha").substr(0, 9)})));
  EXPECT_TRUE(absl::IsNotFound(Says({ClientPacket(80877102, "12345678")}))) << "of no session of ours";
  EXPECT_EQ(logins_, 0);
  EXPECT_EQ(Says({SessionOf("gha")}).message(), "nobody leads");
  EXPECT_EQ(logins_, 1);
}

TEST_F(DatabasesTest, EncryptionIsDeclinedTwiceAndNotForEver) {
  const std::string tls = ClientPacket(80877103, ""), gss = ClientPacket(80877104, "");
  EXPECT_EQ(Says({gss, tls, SessionOf("gha")}).message(), "nobody leads");
  EXPECT_EQ(told_, "NN");
  EXPECT_THAT(Says({tls, tls, tls}).message(), HasSubstr("asks for encryption again"));
}

TEST_F(DatabasesTest, WhoSaysNothingIsNotWaitedFor) {
  ScriptedClient silent({}, false);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Open(silent)));
}

}  // namespace
}  // namespace devstats::coordinator
