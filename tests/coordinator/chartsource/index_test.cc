#include "coordinator/chartsource/index.h"

#include "absl/strings/str_cat.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kIndex[] = R"(apiVersion: v1
entries:
  alpine:
  - apiVersion: v2
    appVersion: "3.1"
    description: |
      Two lines,
      alpine: the second
    name: alpine
    urls:
    - alpine-1.0.0.tgz
    version: 1.0.0
  - apiVersion: v2
    digest: sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    name: alpine
    urls:
    - https://cdn.test/alpine-1.10.0.tgz
    version: 1.10.0
  - name: alpine
    urls: []
    version: 2.0.0-rc.1
  - name: alpine
    urls:
    - x
    version: 1.9.0
  alpine-2:
  - name: alpine-2
    version: 0.1.0
    keywords:
    - small
    urls:
    - x
generated: "2020-01-01T00:00:00Z"
)";

std::vector<std::string> VersionsOf(const Index& index, const std::string& chart) {
  std::vector<std::string> out;
  for (const IndexEntry& entry : index.charts().at(chart)) out.push_back(entry.version);
  return out;
}

TEST(Index, IsReadAndSorted) {
  const auto index = Index::Parse(kIndex, chart::Limits(), nullptr);
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ(index->charts().size(), 2u);
  EXPECT_THAT(VersionsOf(*index, "alpine"), ElementsAre("2.0.0-rc.1", "1.10.0", "1.9.0", "1.0.0"));
  const IndexEntry& entry = index->charts().at("alpine")[1];
  EXPECT_EQ(entry.digest, std::string(64, 'a'));
  EXPECT_THAT(entry.urls, ElementsAre("https://cdn.test/alpine-1.10.0.tgz"));
  EXPECT_EQ(index->charts().at("alpine")[3].app_version, "3.1");
}

TEST(Index, OneChartIsFoundWithoutReadingTheRest) {
  // What is broken elsewhere does not matter, so it was not read.
  const std::string broken = absl::StrCat(kIndex, "junk: [\n");
  for (const char* chart : {"alpine", "alpine-2"}) {
    const auto one = Index::ParseFor(broken, chart, chart::Limits(), nullptr);
    ASSERT_TRUE(one.ok()) << one.status();
    const auto all = Index::Parse(kIndex, chart::Limits(), nullptr);
    EXPECT_EQ(VersionsOf(*one, chart), VersionsOf(*all, chart));
    EXPECT_EQ(one->charts().size(), 1u);
  }
  EXPECT_FALSE(Index::ParseFor(broken, "nginx", chart::Limits(), nullptr).ok());
  EXPECT_EQ(Index::ParseFor(kIndex, "nginx", chart::Limits(), nullptr)->charts().size(), 2u);
}

TEST(Index, OtherLayoutsAreReadWhole) {
  const char* const kLayouts[] = {
      "apiVersion: v1\nentries:\n    a:\n        - name: a\n          version: 1.0.0\n",
      "{\"apiVersion\":\"v1\",\"entries\":{\"a\":[{\"name\":\"a\",\"version\":\"1.0.0\",\"description\":"
      "\"\\ud83d\\ude00\\/\"}]}}",
      "apiVersion: v1\nentries:\n  \"a\":\n  - name: a\n    version: 1.0.0\n",
      "apiVersion: v1\r\nentries:\r\n  a:\r\n  - name: a\r\n    version: 1.0.0\r\n",
      "entries:\n  a:\n  - {name: a, version: 1.0.0}\n\napiVersion: v1\n",
      "apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0}]}\n",
  };
  for (const char* text : kLayouts) {
    const auto index = Index::ParseFor(text, "a", chart::Limits(), nullptr);
    ASSERT_TRUE(index.ok()) << text << index.status();
    EXPECT_THAT(VersionsOf(*index, "a"), ElementsAre("1.0.0")) << text;
  }
}

TEST(Index, FindsAsHelmDoes) {
  const auto index = Index::Parse(kIndex, chart::Limits(), nullptr);
  const std::pair<const char*, const char*> kCases[] = {
      {"", "1.10.0"},    {"1.0.0", "1.0.0"},           {"~1.9", "1.9.0"},   {">0.0.0-0", "2.0.0-rc.1"},
      {"<1.5", "1.0.0"}, {"2.0.0-rc.1", "2.0.0-rc.1"}, {"v1.9.0", "1.9.0"}, {"1", "1.10.0"}};
  for (const auto& [wanted, version] : kCases) {
    const auto entry = index->Find("alpine", wanted);
    ASSERT_TRUE(entry.ok()) << wanted << entry.status();
    EXPECT_EQ((*entry)->version, version) << wanted;
  }
  EXPECT_EQ(index->Find("alpine", "^3").status().message(), "no chart version found for alpine-^3");
  EXPECT_EQ(index->Find("nginx", "").status().message(), "no chart name found");
  EXPECT_TRUE(absl::IsInvalidArgument(index->Find("alpine", "what").status()));
}

TEST(Index, EntriesThatAreNoneAreToldAndLeftOut) {
  std::vector<std::string> warnings;
  const auto index =
      Index::Parse(R"(apiVersion: v1
entries:
  a:
  - null
  - {name: ../../etc/passwd, version: 1.0.0}
  - {name: a, version: nope}
  - {name: a}
  - {name: a, version: 1.0.0, type: virus}
  - {name: a, version: 1.0.1, digest: short}
  - {name: a, version: 1.0.2}
  empty: []
  nothing:
)",
                   chart::Limits(), [&](const std::string& line) { warnings.push_back(line); });
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_THAT(VersionsOf(*index, "a"), ElementsAre("1.0.2"));
  ASSERT_EQ(warnings.size(), 6u);
  EXPECT_THAT(warnings[0], HasSubstr("empty entry"));
  EXPECT_THAT(warnings[1], HasSubstr("\"../../etc/passwd\" is invalid"));
  EXPECT_EQ(index->Find("empty", "").status().message(), "no chart version found");
}

TEST(Index, RefusesWhatIsNone) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "empty index.yaml file"},
      {"entries: {}\n", "no API version specified"},
      {"<html><body>Not found</body></html>\n", "no API version specified"},
      {"apiVersion: v1\nentries: [1]\n", "not a map"},
      {"apiVersion: v1\nentries:\n  a: 1\n", "cannot unmarshal"},
      {"apiVersion: v1\nentries:\n  a:\n  - name: [x]\n", "cannot unmarshal"},
      {"apiVersion: [", "yaml"},
  };
  for (const auto& [text, why] : kCases) {
    const auto index = Index::Parse(text, chart::Limits(), nullptr);
    EXPECT_TRUE(absl::IsInvalidArgument(index.status())) << text;
    EXPECT_THAT(index.status().message(), HasSubstr(why)) << text;
  }
}

TEST(ChartName, MayStandInAPath) {
  for (const char* name : {"a", "nginx-ingress", "x_y.z", "0ad", "UPPER"})
    EXPECT_TRUE(IsChartName(name)) << name;
  for (const char* name : {"", ".", "..", ".x", "-x", "a/b", "a b", "a\n", "ä", "a%2fb"}) {
    EXPECT_FALSE(IsChartName(name)) << name;
  }
  EXPECT_FALSE(IsChartName(std::string(251, 'a')));
}

}  // namespace
}  // namespace devstats::chartsource
