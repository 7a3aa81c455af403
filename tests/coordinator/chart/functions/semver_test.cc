#include "coordinator/chart/functions/semver.h"

#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

std::string ParsedVersion(const absl::StatusOr<Version>& version) {
  return version.ok() ? version->Text() : absl::StrCat("ERR ", version.status().message());
}

TEST(Semver, VersionsAreReadTolerantly) {
  const std::pair<const char*, const char*> kCases[] = {
      {"1.2.3", "1.2.3"},
      {"v1", "1.0.0"},
      {"1.2", "1.2.0"},
      {"01.02.03", "1.2.3"},
      {"1.2-rc.1+b.5", "1.2.0-rc.1+b.5"},
      {"1.2.3-0", "1.2.3-0"},
      {"", "ERR invalid semantic version"},
      {"V1", "ERR invalid semantic version"},
      {" 1", "ERR invalid semantic version"},
      {"1.2.3.4", "ERR invalid semantic version"},
      {"1.2.3-", "ERR invalid semantic version"},
      {"1.2.3-a..b", "ERR invalid semantic version"},
      {"1.2.3\n", "ERR invalid semantic version"},
      {"1.2.3-01", "ERR version segment starts with 0"},
      {"1.99999999999999999999",
       "ERR error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of "
       "range"}};
  for (const auto& [text, wanted] : kCases) EXPECT_EQ(ParsedVersion(ParseVersion(text)), wanted) << text;
  EXPECT_EQ(ParsedVersion(ParseVersion(std::string(257, '1'))),
            "ERR version string is too long (max 256 bytes)");
}

TEST(Semver, StrictVersionsHaveThreeNumbers) {
  const std::pair<const char*, const char*> kCases[] = {
      {"1.2.3-a.1+b-c", "1.2.3-a.1+b-c"},
      {"1.2.3+a-b", "1.2.3+a-b"},
      {"", "ERR version string empty"},
      {"1.2", "ERR invalid semantic version"},
      {"v1.2.3", "ERR invalid characters in version"},
      {"1.2.3.4", "ERR invalid characters in version"},
      {"1.02.3", "ERR version segment starts with 0"},
      {"1..3", "ERR strconv.ParseUint: parsing \"\": invalid syntax"},
      {"1.2.3-", "ERR invalid prerelease string"},
      {"1.2.3-01", "ERR version segment starts with 0"},
      {"1.2.3+", "ERR invalid metadata string"},
      {"1.2.3-a_b", "ERR invalid prerelease string"}};
  for (const auto& [text, wanted] : kCases)
    EXPECT_EQ(ParsedVersion(ParseStrictVersion(text)), wanted) << text;
}

TEST(Semver, OrderIsThatOfTheSpecification) {
  const char* const kAscending[] = {
      "1.0.0-1",    "1.0.0-2",     "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
      "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0",    "1.0.1-a",     "1.0.1",         "1.1",
      "v2"};
  for (size_t i = 0; i < std::size(kAscending); ++i)
    for (size_t j = 0; j < std::size(kAscending); ++j)
      EXPECT_EQ(ParseVersion(kAscending[i])->Compare(*ParseVersion(kAscending[j])), i < j   ? -1
                                                                                    : i > j ? 1
                                                                                            : 0)
          << kAscending[i] << " " << kAscending[j];
  EXPECT_EQ(ParseVersion("1+a")->Compare(*ParseVersion("1+b")), 0);
  // What is too large for a number counts as text.
  EXPECT_EQ(ComparePrereleases("99999999999999999999", "1"), 1);
}

struct ConstraintRow {
  const char* constraint;
  std::vector<const char*> takes, leaves;
};

TEST(Semver, ConstraintsTakeWhatTheLibraryTakes) {
  const ConstraintRow kRows[] = {{"*", {"0.0.0", "9.9.9"}, {"1.0.0-a"}},
                                 {"=1.2.3", {"1.2.3", "1.2.3+b"}, {"1.2.4", "1.2.3-a"}},
                                 {"1.2", {"1.2.0", "1.2.9"}, {"1.3.0", "1.1.9"}},
                                 {"1.x", {"1.0.0", "1.9.9"}, {"2.0.0", "1.2.0-a"}},
                                 {"!=1.2", {"1.3.0", "2.2.0"}, {"1.2.5"}},
                                 {"!=1", {"2.0.0"}, {"1.0.0", "1.9.0"}},
                                 {"!=1.2.3", {"1.2.4"}, {"1.2.3"}},
                                 {"!=1.2-a", {"1.2.3-b"}, {"1.2.3-a"}},
                                 {">1", {"2.0.0"}, {"1.9.9", "0.1.0"}},
                                 {">1.2", {"1.3.0"}, {"1.2.9"}},
                                 {"<=1", {"1.9.9", "0.1.0"}, {"2.0.0"}},
                                 {"<=1.2", {"1.2.9"}, {"1.3.0"}},
                                 {"=>1.2.3", {"1.2.3"}, {"1.2.2"}},
                                 {"<1.2", {"1.1.9"}, {"1.2.0"}},
                                 {"~1.2.3", {"1.2.3", "1.2.9"}, {"1.2.2", "1.3.0"}},
                                 {"~>1", {"1.9.0"}, {"2.0.0"}},
                                 {"~0.0.0", {"7.8.9"}, {}},
                                 {"^1.2.3", {"1.2.3", "1.9.0"}, {"2.0.0", "1.2.2"}},
                                 {"^0.2.3", {"0.2.9"}, {"0.3.0", "1.2.3"}},
                                 {"^0.0.3", {"0.0.3"}, {"0.0.4", "0.1.3"}},
                                 {"^0.0", {"0.0.9"}, {"0.1.0"}},
                                 {"^0", {"0.9.9"}, {"1.0.0"}},
                                 {"1.1 - 1.4", {"1.1.0", "1.4.9"}, {"1.5.0", "1.0.9"}},
                                 {"1 - 2 || 4.0.0 - 4.1.0", {"2.9.9", "4.1.0"}, {"3.0.0", "4.1.1"}},
                                 {">1.0 <2.0", {"1.5.0"}, {"2.0.0"}},
                                 {" >= 1.2 , < 3 ", {"2.0.0"}, {"3.0.0"}},
                                 {"<1 || >=2", {"0.9.0", "2.0.0"}, {"1.5.0"}},
                                 {">=1.19-0", {"1.20.0-rc.1", "v1.20.3-gke.500"}, {"1.18.0"}},
                                 {">=1.0.0-a, <2.0.0", {"1.5.0-b"}, {"2.0.0"}},
                                 {">=1 || >=2-a", {"3.0.0-b", "1.0.0"}, {"1.5.0-b"}}};
  for (const ConstraintRow& row : kRows) {
    const auto constraint = Constraint::Parse(row.constraint);
    ASSERT_TRUE(constraint.ok()) << row.constraint << constraint.status();
    for (const char* version : row.takes)
      EXPECT_TRUE(constraint->Check(*ParseVersion(version))) << row.constraint << " " << version;
    for (const char* version : row.leaves)
      EXPECT_FALSE(constraint->Check(*ParseVersion(version))) << row.constraint << " " << version;
  }
}

TEST(Semver, WhatIsNoConstraintIsQuoted) {
  const std::pair<std::string, const char*> kCases[] = {
      {"", "improper constraint: \"\""},
      {">>1", "improper constraint: \">>1\""},
      {"1 || a", "improper constraint: \" a\""},
      {"1.2.3.4", "improper constraint: \"1.2.3.4\""},
      {"1|2", "constraint parser error"},
      {"1.2.3-01", "constraint parser error"},
      {std::string(513, '1'), "constraint string is too long (max 512 bytes)"},
      {"1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1",
       "too many constraint groups (max 32)"}};
  for (const auto& [text, wanted] : kCases)
    EXPECT_EQ(Constraint::Parse(text).status().message(), wanted) << text;
}

class SemverObject : public testing::Test {
 protected:
  Value Version(absl::string_view text) { return *Invoke(call_, "semver", {S(text)}); }
  std::string Method(const Value& version, absl::string_view name, List arguments = {}) {
    const Function* method = version.type()->Method(name);
    if (method == nullptr) return "none";
    arguments.insert(arguments.begin(), version);
    return Shown(method->call(call_, arguments));
  }
  Value Next(const Value& version, absl::string_view name) {
    return *version.type()->Method(name)->call(call_, absl::MakeConstSpan(&version, 1));
  }
  FixedCall call_;
};

TEST_F(SemverObject, HasTheMethodsOfGo) {
  const Value v = Version("v1.2.3-rc.1+b");
  EXPECT_EQ(TypeName(v), "*semver.Version");
  EXPECT_EQ(Method(v, "Major"), "uint64: 1");
  EXPECT_EQ(Method(v, "Minor"), "uint64: 2");
  EXPECT_EQ(Method(v, "Patch"), "uint64: 3");
  EXPECT_EQ(Method(v, "Prerelease"), "string: rc.1");
  EXPECT_EQ(Method(v, "Metadata"), "string: b");
  EXPECT_EQ(Method(v, "String"), "string: 1.2.3-rc.1+b");
  EXPECT_EQ(Method(v, "Original"), "string: v1.2.3-rc.1+b");
  EXPECT_EQ(Method(v, "Compare", {Version("1.2.3")}), "int: -1");
  EXPECT_EQ(Method(v, "LessThan", {Version("1.2.3")}), "bool: true");
  EXPECT_EQ(Method(v, "LessThanEqual", {v}), "bool: true");
  EXPECT_EQ(Method(v, "GreaterThan", {v}), "bool: false");
  EXPECT_EQ(Method(v, "GreaterThanEqual", {v}), "bool: true");
  EXPECT_EQ(Method(v, "Equal", {Version("1.2.3-rc.1")}), "bool: true");
  EXPECT_EQ(Method(v, "Equal", {Value()}), "bool: false");
  EXPECT_EQ(Method(v, "Compare", {Value()}),
            "ERR runtime error: invalid memory address or nil pointer dereference");
  EXPECT_EQ(Method(v, "MarshalText"), "[]uint8: [49 46 50 46 51 45 114 99 46 49 43 98]");
}

TEST_F(SemverObject, NextVersionsAreValuesWithFewerMethods) {
  const Value v = Version("v1.2.3-rc.1+b");
  EXPECT_EQ(Method(v, "IncMajor"), "semver.Version: 2.0.0");
  EXPECT_EQ(Method(v, "IncMinor"), "semver.Version: 1.3.0");
  EXPECT_EQ(Method(v, "IncPatch"), "semver.Version: 1.2.3");
  EXPECT_EQ(Method(Next(v, "IncPatch"), "IncPatch"), "semver.Version: 1.2.4");
  EXPECT_EQ(Method(Next(v, "IncPatch"), "Compare", {v}), "none");
  EXPECT_EQ(Method(Next(v, "IncPatch"), "Original"), "none");
  EXPECT_EQ(Method(Version("18446744073709551615"), "IncMajor"),
            "ERR major version increment would overflow uint64");
  EXPECT_EQ(Method(v, "SetPrerelease", {S("")}), "semver.Version: 1.2.3+b");
  EXPECT_EQ(Method(v, "SetPrerelease", {S("01")}), "ERR version segment starts with 0");
  EXPECT_EQ(Method(v, "SetMetadata", {S("x.y")}), "semver.Version: 1.2.3-rc.1+x.y");
  EXPECT_EQ(Method(v, "SetMetadata", {S("x_y")}), "ERR invalid metadata string");
}

TEST_F(SemverObject, IsEqualWhenWrittenAlike) {
  EXPECT_TRUE(DeepEqual(Version("1.2"), Version("1.2")));
  EXPECT_FALSE(DeepEqual(Version("1.2"), Version("1.2.0")));
  EXPECT_FALSE(DeepEqual(Version("1.2"), Version("1.3")));
  Value plain;
  EXPECT_TRUE(Version("v1.2").object().ToPlain(plain));
  EXPECT_EQ(ToText(plain), "1.2.0");
}

TEST(Semver, CompareFunctionReportsTheConstraintFirst) {
  EXPECT_EQ(Outcome("semverCompare", {S("^1.2"), S("1.4.0")}), "bool: true");
  EXPECT_EQ(Outcome("semverCompare", {S("a"), S("b")}), "ERR improper constraint: \"a\"");
  EXPECT_EQ(Outcome("semverCompare", {S("1"), S("b")}), "ERR invalid semantic version");
}

}  // namespace
}  // namespace devstats::chart
