#include "coordinator/release/engine/cluster_lookup.h"

#include "coordinator/chart/data/json.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::release {
namespace {

class ClusterLookupTest : public testing::Test {
 protected:
  ClusterLookupTest() {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"metadata", {{"name", "key"}, {"namespace", "default"}}},
                {"data", {{"k", "dg=="}}},
                {"n", 5},
                {"f", 1.5},
                {"large", 18446744073709551615ull},
                {"list", {true, nullptr, "x"}}});
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"metadata", {{"name", "other"}, {"namespace", "kube-system"}}}});
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", "node-1"}}}});
  }
  std::string Get(absl::string_view api_version, absl::string_view kind, absl::string_view name_space,
                  absl::string_view name) {
    const auto found = lookup_.Get(api_version, kind, name_space, name);
    return found.ok() ? *chart::WriteJson(*found) : std::string(found.status().message());
  }
  // The names in a list.
  std::vector<std::string> Names(absl::string_view kind, absl::string_view name_space) {
    const auto list = lookup_.Get("v1", kind, name_space, "");
    std::vector<std::string> names;
    for (const chart::Value& item : list->Find("items")->list())
      names.emplace_back(item.Find("metadata")->Find("name")->text());
    return names;
  }

  kube::FakeKube kube_;
  ClusterLookup lookup_{&kube_};
};

TEST_F(ClusterLookupTest, AnObjectWithGoTypes) {
  const auto found = lookup_.Get("v1", "Secret", "default", "key");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->Find("data")->Find("k")->text(), "dg==");
  EXPECT_EQ(chart::TypeName(*found->Find("n")), "int64");
  EXPECT_EQ(chart::TypeName(*found->Find("f")), "float64");
  EXPECT_EQ(chart::TypeName(*found->Find("large")), "float64");
  EXPECT_EQ(*chart::WriteJson(*found->Find("list")), R"([true,null,"x"])");
  EXPECT_EQ(found->type(), &chart::types::kMap);
}

TEST_F(ClusterLookupTest, WhatIsNotThereIsAnEmptyMap) {
  EXPECT_EQ(Get("v1", "Secret", "default", "absent"), "{}");
  EXPECT_EQ(Get("v1", "Secret", "absent", "key"), "{}");
  EXPECT_EQ(Get("v1", "Secret", "", "key"), "{}");  // a namespaced kind without its namespace
  EXPECT_EQ(Get("v1", "Nonsense", "default", "key"), "{}");
}

TEST_F(ClusterLookupTest, AGroupThatTheServerLacksIsHelmsError) {
  EXPECT_EQ(Get("acme.io/v1", "Thing", "default", "key"),
            "unable to get apiresource from unstructured: acme.io/v1, Kind=Thing: the server could not find "
            "the requested resource");
}

TEST_F(ClusterLookupTest, Lists) {
  EXPECT_EQ(Names("Secret", "default"), std::vector<std::string>{"key"});
  EXPECT_EQ(Names("Secret", ""), (std::vector<std::string>{"key", "other"}));
  EXPECT_EQ(Names("Secret", "absent"), std::vector<std::string>{});
  EXPECT_EQ(Names("Node", "default"), std::vector<std::string>{"node-1"});  // has no namespace
  EXPECT_EQ(lookup_.Get("v1", "Secret", "", "")->Find("kind")->text(), "SecretList");
}

TEST_F(ClusterLookupTest, AServerThatIsAwayIsAnError) {
  kube_.down = absl::UnavailableError("no route");
  EXPECT_EQ(Get("v1", "Secret", "default", "key"), "no route");
}

TEST_F(ClusterLookupTest, NestingIsBounded) {
  Json deep = "x";
  for (int i = 0; i < 1200; ++i) deep = Json::array({std::move(deep)});
  kube_.Seed({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", "deep"}}}, {"deep", deep}});
  EXPECT_EQ(Get("v1", "Node", "", "deep"), "the object nests deeper than 1,000 levels");
}

}  // namespace
}  // namespace devstats::release
