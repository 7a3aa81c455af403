#include "common/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <ostream>
#include <type_traits>
#include <vector>

#include "nlohmann/json.hpp"

namespace devstats {
namespace {

template <typename T>
concept Printed = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printed<Secret>, "a secret goes to no stream");
static_assert(!std::is_convertible_v<Secret, std::string>, "a secret becomes no string by accident");
static_assert(!std::is_convertible_v<std::string, Secret>, "nor the other way");
static_assert(!std::is_constructible_v<nlohmann::json, Secret>, "a secret goes into no JSON");
static_assert(std::is_nothrow_move_constructible_v<Secret>, "a growing vector moves, and so wipes");

TEST(Secret, HoldsMovesAndCopies) {
  Secret a("value");
  EXPECT_EQ(a.Reveal(), "value");
  Secret b = a;
  EXPECT_EQ(b.Reveal(), "value");
  Secret c = std::move(a);
  EXPECT_EQ(c.Reveal(), "value");
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  a = c;
  EXPECT_EQ(a.Reveal(), "value");
  b = std::move(c);
  EXPECT_EQ(b.Reveal(), "value");
  EXPECT_TRUE(c.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, AssigningItselfKeepsTheValue) {
  Secret a("value");
  Secret& same = a;
  a = same;
  EXPECT_EQ(a.Reveal(), "value");
  a = std::move(same);
  EXPECT_EQ(a.Reveal(), "value");
}

// A short value lies within the object itself, so its memory can be looked at after its end.
TEST(Secret, WipesItselfWhenItGoesAndWhenItIsMovedFrom) {
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  const auto holds = [&] {
    return std::string(reinterpret_cast<char*>(memory), sizeof memory).find("s3cret") != std::string::npos;
  };
  auto* secret = new (memory) Secret("s3cret");
  EXPECT_TRUE(holds());
  const Secret other = std::move(*secret);
  EXPECT_FALSE(holds());
  *secret = other;
  EXPECT_TRUE(holds());
  *secret = Secret("x");
  EXPECT_FALSE(holds());
  *secret = other;
  secret->~Secret();
  EXPECT_FALSE(holds());
}

TEST(Secret, LongValuesSurviveAGrowingVector) {
  std::vector<Secret> secrets;
  for (int i = 0; i < 100; ++i) secrets.emplace_back(std::string(1000, static_cast<char>('a' + i % 26)));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(secrets[static_cast<size_t>(i)].Reveal(), std::string(1000, static_cast<char>('a' + i % 26)));
  }
}

TEST(SameSecret, Compares) {
  EXPECT_TRUE(SameSecret(Secret("abc"), Secret("abc")));
  EXPECT_TRUE(SameSecret(Secret(), Secret("")));
  EXPECT_FALSE(SameSecret(Secret("abc"), Secret("abd")));
  EXPECT_FALSE(SameSecret(Secret("abc"), Secret("abcd")));
  EXPECT_FALSE(SameSecret(Secret("abc"), Secret()));
  EXPECT_FALSE(SameSecret(Secret(std::string("a\0b", 3)), Secret(std::string("a\0c", 3))));
}

TEST(RandomSecret, IsHexOfThatManyBytesAndNeverTheSame) {
  const Secret a = RandomSecret(16), b = RandomSecret(16);
  EXPECT_EQ(a.Reveal().size(), 32u);
  EXPECT_EQ(a.Reveal().find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_FALSE(SameSecret(a, b));
  EXPECT_TRUE(RandomSecret(0).empty());
}

TEST(Secret, NamesAreShortAndPlain) {
  for (const char* good : {"a", "0", "registry-password", "a.b", "a-", "a."})
    EXPECT_TRUE(IsSecretName(good)) << good;
  EXPECT_TRUE(IsSecretName(std::string(63, 'x')));
  EXPECT_FALSE(IsSecretName(std::string(64, 'x')));
  for (const char* bad : {"", "-a", ".a", "A", "a_b", "a b", "a/b", "a\n"})
    EXPECT_FALSE(IsSecretName(bad)) << bad;
  EXPECT_TRUE(CheckSecretName("a").ok());
  const absl::Status status = CheckSecretName("Hunter2");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), testing::Not(testing::HasSubstr("Hunter2")));
}

}  // namespace
}  // namespace devstats
