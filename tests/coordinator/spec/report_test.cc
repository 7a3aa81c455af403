#include "coordinator/spec/report.h"

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

TEST(Report, IsOkWithoutMistakes) { EXPECT_TRUE(Report("f").status().ok()); }

TEST(Report, SortsByPlaceAndKeepsTheOrderAtOnePlace) {
  Report report("f");
  report.Add({3, 1}, "c");
  report.Add({1, 9}, "b1");
  report.Add({1, 2}, "a");
  report.Add({1, 9}, "b2");
  EXPECT_EQ(report.status().message(), "f:1:2: a\nf:1:9: b1\nf:1:9: b2\nf:3:1: c");
}

TEST(Quoted, IsOneLineOfModestLength) {
  EXPECT_EQ(Quoted("a\nb\t\"c\""), R"("a\nb\t\"c\"")");
  EXPECT_EQ(Quoted(std::string(60, 'x')), "\"" + std::string(60, 'x') + "\"");
  EXPECT_EQ(Quoted(std::string(61, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

TEST(Quoted, DoesNotCutACharacter) {
  std::string text = "x";
  for (int i = 0; i < 40; ++i) text += "ä";
  EXPECT_EQ(Quoted(text), "\"" + text.substr(0, 59) + "...\"");
}

TEST(Quoted, HidesWhatMayBeASecret) {
  EXPECT_EQ(Quoted("https://me:secret@example.com/"), "\"https://...@example.com/\"");
  EXPECT_EQ(Quoted("https://me:se@cret@example.com/"), "\"https://...@example.com/\"");
  EXPECT_EQ(Quoted("https://example.com/"), "\"https://example.com/\"");
  EXPECT_EQ(Quoted("me@example.com"), "\"me@example.com\"");
  EXPECT_FALSE(absl::StrContains(Quoted("-----BEGIN RSA PRIVATE KEY-----\nMIIE"), "MIIE"));
}

}  // namespace
}  // namespace devstats::spec
