#include "coordinator/chart/functions/ip_address.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

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

TEST(IpAddresses, SayWhatIsWrongAsGoDoes) {
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
    const absl::Status status = ParseIpAddress(text).status();
    const std::string expected = *why ? absl::StrCat("ParseAddr(\"", text, "\"): ", why) : "";
    EXPECT_EQ(status.message(), expected);
  }
}

}  // namespace
}  // namespace devstats::chart
