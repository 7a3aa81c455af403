#include "coordinator/spec/cidr.h"

#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

Cidr Net(const char* text) { return ParseCidr(text).value(); }

TEST(Cidr, AddressesAreRoundTrips) {
  for (const char* text : {"0.0.0.0", "10.244.1.255", "255.255.255.255"})
    EXPECT_EQ(FormatAddress(ParseAddress(text).value()), text);
  EXPECT_EQ(ParseAddress("10.0.0.1"), 0x0A000001u);
}

TEST(Cidr, RefusesWhatOthersReadAsOctalOrShort) {
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.0x4", "1.2.3.256", "1.2.3.", "1.2.3.1000"})
    EXPECT_EQ(ParseAddress(text), std::nullopt) << text;
}

TEST(Cidr, KnowsHostBits) {
  EXPECT_TRUE(Net("10.244.0.0/16").IsNetwork());
  EXPECT_FALSE(Net("10.244.1.0/16").IsNetwork());
  EXPECT_EQ(FormatCidr(Net("10.244.1.7/16")), "10.244.0.0/16");
  EXPECT_TRUE(Net("0.0.0.0/0").IsNetwork());
  EXPECT_TRUE(Net("1.2.3.4/32").IsNetwork());
}

TEST(Cidr, ContainsExactlyItsAddresses) {
  const Cidr net = Net("10.244.4.0/22");
  EXPECT_TRUE(net.Contains(ParseAddress("10.244.4.0").value()));
  EXPECT_TRUE(net.Contains(ParseAddress("10.244.7.255").value()));
  EXPECT_FALSE(net.Contains(ParseAddress("10.244.8.0").value()));
  EXPECT_FALSE(net.Contains(ParseAddress("10.244.3.255").value()));
  EXPECT_TRUE(Net("0.0.0.0/0").Contains(ParseAddress("255.255.255.255").value()));
}

TEST(Cidr, OverlapIsMutual) {
  EXPECT_TRUE(Net("10.96.0.0/12").Overlaps(Net("10.100.0.0/16")));
  EXPECT_TRUE(Net("10.100.0.0/16").Overlaps(Net("10.96.0.0/12")));
  EXPECT_FALSE(Net("10.96.0.0/12").Overlaps(Net("10.112.0.0/12")));
  EXPECT_TRUE(Net("0.0.0.0/0").Overlaps(Net("1.2.3.4/32")));
}

}  // namespace
}  // namespace devstats::spec
