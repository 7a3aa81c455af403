#include "coordinator/spec/schema.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/spec/os.h"
#include "coordinator/spec/reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::HasSubstr;

// What the reader says of a value of this key, or empty.
std::string Verdict(const Key& key, const char* yaml) {
  auto node = ParseYaml(yaml, "value");
  if (!node.ok()) return std::string(node.status().message());
  Report report("value");
  Places places;
  Value value;
  ReadValue(key, *node, key.path, value, places, report);
  return std::string(report.status().message());
}

TEST(Schema, PathsAreUniqueAndFollowTheirParents) {
  std::set<std::string> seen = {""};
  std::set<std::string> paths;
  for (const Key& key : AllKeys()) {
    EXPECT_TRUE(paths.insert(key.path).second) << key.path << " twice";
    const std::string path = key.path;
    const size_t dot = path.rfind('.');
    EXPECT_TRUE(seen.contains(dot == path.npos ? "" : path.substr(0, dot + 1)))
        << key.path << " has no parent before it";
    if (key.IsSection()) seen.insert(key.ChildPrefix());
  }
}

TEST(Schema, EveryKeySaysWhatItIsAndHasAnExample) {
  for (const Key& key : AllKeys()) {
    EXPECT_GT(std::string(key.meaning).size(), 10u) << key.path;
    EXPECT_TRUE(absl::EndsWith(key.meaning, ".")) << key.path;
    if (!key.IsSection()) {
      ASSERT_NE(key.example, nullptr) << key.path;
      EXPECT_NE(key.set, nullptr) << key.path;
      EXPECT_EQ(Verdict(key, key.example), "") << key.path;
    }
    EXPECT_TRUE(key.type != Type::kNumber || key.min < key.max) << key.path;
    EXPECT_TRUE(key.type != Type::kTextMap || key.key_grammar) << key.path;
  }
}

TEST(Schema, EveryDefaultMayBeWritten) {
  for (const Key& key : AllKeys()) {
    if (!key.fallback) continue;
    EXPECT_EQ(Verdict(key, key.fallback), "") << key.path;
    EXPECT_FALSE(key.required) << key.path << ": a key that must be given needs no default";
  }
}

TEST(Schema, EveryTextIsHeldByAGrammarOrChoices) {
  for (const Key& key : AllKeys()) {
    const bool text = key.type == Type::kText || key.type == Type::kTextList || key.type == Type::kTextMap;
    EXPECT_TRUE(!text || key.grammar || key.choices) << key.path;
  }
}

TEST(Schema, TheVersionsItTellsAreThoseThatAreChecked) {
  for (const Key& key : AllKeys()) {
    if (std::string(key.path) != "kubernetes.version") continue;
    EXPECT_THAT(key.meaning, HasSubstr(absl::StrCat("1.", kOldestKubernetes, " to 1.", kNewestKubernetes)));
    return;
  }
  FAIL() << "no key kubernetes.version";
}

TEST(Schema, KeysBelowKnowsTheTree) {
  std::vector<std::string> names;
  for (const Key* key : KeysBelow("os.")) names.push_back(key->Name());
  EXPECT_THAT(names, ::testing::ElementsAre("hostname", "hosts", "swapOff", "modules", "sysctl", "journald"));
  ASSERT_EQ(KeysBelow("contexts.*.").size(), 1u);
  EXPECT_EQ(KeysBelow("contexts.*.")[0]->Name(), "namespace");
  EXPECT_TRUE(KeysBelow("no.").empty());
}

}  // namespace
}  // namespace devstats::spec
