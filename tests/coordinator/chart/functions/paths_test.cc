#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Printed;

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

}  // namespace
}  // namespace devstats::chart
