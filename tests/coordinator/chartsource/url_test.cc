#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Url, IsTakenApart) {
  const auto url = ParseUrl("HTTPS://User:p%40ss@Charts.Example.org:8443/a%20b/c d?x=y#z");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "charts.example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a%20b/c%20d");
  EXPECT_EQ(url->user, "User");
  EXPECT_EQ(url->password.Reveal(), "p@ss");
  EXPECT_EQ(url->Text(), "https://charts.example.org:8443/a%20b/c%20d?x=y");
  EXPECT_EQ(url->Display(), "https://charts.example.org:8443/a%20b/c%20d");
  EXPECT_EQ(url->Origin(), "https://charts.example.org:8443");
  EXPECT_EQ(ParseUrl("http://[::1]/")->Text(), "http://[::1]/");
  EXPECT_EQ(ParseUrl("http://a.test")->Origin(), "http://a.test:80");
}

TEST(Url, NumbersOfAddressesAreSeenThrough) {
  for (const char* text : {"http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://127.1/"}) {
    const auto url = ParseUrl(text);
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_EQ(url->host, "127.0.0.1") << text;
    EXPECT_TRUE(url->IsLoopback());
  }
  EXPECT_FALSE(ParseUrl("http://a.test/")->IsLoopback());
}

TEST(Url, RefusesWhatItCannotAsk) {
  for (const char* text :
       {"", "charts", "/x", "ftp://a.test/", "file:///etc/passwd", "oci://a.test/x", "http://", "https:///x",
        "http://a.test:99999/", "http://a b/", "http://a.test/\n", "javascript:x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseUrl(text).status())) << text;
  }
  EXPECT_FALSE(ParseUrl(absl::string_view("http://a.test/\0x", 16)).ok());
  EXPECT_FALSE(ParseUrl("http://a.test/" + std::string(10'000, 'x')).ok());
  // The password does not come back in the message.
  EXPECT_THAT(ParseUrl("ftp://user:secret@a.test/").status().message(), Not(HasSubstr("secret")));
}

TEST(Url, ResolvesAsHelmDoes) {
  const struct {
    const char *base, *reference, *want;
  } kCases[] = {
      {"https://a.test/repo", "x-1.tgz", "https://a.test/repo/x-1.tgz"},
      {"https://a.test/repo/", "x-1.tgz", "https://a.test/repo/x-1.tgz"},
      {"https://a.test", "x-1.tgz", "https://a.test/x-1.tgz"},
      {"https://a.test/repo", "/x-1.tgz", "https://a.test/x-1.tgz"},
      {"https://a.test/a/repo", "../x-1.tgz", "https://a.test/a/x-1.tgz"},
      {"https://a.test/repo", "../../../x", "https://a.test/x"},
      {"https://a.test/repo?token=t", "x-1.tgz", "https://a.test/repo/x-1.tgz?token=t"},
      {"https://a.test/repo?token=t", "x-1.tgz?b=c", "https://a.test/repo/x-1.tgz?token=t"},
      {"https://a.test/repo?token=t", "https://b.test/x?b=c", "https://b.test/x?b=c"},
      {"https://a.test/repo", "//b.test/x", "https://b.test/x"},
      {"https://a.test/a%2Fb", "x", "https://a.test/a%2Fb/x"},
      {"https://a.test/repo", "x-1.0.0+b.tgz", "https://a.test/repo/x-1.0.0+b.tgz"},
      {"https://a.test:8443/repo", "x y.tgz", "https://a.test:8443/repo/x%20y.tgz"},
  };
  for (const auto& c : kCases) {
    const auto url = ResolveInRepository(*ParseUrl(c.base), c.reference);
    ASSERT_TRUE(url.ok()) << url.status();
    EXPECT_EQ(url->Text(), c.want) << c.base << " " << c.reference;
  }
  EXPECT_FALSE(ResolveInRepository(*ParseUrl("https://a.test/"), "file:///etc/passwd").ok());
}

TEST(Url, BaseName) {
  EXPECT_EQ(BaseName(*ParseUrl("https://a.test/b/x-1.0.0%2Bc.tgz?d")), "x-1.0.0+c.tgz");
  EXPECT_EQ(BaseName(*ParseUrl("https://a.test/b/%2e%2e%2fx")), "../x");
  EXPECT_EQ(BaseName(*ParseUrl("https://a.test")), "");
}

}  // namespace
}  // namespace devstats::chartsource
