#include "common/registry_names.h"

#include "gtest/gtest.h"

namespace devstats {
namespace {

TEST(RegistryNames, AnImagesNameBeginsWithAHostThatHasADotOrAPort) {
  EXPECT_EQ(RegistryInName("quay.io/team/image:1"), "quay.io");
  EXPECT_EQ(RegistryInName("registry:5000/image"), "registry:5000");
  EXPECT_EQ(RegistryInName("localhost/image"), "localhost");
  for (const char* hub : {"postgres:15.2", "team/image", "team/nested/image.name"})
    EXPECT_EQ(RegistryInName(hub), "") << hub;
}

TEST(RegistryNames, AUrlNamesItsHostBetweenSchemeAndPath) {
  for (const char* url : {"https://10.0.0.1:5000", "http://10.0.0.1:5000/v2", "10.0.0.1:5000/v2/",
                          "https://10.0.0.1:5000?ns=a", "https://10.0.0.1:5000#f"})
    EXPECT_EQ(RegistryInUrl(url), "10.0.0.1:5000") << url;
  EXPECT_EQ(RegistryInUrl(""), "");
}

}  // namespace
}  // namespace devstats
