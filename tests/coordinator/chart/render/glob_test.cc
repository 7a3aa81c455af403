#include "coordinator/chart/render/glob.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

struct GlobCase {
  const char* pattern;
  const char* path;
  bool matches;
};

TEST(Glob, MatchesAsGobwas) {
  constexpr GlobCase kCases[] = {
      {"*", "a.txt", true},     {"*", "a/b", false},        {"**", "a/b/c", true},
      {"**", "a\nb", true},     {"a/**", "a/b/c", true},    {"**/c", "a/b/c", true},
      {"**/c", "c", false},     {"*.yaml", "a.yaml", true}, {"?", "a", true},
      {"?", "/", false},        {"[ab]", "b", true},        {"[!ab]", "b", false},
      {"[!ab]", "c", true},     {"[a-c]x", "bx", true},     {"[!a-c]", "d", true},
      {"[.]", "a", false},      {"{a,b}/*", "b/x", true},   {"{a,b}/*", "c/x", false},
      {"{a,{b,c}}", "c", true}, {"{,a}b", "b", true},       {"{a,b", "b", true},
      {"\\*", "*", true},       {"\\*", "a", false},        {"a,b}", "a,b}", true},
      {"a.b", "axb", false},    {"(a|b)+", "(a|b)+", true}, {"", "", true},
      {"", "a", false},         {"[\\]]", "]", true},       {"*.{yml,yaml}", "a.yaml", true}};
  for (const GlobCase& c : kCases)
    EXPECT_EQ(Glob(c.pattern).Matches(c.path), c.matches) << c.pattern << " " << c.path;
}

TEST(Glob, WhatIsNoPatternMatchesEverything) {
  for (const char* pattern : {"[", "[]", "[!]", "[z-a]", "[a-bc]", "[ab", "a\xFF"})
    EXPECT_TRUE(Glob(pattern).Matches("any/thing")) << pattern;
}

TEST(Glob, WhatIsTooLargeMatchesEverything) {
  EXPECT_FALSE(Glob(std::string(100, '?')).Matches("any/thing"));
  EXPECT_TRUE(Glob(std::string(100'000, '?')).Matches("any/thing"));
}

TEST(Glob, HostilePatternsCostLittle) {
  const std::string stars = std::string(200, '*') + "b", path(5000, 'a');
  EXPECT_FALSE(Glob(stars).Matches(path));
  EXPECT_FALSE(Glob(std::string(5000, '{')).Matches("a"));
  std::string alternating;
  for (int i = 0; i < 50; ++i) alternating += "*a";
  EXPECT_FALSE(Glob(alternating + "b").Matches(path));
}

}  // namespace
}  // namespace devstats::chart
