#include "coordinator/devstats/postgres/scram.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace devstats::postgres {
namespace {

// RFC 7677, section 3: user "user", password "pencil"; keys as RFC 5803 keeps them.
constexpr char kOfPencil[] =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

TEST(Scram, MakesTheVerifierOfTheSpecification) {
  std::string salt;
  ASSERT_TRUE(absl::Base64Unescape("W22ZaJ0SNY7soEsUEjb6gQ==", &salt));
  EXPECT_EQ(VerifierOf(Secret("pencil"), salt, 4096), kOfPencil);
}

TEST(Scram, ComparesAPasswordWithWhatIsKept) {
  EXPECT_TRUE(PasswordMatches(kOfPencil, "anybody", Secret("pencil")));
  EXPECT_FALSE(PasswordMatches(kOfPencil, "anybody", Secret("pencils")));
  const char* md5 = "md520eb1b22a92b5c573dc1eb4331fc49ee";  // of "secretuser"
  EXPECT_TRUE(PasswordMatches(md5, "user", Secret("secret")));
  EXPECT_FALSE(PasswordMatches(md5, "other", Secret("secret")));
  EXPECT_FALSE(PasswordMatches(md5, "user", Secret("wrong")));
  for (const char* junk : {"", "md5", "SCRAM-SHA-256", "SCRAM-SHA-256$4096$x$y", "SCRAM-SHA-256$0:W22Z$a:b",
                           "SCRAM-SHA-256$99999999:W22Z$a:b", "SCRAM-SHA-256$4096:?$a:b", "plain"}) {
    EXPECT_FALSE(PasswordMatches(junk, "user", Secret("pencil"))) << junk;
  }
}

TEST(Scram, SaltsEachAnew) {
  const auto one = NewVerifier(Secret("p w'\"$")), two = NewVerifier(Secret("p w'\"$"));
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE(*one, *two);
  for (const auto& verifier : {*one, *two}) {
    EXPECT_TRUE(PasswordMatches(verifier, "x", Secret("p w'\"$")));
    EXPECT_EQ(verifier.find('\''), std::string::npos);  // it stands in a statement between two of them
  }
}

TEST(Scram, TakesPrintableAsciiOnly) {
  for (const char* unfit : {"", "line\n", "tab\t", "gr\xc3\xbc\xc3\x9f", "\x7f"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(NewVerifier(Secret(unfit)).status())) << unfit;
  }
}

}  // namespace
}  // namespace devstats::postgres
