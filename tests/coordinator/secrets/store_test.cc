#include "coordinator/secrets/store.h"

#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/paths.h"
#include "coordinator/secrets/schema.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::secrets {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kValue[] = "correct horse battery staple";

class StoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Opened() const {
    EXPECT_TRUE(MakeFolders(paths_.state, 0700).ok());
    return *Database::Open(paths_.Database(), {Schema()});
  }
  Store Again() { return Store(db_.get(), paths_.SecretsKey(), &clock_); }
  void Must(const absl::StatusOr<Entry>& entry) { ASSERT_TRUE(entry.ok()) << entry.status(); }
  std::string ValueOf(const std::string& name) {
    auto value = store_.Get(name);
    EXPECT_TRUE(value.ok()) << value.status();
    return value.ok() ? value->Reveal() : "";
  }
  void Sql(const std::string& sql) { ASSERT_TRUE(db_->Run(sql).ok()) << sql; }

  TempDir dir_;
  const coordinator::Paths paths_{dir_ / "state", dir_ / "run"};
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  std::unique_ptr<Database> db_ = Opened();
  Store store_{db_.get(), paths_.SecretsKey(), &clock_};
};

TEST_F(StoreTest, KeepsAndGivesBackByName) {
  Must(store_.Set("registry", Secret(kValue)));
  Must(store_.Set("other.registry-2", Secret("x")));
  EXPECT_EQ(ValueOf("registry"), kValue);
  EXPECT_EQ(Again().Get("other.registry-2")->Reveal(), "x");  // after a restart
}

TEST_F(StoreTest, ListsNamesMacsAndTimesButNoValues) {
  EXPECT_TRUE(store_.List()->empty());
  Must(store_.Set("b", Secret(kValue)));
  clock_.Advance(absl::Seconds(5));
  Must(store_.Set("a", Secret(kValue)));
  Must(store_.Set("c", Secret("another")));
  const auto list = *store_.List();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].name, "a");
  EXPECT_EQ(list[0].changed, clock_.Now());
  EXPECT_EQ(list[1].changed, clock_.Now() - absl::Seconds(5));
  EXPECT_THAT(list[0].mac, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(list[0].mac, list[1].mac);  // equal values, whatever their names
  EXPECT_NE(list[0].mac, list[2].mac);
  EXPECT_EQ(*store_.Mac("a"), list[0].mac);
  EXPECT_EQ(*store_.MacOfValue(Secret(kValue)), list[0].mac);
}

TEST_F(StoreTest, SealsWhatIsKeptElsewhere) {
  const auto sealed = store_.SealValue("release upgrade a/b", Secret(kValue));
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  EXPECT_THAT(*sealed, Not(HasSubstr(kValue)));
  EXPECT_EQ(Again().OpenValue("release upgrade a/b", *sealed)->Reveal(), kValue);
  EXPECT_TRUE(absl::IsDataLoss(store_.OpenValue("release upgrade a/c", *sealed).status()));
  EXPECT_TRUE(absl::IsDataLoss(store_.OpenValue("release upgrade a/b", "").status()));
  EXPECT_EQ(*store_.MacOfValue(Secret("x")), *Again().MacOfValue(Secret("x")));
  EXPECT_TRUE(store_.List()->empty());
}

TEST_F(StoreTest, SettingAgainReplaces) {
  Must(store_.Set("a", Secret("old")));
  const std::string mac = *store_.Mac("a");
  Must(store_.Set("a", Secret("new")));
  EXPECT_EQ(ValueOf("a"), "new");
  EXPECT_NE(*store_.Mac("a"), mac);
  EXPECT_EQ(store_.List()->size(), 1u);
}

TEST_F(StoreTest, WhatIsNotSetIsToldWithWhatToDo) {
  const absl::Status status = store_.Get("registry").status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(status.message(), "the secret registry is not set");
  EXPECT_EQ(HintOf(status), "devstatsctl secret set registry");
  EXPECT_TRUE(absl::IsNotFound(store_.Delete("registry")));
  Must(store_.Set("registry", Secret("x")));
  EXPECT_TRUE(store_.Delete("registry").ok());
  EXPECT_TRUE(absl::IsNotFound(store_.Mac("registry").status()));
}

TEST_F(StoreTest, NamesAndValuesHaveLimits) {
  for (const char* name : {"", "A", "-a", ".a", "a_b", "a b", "a/b"})
    EXPECT_TRUE(absl::IsInvalidArgument(store_.Set(name, Secret("x")).status())) << name;
  EXPECT_TRUE(absl::IsInvalidArgument(store_.Set(std::string(64, 'a'), Secret("x")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_.Set("a", Secret("")).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(store_.Set("a", Secret(std::string(kMaxSecretBytes + 1, 'x'))).status()));
  EXPECT_FALSE(Exists(paths_.SecretsKey()));  // what is refused changes nothing
  Must(store_.Set(std::string(63, 'a'), Secret(std::string(kMaxSecretBytes, 'x'))));
}

TEST_F(StoreTest, ThereAreAtMostAThousand) {
  Must(store_.Set("first", Secret("x")));
  Sql(absl::StrCat("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ", kMaxSecrets,
                   ") INSERT INTO secrets SELECT 'n' || i, '', 0 FROM n"));
  EXPECT_TRUE(absl::IsResourceExhausted(store_.Set("one-more", Secret("x")).status()));
  Must(store_.Set("first", Secret("y")));  // one that is there may still change
}

TEST_F(StoreTest, TheKeyIsMadeOnceAndForRootAlone) {
  EXPECT_FALSE(Exists(paths_.SecretsKey()));
  Must(store_.Set("a", Secret("x")));
  struct stat st {};
  ASSERT_EQ(::stat(paths_.SecretsKey().c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
  EXPECT_EQ(st.st_size, 32);
  const std::string key = *ReadFile(paths_.SecretsKey());
  Must(store_.Set("b", Secret("x")));
  EXPECT_TRUE(store_.Delete("a").ok());
  EXPECT_EQ(*ReadFile(paths_.SecretsKey()), key);
}

TEST_F(StoreTest, ThoseWhoComeFirstTogetherShareOneKey) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this, i] { Must(store_.Set(absl::StrCat("s", i), Secret(absl::StrCat("v", i)))); });
  for (std::thread& t : threads) t.join();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ValueOf(absl::StrCat("s", i)), absl::StrCat("v", i));
}

TEST_F(StoreTest, ALostKeyIsToldAndNeverMadeAgain) {
  EXPECT_TRUE(store_.Check().ok());
  Must(store_.Set("a", Secret("x")));
  Must(store_.Set("b", Secret("y")));
  const std::string key = *ReadFile(paths_.SecretsKey());
  ASSERT_TRUE(RemoveFile(paths_.SecretsKey()).ok());
  for (const absl::Status& status :
       {store_.Get("a").status(), store_.Set("a", Secret("z")).status(),
        store_.Set("c", Secret("z")).status(), store_.List().status(), store_.Check()}) {
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_EQ(status.message(),
              absl::StrCat(paths_.SecretsKey(), ", the key of secrets, is missing; sealed with it: a, b"));
    EXPECT_THAT(HintOf(status), HasSubstr("from a backup"));
  }
  EXPECT_FALSE(Exists(paths_.SecretsKey()));
  ASSERT_TRUE(WriteFileAtomic(paths_.SecretsKey(), key, {.mode = 0600}).ok());  // put back
  EXPECT_EQ(ValueOf("b"), "y");
}

TEST_F(StoreTest, WithoutItsKeyWhatIsLostCanBeDeletedAndSetAnew) {
  Must(store_.Set("a", Secret("x")));
  ASSERT_TRUE(RemoveFile(paths_.SecretsKey()).ok());
  EXPECT_TRUE(store_.Delete("a").ok());
  Must(store_.Set("a", Secret("y")));
  EXPECT_EQ(ValueOf("a"), "y");
}

TEST_F(StoreTest, AnotherKeyOpensNothing) {
  Must(store_.Set("a", Secret("x")));
  ASSERT_TRUE(WriteFileAtomic(paths_.SecretsKey(), std::string(32, 'k')).ok());
  const absl::Status status = store_.Get("a").status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the secret a cannot be opened"));
  EXPECT_THAT(HintOf(status), HasSubstr(paths_.SecretsKey()));
  EXPECT_TRUE(absl::IsDataLoss(store_.List().status()));
}

TEST_F(StoreTest, AFileThatIsNoKeyIsLeftAlone) {
  for (const std::string& text :
       {std::string(), std::string("short"), std::string(33, 'k'), std::string(1000, 'k')}) {
    ASSERT_TRUE(WriteFileAtomic(paths_.SecretsKey(), text).ok());
    const absl::Status status = store_.Set("a", Secret("x")).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("is not the key of secrets"));
    EXPECT_EQ(*ReadFile(paths_.SecretsKey()), text);
  }
}

TEST_F(StoreTest, ARowThatWasMovedToAnotherNameIsRefused) {
  Must(store_.Set("cheap", Secret("x")));
  Must(store_.Set("dear", Secret("y")));
  Sql("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE name = 'dear') WHERE name = 'cheap'");
  EXPECT_TRUE(absl::IsDataLoss(store_.Get("cheap").status()));
  Sql("UPDATE secrets SET name = 'new' WHERE name = 'dear'");
  EXPECT_TRUE(absl::IsDataLoss(store_.Get("new").status()));
}

TEST_F(StoreTest, AChangedValueIsRefused) {
  Must(store_.Set("a", Secret(kValue)));
  const std::string sealed = AsText((*db_->Run("SELECT sealed FROM secrets"))[0][0]);
  for (const std::string& bad :
       {std::string(), std::string("not base64!"), sealed.substr(4), sealed + sealed}) {
    Sql(absl::StrCat("UPDATE secrets SET sealed = '", bad, "'"));
    EXPECT_TRUE(absl::IsDataLoss(store_.Get("a").status())) << bad;
  }
  Must(store_.Set("a", Secret("anew")));
  EXPECT_EQ(ValueOf("a"), "anew");
}

TEST_F(StoreTest, NothingOfTheValueIsInAnyFile) {
  Must(store_.Set("a", Secret(kValue)));
  Must(store_.Set("a", Secret(std::string("before ") + kValue)));
  Must(store_.Set("b", Secret(kValue)));
  ASSERT_TRUE(store_.Delete("b").ok());
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(paths_.state)) {
    ++files;
    EXPECT_THAT(*ReadFile(entry.path()), Not(HasSubstr("horse"))) << entry.path();
  }
  EXPECT_GE(files, 2);  // the database, its log, the key
}

}  // namespace
}  // namespace devstats::secrets
