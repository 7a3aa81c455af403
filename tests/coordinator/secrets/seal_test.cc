#include "coordinator/secrets/seal.h"

#include <set>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::secrets {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class SealTest : public ::testing::Test {
 protected:
  std::string Sealed(const std::string& value = "hunter2") {
    auto sealed = Seal(key_, "registry", Secret(value));
    EXPECT_TRUE(sealed.ok()) << sealed.status();
    return sealed.value_or("");
  }
  std::string MacOfText(const std::string& value) { return *MacOf(key_, Secret(value)); }
  const Secret key_ = NewKey();
};

TEST_F(SealTest, OpensWhatWasSealed) {
  for (const std::string& value :
       {std::string("hunter2"), std::string("a"), std::string("\0b\n", 3), std::string(65536, 'x')}) {
    auto opened = Open(key_, "registry", Sealed(value));
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(opened->Reveal(), value);
  }
}

TEST_F(SealTest, SealedTellsNothingAndIsNewEachTime) {
  EXPECT_THAT(Sealed("hunter2"), Not(HasSubstr("hunter2")));
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) nonces.insert(Sealed().substr(0, 12));
  EXPECT_EQ(nonces.size(), 100u);
}

TEST_F(SealTest, EveryBitCounts) {
  const std::string sealed = Sealed("ab");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_TRUE(absl::IsDataLoss(Open(key_, "registry", changed).status())) << "byte " << i;
  }
  for (size_t size = 0; size < sealed.size(); ++size)
    EXPECT_TRUE(absl::IsDataLoss(Open(key_, "registry", sealed.substr(0, size)).status()))
        << size << " bytes";
}

TEST_F(SealTest, NameAndKeyBelongToIt) {
  EXPECT_TRUE(absl::IsDataLoss(Open(key_, "registry2", Sealed()).status()));
  EXPECT_TRUE(absl::IsDataLoss(Open(key_, "", Sealed()).status()));
  EXPECT_TRUE(absl::IsDataLoss(Open(NewKey(), "registry", Sealed()).status()));
}

TEST_F(SealTest, AKeyOfAnotherLengthIsRefused) {
  for (const std::string& key : {std::string(), std::string(16, 'k'), std::string(33, 'k')}) {
    EXPECT_TRUE(absl::IsInternal(Seal(Secret(key), "n", Secret("v")).status()));
    EXPECT_TRUE(absl::IsInternal(Open(Secret(key), "n", Sealed()).status()));
    EXPECT_TRUE(absl::IsInternal(MacOf(Secret(key), Secret("v")).status()));
  }
}

TEST_F(SealTest, EqualValuesHaveEqualMacsUnderOneKey) {
  EXPECT_THAT(MacOfText("hunter2"), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(MacOfText("hunter2"), MacOfText("hunter2"));
  EXPECT_NE(MacOfText("hunter2"), MacOfText("hunter3"));
  EXPECT_NE(MacOfText("hunter2"), *MacOf(NewKey(), Secret("hunter2")));
}

}  // namespace
}  // namespace devstats::secrets
