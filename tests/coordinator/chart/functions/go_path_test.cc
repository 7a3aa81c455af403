#include "coordinator/chart/functions/go_path.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

TEST(GoPath, ExtensionIsOfTheLastElement) {
  EXPECT_EQ(PathExtension("a/b.tar.gz"), ".gz");
  EXPECT_EQ(PathExtension("a.b/c"), "");
  EXPECT_EQ(PathExtension(".x"), ".x");
  EXPECT_EQ(PathExtension(""), "");
}

TEST(GoPath, BaseIsTheLastElement) {
  EXPECT_EQ(PathBase(""), ".");
  EXPECT_EQ(PathBase("///"), "/");
  EXPECT_EQ(PathBase("a/b/"), "b");
  EXPECT_EQ(PathBase("b"), "b");
}

TEST(GoPath, CleanIsTheShortestEqualPath) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "."},           {"a//b/./c", "a/b/c"}, {"a/../..", ".."}, {"../../a", "../../a"},
      {"/../a", "/a"},     {"a/b/../../", "."},   {"/", "/"},        {"./a", "a"},
      {"a/b/../c", "a/c"}, {"..a/b", "..a/b"}};
  for (const auto& [path, clean] : kCases) EXPECT_EQ(CleanPath(path), clean) << path;
}

struct MatchCase {
  const char* pattern;
  const char* path;
  bool matches;
};

TEST(GoPath, MatchesAsFilepathMatch) {
  constexpr MatchCase kCases[] = {{"abc", "abc", true},
                                  {"*", "abc", true},
                                  {"*c", "abc", true},
                                  {"a*", "a", true},
                                  {"a*", "ab/c", false},
                                  {"a*/b", "abc/b", true},
                                  {"a*/b", "a/c/b", false},
                                  {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
                                  {"a*b*c*d*e*/f", "axbxcxdxexxx/fff", false},
                                  {"a*b?c*x", "abxbbxdbxebxczzx", true},
                                  {"ab[c]", "abc", true},
                                  {"ab[b-d]", "abc", true},
                                  {"ab[^c]", "abc", false},
                                  {"ab[^e-g]", "abc", true},
                                  {"a\\*b", "a*b", true},
                                  {"a\\*b", "ab", false},
                                  {"a?b", "a\u263ab", true},
                                  {"a[^a]b", "a\u263ab", true},
                                  {"a???b", "a\u263ab", false},
                                  {"[a-\u03b6]*", "\u03b1", true},
                                  {"*[a-\u03b6]", "A", false},
                                  {"a?b", "a/b", false},
                                  {"a*b", "a/b", false},
                                  {"[\\]a]", "]", true},
                                  {"[x\\-]", "-", true},
                                  {"[x\\-]", "z", false},
                                  {"*x", "xxx", true},
                                  {"", "", true},
                                  {"", "a", false},
                                  {"a[", "a", false},
                                  {"a**b", "axyb", true}};
  for (const MatchCase& c : kCases) {
    const auto matches = MatchPath(c.pattern, c.path);
    EXPECT_EQ(matches.value_or(false), c.matches) << c.pattern << " " << c.path;
  }
}

TEST(GoPath, MatchRefusesBadPatterns) {
  for (const char* pattern : {"[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[", "[^", "[^bc", "a[", "[\\"})
    EXPECT_EQ(MatchPath(pattern, "a").status().message(), "syntax error in pattern") << pattern;
}

}  // namespace
}  // namespace devstats::chart
