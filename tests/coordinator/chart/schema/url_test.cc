#include "coordinator/chart/schema/url.h"

#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

std::string UrlError(absl::string_view text) {
  const auto url = Url::Parse(text);
  return url.ok() ? "" : std::string(url.status().message());
}

TEST(SchemaUrl, ParsesAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://u:p@h:80/a%20b?q#f", ""},
      {"", ""},
      {"*", ""},
      {"mailto:a@b", ""},
      {"//host/x", ""},
      {"a/b:c", ""},
      {"http://[::1%25eth0]:80", ""},
      {"ftp://a:1:2", ""},
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
TEST(SchemaUrl, Resolves) {
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
  };
  const auto base = Url::Parse("http://a/b/c/d;p?q");
  ASSERT_TRUE(base.ok());
  for (const auto& [reference, expected] : cases) {
    const auto url = Url::Parse(reference);
    ASSERT_TRUE(url.ok()) << reference;
    EXPECT_EQ(base->Resolve(*url).ToString(), expected) << reference;
  }
  EXPECT_EQ(Url::Parse("urn:x:y")->Resolve(*Url::Parse("")).ToString(), "urn:x:y");
  EXPECT_EQ(Url::Parse("file:///values.schema.json")->Resolve(*Url::Parse("o.json")).ToString(),
            "file:///o.json");
  EXPECT_EQ(Url::Parse("x/a:b")->ToString(), "x/a:b");
  EXPECT_EQ(Url::Parse("./a:b")->ToString(), "./a:b");
}

TEST(SchemaUrl, Fragments) {
  EXPECT_EQ(SplitFragment("a#b#c"), std::make_pair(absl::string_view("a"), absl::string_view("b#c")));
  EXPECT_EQ(*PathUnescape("/a%20b~1c+"), "/a b~1c+");
  EXPECT_EQ(PathUnescape("%g1").status().message(), "invalid URL escape \"%g1\"");
  EXPECT_EQ(EscapeFragment("/a b/ä/c~1d/e?f;g,h:i@j"), "/a%20b/%C3%A4/c~1d/e%3Ff%3Bg%2Ch:i@j");
  EXPECT_EQ(EscapeFragment(""), "");
}

TEST(SchemaUrl, Addresses) {
  const std::pair<const char*, const char*> cases[] = {
      {"1.2.3.4", ""},
      {"::", ""},
      {"1:2:3:4:5:6:7:8", ""},
      {"::ffff:1.2.3.4", ""},
      {"fe80::1%eth0", ""},
      {"x", "unable to parse IP"},
      {"%eth0", "missing IPv6 address"},
      {"1.2.3", "IPv4 address too short"},
      {"1.2.3.4.5", "IPv4 address too long"},
      {"1.2.3.256", "IPv4 field has value >255"},
      {"1.02.3.4", "IPv4 field has octet with leading zero"},
      {"1..2.3", "IPv4 field must have at least one digit (at \".2.3\")"},
      {"1.2.a.4", "unexpected character (at \"a.4\")"},
      {"::1%", "zone must be a non-empty string"},
      {"12345::", "each group must have 4 or less digits (at \"12345::\")"},
      {"::g", "each colon-separated field must have at least one digit (at \"g\")"},
      {"1::2::3", "multiple :: in address (at \":3\")"},
      {"1:2", "address string too short"},
      {"1:", "colon must be followed by more characters (at \":\")"},
      {"1:2:3:4:5:6:7:8:9", "trailing garbage after address (at \"9\")"},
      {"1:2:3:4:5:6:7::8:9", "trailing garbage after address (at \"9\")"},
      {"1:2:3:4:5:6:7:8::", "the :: must expand to at least one field of zeros"},
      {"1:2:1.2.3.4",
       "embedded IPv4 address must replace the final 2 fields of the address (at \"1.2.3.4\")"},
      {"::1x", "unexpected character, want colon (at \"x\")"},
  };
  for (const auto& [text, why] : cases) {
    const absl::Status status = CheckAddress(text);
    const std::string expected = *why ? absl::StrCat("ParseAddr(\"", text, "\"): ", why) : "";
    EXPECT_EQ(status.message(), expected);
  }
}

}  // namespace
}  // namespace devstats::chart::schema
