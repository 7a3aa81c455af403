#include "coordinator/chart/functions/ip_address.h"
#include "coordinator/chart/functions/url.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/text_caller.h"

namespace devstats::chart {
namespace {

using texttest::Printed;

TEST(Paths, Clean) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "."},
      {"/", "/"},
      {"//a/./b/..", "/a"},
      {"a/../..", ".."},
      {"../a/../b", "../b"},
      {"/../a", "/a"},
      {"../../a", "../../a"},
      {"a/", "a"},
      {"./.", "."},
  };
  for (const auto& [path, clean] : cases) EXPECT_EQ(Printed("clean", path), clean) << path;
}

TEST(Paths, Parts) {
  EXPECT_EQ(Printed("base", ""), ".");
  EXPECT_EQ(Printed("base", "///"), "/");
  EXPECT_EQ(Printed("base", "a/b/"), "b");
  EXPECT_EQ(Printed("dir", "a"), ".");
  EXPECT_EQ(Printed("osDir", "/a/b/"), "/a/b");
  EXPECT_EQ(Printed("ext", "a.b/c"), "");
  EXPECT_EQ(Printed("ext", "a.tar.gz"), ".gz");
  EXPECT_EQ(Printed("isAbs", ""), "false");
}

std::string UrlError(absl::string_view text) { return std::string(Url::Parse(text).status().message()); }

TEST(Urls, Errors) {
  EXPECT_EQ(UrlError(":x"), "parse \":x\": missing protocol scheme");
  EXPECT_EQ(UrlError("a:b:c/d"), "");
  EXPECT_EQ(UrlError("1:b"), "parse \"1:b\": first path segment in URL cannot contain colon");
  EXPECT_EQ(UrlError("http://a:b"), "parse \"http://a:b\": invalid port \":b\" after host");
  EXPECT_EQ(UrlError("http://a:1:2"), "parse \"http://a:1:2\": invalid port \":1:2\" after host");
  EXPECT_EQ(UrlError("x://a:1:2"), "");
  EXPECT_EQ(UrlError("http://a b"), "parse \"http://a b\": invalid character \" \" in host name");
  EXPECT_EQ(UrlError("http://[::1"), "parse \"http://[::1\": missing ']' in host");
  EXPECT_EQ(UrlError("http://[1.2.3.4]"), "parse \"http://[1.2.3.4]\": invalid IP-literal");
  EXPECT_EQ(UrlError("/%zz"), "parse \"/%zz\": invalid URL escape \"%zz\"");
  EXPECT_EQ(UrlError("/a#%"), "parse \"/a#%\": invalid URL escape \"%\"");
  EXPECT_EQ(UrlError("a\x01"), "parse \"a\\x01\": net/url: invalid control character in URL");
  EXPECT_EQ(UrlError("x://u ser@h"), "parse \"x://u ser@h\": net/url: invalid userinfo");
}

TEST(Urls, AreWrittenAsTheyWereRead) {
  for (const char* text : {"http://u:p@h:80/p?q#f", "mailto:a@b", "//h/x", "/a%2Fb", "x:/y", "http://h/?",
                           "*", "http://[fe80::1%25eth0]:80/", "a/b", "http://h#%2f", "x://h/a;b=c,d"})
    EXPECT_EQ(Url::Parse(text)->Text(), text);
  EXPECT_EQ(Url::Parse("HTTP://h/a b?c d#e f")->Text(), "http://h/a%20b?c d#e%20f");
  EXPECT_EQ(Url::Parse("http://[::1]:8")->Hostname(), "::1");
  EXPECT_EQ(Url::Parse("x://u%20:p%40@h")->user->Text(), "u%20:p%40");
}

TEST(Urls, JoinRefusesWhatIsNoText) {
  const auto join = [](const char* key, Value value) {
    return Printed("urlJoin", Value::MakeMap({{key, value}}));
  };
  EXPECT_EQ(join("path", Value::Int(1)),
            "ERROR: unable to parse path key, must be of type string, but int found");
  EXPECT_EQ(join("host", Value()), "ERROR: runtime error: invalid memory address or nil pointer dereference");
  EXPECT_EQ(join("userinfo", Value::String("a b")),
            "ERROR: unable to parse userinfo in dict: parse \"proto://a b@host\": net/url: invalid userinfo");
  EXPECT_EQ(join("path", Value::String("a:b")), "./a:b");
  EXPECT_EQ(join("other", Value::Int(1)), "");
}

TEST(IpAddresses, Read) {
  EXPECT_EQ(ParseIpAddress("1.2.3.4")->bytes, std::string("\1\2\3\4"));
  EXPECT_EQ(ParseIpAddress("::")->bytes, std::string(16, '\0'));
  EXPECT_EQ(ParseIpAddress("1::")->bytes, std::string("\0\1", 2) + std::string(14, '\0'));
  EXPECT_EQ(ParseIpAddress("::ffff:1.2.3.4")->bytes.substr(10), std::string("\xff\xff\1\2\3\4"));
  EXPECT_EQ(ParseIpAddress("fe80::1%eth0")->zone, "eth0");
  for (const char* bad :
       {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.1.1.1", "1..2.3", "1:2", ":::", "1::2::3",
        "12345::", "::1.2.3.4:5", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "::%", "%a", "a.b"})
    EXPECT_FALSE(ParseIpAddress(bad).ok()) << bad;
}

}  // namespace
}  // namespace devstats::chart
