#include "coordinator/chartsource/oci_reference.h"

#include "common/digest.h"

namespace devstats::chartsource {
namespace {

const std::string kSha(64, 'a');

TEST(OciReference, IsReadAsHelmReadsIt) {
  const struct {
    std::string text, registry, repository, tag, digest;
  } kCases[] = {
      {"oci://r.test/a/b", "r.test", "a/b", "", ""},
      {"r.test/a", "r.test", "a", "", ""},
      {"oci://R.test:5000/a/b:1.0.0", "r.test:5000", "a/b", "1.0.0", ""},
      {"oci://r.test/a:1.0.0+build.1", "r.test", "a", "1.0.0_build.1", ""},
      {"oci://[::1]:5000/a", "[::1]:5000", "a", "", ""},
      {"oci://r.test/a@sha256:" + kSha, "r.test", "a", "", "sha256:" + kSha},
      {"oci://r.test/a:1.0.0@sha256:" + kSha, "r.test", "a", "1.0.0", "sha256:" + kSha},
      {"oci://r.test/a-b--c/d.e/f_g/h__i", "r.test", "a-b--c/d.e/f_g/h__i", "", ""},
  };
  for (const auto& c : kCases) {
    const auto got = ParseOciReference(c.text);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(got->registry, c.registry) << c.text;
    EXPECT_EQ(got->repository, c.repository) << c.text;
    EXPECT_EQ(got->tag, c.tag) << c.text;
    EXPECT_EQ(got->digest, c.digest) << c.text;
  }
  EXPECT_EQ(ParseOciReference("oci://r.test/a:1+b@sha256:" + kSha)->Text(), "r.test/a:1_b@sha256:" + kSha);
}

TEST(OciReference, RefusesWhatIsNone) {
  for (const std::string& text : {std::string("oci://"),
                                  std::string("oci://r.test"),
                                  std::string("oci://r.test/"),
                                  std::string("oci:///a"),
                                  std::string("oci://r.test/A"),
                                  std::string("oci://r.test/a/../b"),
                                  std::string("oci://r.test/a//b"),
                                  std::string("oci://r.test/-a"),
                                  std::string("oci://r.test/a..b"),
                                  std::string("oci://r.test/a___b"),
                                  std::string("oci://u:p@r.test/a"),
                                  std::string("oci://r.test:x/a"),
                                  std::string("oci://r.test:/a"),
                                  std::string("oci://r.test/a:" + std::string(129, '1')),
                                  std::string("oci://r.test/a:1/2"),
                                  std::string("oci://r.test/a: 1"),
                                  std::string("oci://r.test/a?b"),
                                  std::string("oci://r.test/a@sha256:zz"),
                                  std::string("oci://r.test/a@md5:aa"),
                                  std::string("oci://r te/a"),
                                  "oci://r.test/" + std::string(2000, 'a')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseOciReference(text).status())) << text;
  }
}

TEST(OciDigest, IsCheckedOverTheBytes) {
  EXPECT_TRUE(HasDigest("hello", "sha256:" + Sha256Hex("hello")));
  EXPECT_FALSE(HasDigest("hellO", "sha256:" + Sha256Hex("hello")));
  EXPECT_TRUE(HasDigest(
      "abc",
      "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c"
      "23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"));
  EXPECT_FALSE(HasDigest("hello", ""));
  EXPECT_FALSE(IsDigest("sha256:" + std::string(64, 'A')));
  EXPECT_FALSE(IsDigest("sha256:" + std::string(63, 'a')));
  EXPECT_FALSE(IsDigest("sha256:../../../../etc/passwd"));
}

TEST(OciTag, PlusIsUnderscore) {
  EXPECT_EQ(TagOf("1.0.0+a.b"), "1.0.0_a.b");
  EXPECT_EQ(VersionOf("1.0.0_a.b"), "1.0.0+a.b");
}

}  // namespace
}  // namespace devstats::chartsource
