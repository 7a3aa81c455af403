#include "common/pki.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::pki {
namespace {

TEST(PkiSubject, IsReadAsItWasWritten) {
  const Secret key = *NewKey();
  const Subject subject{"root@node-1", "devstats:admins"};
  auto request = NewRequest(key, subject);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(*RequestSubject(*request), subject);
  EXPECT_EQ(*RequestPin(*request), *KeyPin(key));
  EXPECT_NE(*KeyPin(*NewKey()), *KeyPin(key));
}

TEST(PkiSubject, IsExactlyOneNameAndOneOrganization) {
  const Secret key = *NewKey();
  EXPECT_EQ(RequestSubject(*NewRequest(key, "only-a-name")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(NewRequest(key, Subject{"name", ""}).ok());
  EXPECT_FALSE(NewRequest(key, Subject{"", "group"}).ok());
  EXPECT_FALSE(NewRequest(key, Subject{"name", std::string(65, 'x')}).ok());
}

TEST(PkiSubject, ARequestThatWasAlteredIsRefused) {
  std::string request = *NewRequest(*NewKey(), Subject{"root@node-1", "devstats:admins"});
  const size_t middle = request.size() / 2;
  request[middle] = request[middle] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(RequestSubject(request).ok());
  EXPECT_FALSE(RequestSubject("").ok());
}

}  // namespace
}  // namespace devstats::pki
