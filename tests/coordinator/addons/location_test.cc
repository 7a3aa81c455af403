#include "coordinator/addons/location.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "tests/coordinator/addons/fixture.h"

namespace devstats::addons {
namespace {

struct Place {
  const char* name;
  const char* charts;     // below `charts:`
  spec::ChartSpec chart;  // as in cluster.yaml
  const char* reference;
  const char* repository;
};

class Location : public ::testing::TestWithParam<Place> {};

TEST_P(Location, IsWhereTheChartIsAskedFor) {
  const auto location =
      LocationOf(GetParam().chart, SpecWith(absl::StrCat("charts: {", GetParam().charts, "}\n")));
  ASSERT_TRUE(location.ok()) << location.status();
  EXPECT_EQ(location->reference, GetParam().reference);
  EXPECT_EQ(location->repository, GetParam().repository);
  EXPECT_EQ(location->version, GetParam().chart.version);
}

constexpr char kShop[] =
    "repositories: [{name: shop, url: 'https://r.example.com'}, {name: reg, url: 'oci://o.example.com/c'}]";

INSTANTIATE_TEST_SUITE_P(
    Addons, Location,
    ::testing::ValuesIn(std::vector<Place>{
        {"Path", "mirror: /m", {.chart = "/c/web"}, "/c/web", ""},
        {"InARepository",
         "",
         {.chart = "web", .repository = "https://r.example.com", .version = "1.0.0"},
         "web",
         "https://r.example.com"},
        {"NamedRepository", kShop, {.chart = "shop/web", .version = "1.0.0"}, "web", "https://r.example.com"},
        {"NamedRegistry", kShop, {.chart = "reg/web", .version = "1.0.0"}, "oci://o.example.com/c/web", ""},
        {"Registry",
         kShop,
         {.chart = "oci://x.example.com/web", .version = "1.0.0"},
         "oci://x.example.com/web",
         ""},
        {"Url",
         kShop,
         {.chart = "https://x.example.com/web-1.0.0.tgz"},
         "https://x.example.com/web-1.0.0.tgz",
         ""},
        {"MirrorFolder", "mirror: /m", {.chart = "shop/web", .version = "1.0.0"}, "/m/web-1.0.0.tgz", ""},
        {"MirrorFolderOfAUrl",
         "mirror: /m",
         {.chart = "https://x.example.com/a/web-1.0.0.tgz"},
         "/m/web-1.0.0.tgz",
         ""},
        {"MirrorRepository",
         "mirror: 'https://m.example.com/'",
         {.chart = "oci://x.example.com/web", .version = "1.0.0"},
         "web",
         "https://m.example.com/"},
        {"MirrorRepositoryOfAUrl",
         "mirror: 'https://m.example.com'",
         {.chart = "https://x.example.com/a/web-1.0.0.tgz"},
         "https://m.example.com/web-1.0.0.tgz",
         ""},
        {"MirrorRegistry",
         "mirror: 'oci://m.example.com/charts'",
         {.chart = "web", .repository = "https://r.example.com", .version = "1.0.0"},
         "oci://m.example.com/charts/web",
         ""},
    }),
    [](const auto& test) { return test.param.name; });

TEST(LocationErrors, ARegistryHasNoFiles) {
  const absl::Status status = LocationOf({.chart = "https://x.example.com/web-1.0.0.tgz"},
                                         SpecWith("charts: {mirror: 'oci://m.example.com/c'}\n"))
                                  .status();
  EXPECT_EQ(std::string(status.message()),
            "charts.mirror oci://m.example.com/c is a registry, which has no file web-1.0.0.tgz");
  EXPECT_FALSE(HintOf(status).empty());
}

TEST(LocationAuthority, IsForItsRepositoryAlone) {
  spec::ClusterSpec spec;
  spec.chart_repositories = {{.name = "shop", .url = "https://r.example.com/", .ca = "CA"}};
  EXPECT_EQ(LocationOf({.chart = "shop/web", .version = "1.0.0"}, spec)->ca, "CA");
  EXPECT_EQ(LocationOf({.chart = "https://s.example.com/web-1.0.0.tgz"}, spec)->ca, "");
}

TEST(LocationLogin, IsForItsRepositoryAlone) {
  const auto spec = SpecWith(
      "charts: {repositories: [{name: shop, url: 'https://r.example.com/', user: robot, passwordSecret: "
      "pw}]}\n");
  EXPECT_EQ(LocationOf({.chart = "shop/web", .version = "1.0.0"}, spec)->user_secret, "pw");
  EXPECT_EQ(
      LocationOf({.chart = "web", .repository = "https://r.example.com", .version = "1.0.0"}, spec)->user,
      "robot");
  EXPECT_EQ(
      LocationOf({.chart = "web", .repository = "https://s.example.com", .version = "1.0.0"}, spec)->user,
      "");
}

}  // namespace
}  // namespace devstats::addons
