#include "coordinator/chart/functions/url.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

std::string UrlError(absl::string_view text) {
  const auto url = Url::Parse(text);
  return url.ok() ? "" : std::string(url.status().message());
}

TEST(Urls, ParseAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://u:p@h:80/a%20b?q#f", ""},
      {"", ""},
      {"*", ""},
      {"mailto:a@b", ""},
      {"//host/x", ""},
      {"a/b:c", ""},
      {"http://[::1%25eth0]:80", ""},
      {"ftp://a:1:2", ""},
      {"a:b:c/d", ""},
      {"1:b", "parse \"1:b\": first path segment in URL cannot contain colon"},
      {"/a#%", "parse \"/a#%\": invalid URL escape \"%\""},
      {":", "parse \":\": missing protocol scheme"},
      {"a b:c", "parse \"a b:c\": first path segment in URL cannot contain colon"},
      {"%zz", "parse \"%zz\": invalid URL escape \"%zz\""},
      {"%4", "parse \"%4\": invalid URL escape \"%4\""},
      {"#a%z", "parse \"#a%z\": invalid URL escape \"%z\""},
      {"http://a b", "parse \"http://a b\": invalid character \" \" in host name"},
      {"http://a:b", "parse \"http://a:b\": invalid port \":b\" after host"},
      {"http://a:1:2", "parse \"http://a:1:2\": invalid port \":1:2\" after host"},
      {"http://%41", "parse \"http://%41\": invalid URL escape \"%41\""},
      {"http://[::1", "parse \"http://[::1\": missing ']' in host"},
      {"http://[1.2.3.4]", "parse \"http://[1.2.3.4]\": invalid IP-literal"},
      {"http://a[b]", "parse \"http://a[b]\": invalid IP-literal"},
      {"http://[x]", "parse \"http://[x]\": invalid host: ParseAddr(\"x\"): unable to parse IP"},
      {"http://u p@h", "parse \"http://u p@h\": net/url: invalid userinfo"},
      {"a\nb", "parse \"a\\nb\": net/url: invalid control character in URL"},
  };
  for (const auto& [text, error] : cases) EXPECT_EQ(UrlError(text), error) << text;
}

// RFC 3986, section 5.4, and what Go adds.
TEST(Urls, Resolve) {
  const std::pair<const char*, const char*> cases[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"?", "http://a/b/c/d;p?"},
      {"a%2Fb", "http://a/b/c/a%2Fb"},
      {"HTTP://A/x", "http://A/x"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"/x/../..//y", "http://a/y"},
  };
  const auto base = Url::Parse("http://a/b/c/d;p?q");
  ASSERT_TRUE(base.ok());
  for (const auto& [reference, expected] : cases) {
    const auto url = Url::Parse(reference);
    ASSERT_TRUE(url.ok()) << reference;
    EXPECT_EQ(base->Resolve(*url).Text(), expected) << reference;
  }
  EXPECT_EQ(Url::Parse("urn:x:y")->Resolve(*Url::Parse("")).Text(), "urn:x:y");
  EXPECT_EQ(Url::Parse("file:///values.schema.json")->Resolve(*Url::Parse("o.json")).Text(),
            "file:///o.json");
  EXPECT_EQ(Url::Parse("x/a:b")->Text(), "x/a:b");
  EXPECT_EQ(Url::Parse("./a:b")->Text(), "./a:b");
}

TEST(Urls, SegmentsOfPaths) {
  EXPECT_EQ(*PathUnescape("/a%20b~1c+"), "/a b~1c+");
  EXPECT_EQ(PathUnescape("%g1").status().message(), "invalid URL escape \"%g1\"");
  EXPECT_EQ(PathEscape("a b/c~1d"), "a%20b%2Fc~1d");
}

TEST(Urls, AreWrittenAsTheyWereRead) {
  for (const char* text : {"http://u:p@h:80/p?q#f", "mailto:a@b", "//h/x", "/a%2Fb", "x:/y", "http://h/?",
                           "*", "http://[fe80::1%25eth0]:80/", "a/b", "http://h#%2f", "x://h/a;b=c,d"})
    EXPECT_EQ(Url::Parse(text)->Text(), text);
  EXPECT_EQ(Url::Parse("HTTP://h/a b?c d#e f")->Text(), "http://h/a%20b?c d#e%20f");
  EXPECT_EQ(Url::Parse("http://[::1]:8")->Hostname(), "::1");
  EXPECT_EQ(Url::Parse("x://u%20:p%40@h")->user->Text(), "u%20:p%40");
}

}  // namespace
}  // namespace devstats::chart
