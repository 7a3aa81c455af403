#include "agent/host/dial.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A port of 127.0.0.1 with nothing behind it, or somebody who listens.
class LocalPort {
 public:
  explicit LocalPort(int backlog = -1) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_TRUE(backlog < 0 || ::listen(fd_.get(), backlog) == 0);
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  bool HasCaller() const { return ::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC) >= 0; }

 private:
  const UniqueFd fd_;
  uint32_t port_ = 0;
};

TEST(Dial, AnAcceptAndARefusalBothShowThatTheWayIsClear) {
  const LocalPort open(8), closed;
  const auto words = Dial({open.endpoint(), closed.endpoint(), open.endpoint()});
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, ElementsAre("", "", ""));
  EXPECT_TRUE(open.HasCaller());
}

TEST(Dial, WhereSomebodyMustListenARefusalIsTold) {
  const LocalPort open(8), closed;
  Endpoint listening = open.endpoint(), refusing = closed.endpoint();
  listening.listening = refusing.listening = true;
  const auto words = Dial({listening, refusing, closed.endpoint()});
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, ElementsAre("", "nobody listens there", ""));
}

TEST(Dial, SilenceIsGivenUpAfterAWhile) {
  // A listener whose queue is full lets handshakes go unanswered, as a firewall does.
  const LocalPort full(0), closed;
  std::vector<UniqueFd> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(full.endpoint().port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)::connect(callers.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  const auto words = Dial({full.endpoint(), closed.endpoint()}, absl::Milliseconds(200));
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, ElementsAre("no answer in 200ms: a firewall between the boxes?", ""));
}

TEST(Dial, ErrorsInWords) {
  EXPECT_EQ(DialWords(0, absl::Seconds(2)), "");
  EXPECT_EQ(DialWords(ECONNREFUSED, absl::Seconds(2)), "");
  EXPECT_EQ(DialWords(ETIMEDOUT, absl::Seconds(2)), "no answer in 2s: a firewall between the boxes?");
  EXPECT_EQ(DialWords(ENETUNREACH, absl::Seconds(2)), "no route");
  EXPECT_THAT(DialWords(EHOSTUNREACH, absl::Seconds(2)), HasSubstr("no route"));
  EXPECT_THAT(DialWords(EPERM, absl::Seconds(2)), HasSubstr("firewall on the calling box"));
  EXPECT_THAT(DialWords(ECONNRESET, absl::Seconds(2)), HasSubstr("reset"));
}

TEST(Dial, AsManyAsAreAllowedAndNoMore) {
  const LocalPort closed;
  const auto words = Dial(std::vector<Endpoint>(kMaxEndpoints, closed.endpoint()));
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_EQ(words->size(), kMaxEndpoints);
  EXPECT_THAT(*words, Each(::testing::IsEmpty()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(Dial(std::vector<Endpoint>(kMaxEndpoints + 1, closed.endpoint())).status()));
  EXPECT_THAT(*Dial({}), ::testing::IsEmpty());
}

TEST(Dial, WhatIsNoAddressSendsNothing) {
  const LocalPort open(8);
  for (const Endpoint& bad : {Endpoint{"node-1", 22},
                              {"", 22},
                              {"10.0.0.1", 0},
                              {"10.0.0.1", 65536},
                              {"::1", 22},
                              {"10.0.0.1/24", 22}})
    EXPECT_TRUE(absl::IsInvalidArgument(Dial({open.endpoint(), bad}).status())) << bad.address;
}

}  // namespace
}  // namespace devstats::agent
