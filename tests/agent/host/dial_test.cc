#include "agent/host/dial.h"

#include <cerrno>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/loopback_port.h"

namespace devstats::agent {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Endpoint At(const LoopbackPort& port) { return {"127.0.0.1", static_cast<uint32_t>(port.port())}; }

TEST(Dial, AnAcceptAndARefusalBothShowThatTheWayIsClear) {
  const LoopbackPort open(8), closed;
  const auto words = Dial({At(open), At(closed), At(open)});
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, ElementsAre("", "", ""));
  EXPECT_TRUE(open.Accept());
}

TEST(Dial, WhereSomebodyMustListenARefusalIsTold) {
  const LoopbackPort open(8), closed;
  Endpoint listening = At(open), refusing = At(closed);
  listening.listening = refusing.listening = true;
  const auto words = Dial({listening, refusing, At(closed)});
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_THAT(*words, ElementsAre("", "nobody listens there", ""));
}

TEST(Dial, SilenceIsGivenUpAfterAWhile) {
  // A listener whose queue is full lets handshakes go unanswered, as a firewall does.
  const LoopbackPort full(0), closed;
  std::vector<UniqueFd> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(full.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)::connect(callers.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  const auto words = Dial({At(full), At(closed)}, absl::Milliseconds(200));
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
  const LoopbackPort closed;
  const auto words = Dial(std::vector<Endpoint>(kMaxEndpoints, At(closed)));
  ASSERT_TRUE(words.ok()) << words.status();
  EXPECT_EQ(words->size(), kMaxEndpoints);
  EXPECT_THAT(*words, Each(::testing::IsEmpty()));
  EXPECT_TRUE(absl::IsInvalidArgument(Dial(std::vector<Endpoint>(kMaxEndpoints + 1, At(closed))).status()));
  EXPECT_THAT(*Dial({}), ::testing::IsEmpty());
}

TEST(Dial, WhatIsNoAddressSendsNothing) {
  const LoopbackPort open(8);
  for (const Endpoint& bad : {Endpoint{"node-1", 22},
                              {"", 22},
                              {"10.0.0.1", 0},
                              {"10.0.0.1", 65536},
                              {"::1", 22},
                              {"10.0.0.1/24", 22}})
    EXPECT_TRUE(absl::IsInvalidArgument(Dial({At(open), bad}).status())) << bad.address;
}

}  // namespace
}  // namespace devstats::agent
