#include "coordinator/release/record/storage.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/coordinator/release/helm_records.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = std::map<std::string, std::string>;

// Text that does not become smaller.
std::string Noise(size_t size) {
  std::string out;
  uint64_t x = size;
  while (out.size() < size)
    out +=
        absl::BytesToHexString(std::string(1, static_cast<char>((x = x * 6364136223846793005u + 1) >> 56)));
  return out;
}

class StorageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"shop", "other"})
      kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  }
  static Release Make(const std::string& name, int revision, ReleaseStatus status,
                      const std::string& name_space = "shop") {
    Release out{.name = name, .name_space = name_space, .revision = revision};
    out.info.status = status;
    out.info.first_deployed = absl::FromUnixSeconds(1'700'000'000);
    out.chart =
        R"({"metadata":{"name":"c","version":"1"},"templates":[{"name":"t","data":"eHh4"}],"files":null})";
    out.manifest = "kind: x";
    return out;
  }
  // A release with so much that does not become smaller, in its chart's texts and in its manifest.
  static Release Large(int revision, size_t texts, size_t manifest) {
    Release out = Make("large", revision, ReleaseStatus::kPendingInstall);
    out.chart = absl::StrCat(R"({"metadata":{"name":"c","version":"1"},"templates":[{"name":"t","data":")",
                             Noise(texts), R"("}]})");
    out.manifest = Noise(manifest);
    return out;
  }
  Json Secret(const std::string& name, const std::string& name_space = "shop") {
    auto found = kube_.Get({"v1", "Secret", name_space, name});
    return found.ok() ? *found : Json();
  }
  std::vector<std::string> Secrets(const std::string& selector = "") {
    std::vector<std::string> out;
    const auto list = kube_.List({"v1", "Secret", "shop", selector});
    for (const Json& secret : list->items) out.push_back(kube::TextAt(secret, {"metadata", "name"}));
    return out;
  }
  std::vector<int> Numbers(const std::string& name = "store") {
    std::vector<int> out;
    const auto heads = storage_.Revisions({name, "shop"});
    EXPECT_TRUE(heads.ok()) << heads.status();
    for (const RevisionHead& head : *heads) out.push_back(head.revision);
    return out;
  }
  void Store(int revision, ReleaseStatus status) {
    ASSERT_EQ(storage_.Create(Make("store", revision, status)), absl::OkStatus());
  }
  std::vector<std::string> List(const ListFilter& filter) {
    skipped_.clear();
    const auto list = storage_.List(filter, [this](const std::string& text) { skipped_.push_back(text); });
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<std::string> out;
    for (const Release& r : *list) out.push_back(absl::StrCat(r.key().Text(), " ", r.revision));
    return out;
  }

  kube::FakeKube kube_;
  kube::FaultyClient faulty_{&kube_};
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const chart::Limits limits_;
  Storage storage_{&faulty_, &clock_, &limits_};
  std::vector<std::string> skipped_;
};

TEST_F(StorageTest, WritesTheSecretsOfHelm) {
  Release release = Make("store", 1, ReleaseStatus::kPendingInstall);
  release.labels = {{"team", "web"}, {"owner", "me"}, {"modifiedAt", "1"}};
  release.annotations = {{"devstats.io/inputs", "x"}};
  ASSERT_EQ(storage_.Create(release), absl::OkStatus());
  Json secret = Secret("sh.helm.release.v1.store.v1");
  EXPECT_EQ(secret["type"], "helm.sh/release.v1");
  EXPECT_EQ(secret["metadata"]["labels"], (Json{{"createdAt", "1800000000"},
                                                {"name", "store"},
                                                {"owner", "helm"},
                                                {"status", "pending-install"},
                                                {"team", "web"},
                                                {"version", "1"}}));
  EXPECT_EQ(secret["metadata"]["annotations"], (Json{{"devstats.io/inputs", "x"}}));
  clock_.Advance(absl::Seconds(5));
  release.info.status = ReleaseStatus::kDeployed;
  release.annotations.clear();
  ASSERT_EQ(storage_.Update(release), absl::OkStatus());
  secret = Secret("sh.helm.release.v1.store.v1");
  EXPECT_EQ(secret["metadata"]["labels"], (Json{{"modifiedAt", "1800000005"},
                                                {"name", "store"},
                                                {"owner", "helm"},
                                                {"status", "deployed"},
                                                {"team", "web"},
                                                {"version", "1"}}));
  EXPECT_FALSE(secret["metadata"].contains("annotations"));
  const auto read = storage_.Get({"store", "shop"}, 1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ToRecordJson(*read), ToRecordJson(release));
  EXPECT_EQ(read->labels, (Texts{{"team", "web"}}));
}

TEST_F(StorageTest, ReadsWhatHelmWrote) {
  const auto records = HelmRecords(DEVSTATS_HELM_RECORDS);
  for (const HelmRecord& record : records) kube_.Seed(record.object);
  for (const HelmRecord& record : records) {
    const auto head = FromRecordJson(record.json, limits_);
    const auto release = storage_.Get(head->key(), head->revision);
    ASSERT_TRUE(release.ok()) << release.status();
    EXPECT_EQ(ToRecordJson(*release), record.json);
  }
  const auto heads = storage_.Revisions({"store", "shop"});
  ASSERT_EQ(heads->size(), 5u);
  EXPECT_EQ(heads->back().revision, 5);
  EXPECT_EQ(heads->back().status, ReleaseStatus::kDeployed);
  EXPECT_EQ(heads->back().labels, (Texts{{"team", "web"}, {"tier", "front"}}));
  EXPECT_EQ(heads->back().written, absl::FromUnixSeconds(1795344293));
  EXPECT_EQ((*storage_.Last({"store", "shop"}))->revision, 5);
  EXPECT_THAT(List({}), ElementsAre("shop/gone 1", "shop/many 1", "shop/store 5", "shop/stuck 1"));
}

TEST_F(StorageTest, FindsTheNewest) {
  EXPECT_FALSE(storage_.Last({"store", "shop"})->has_value());
  const absl::Status none = storage_.Get({"store", "shop"}, 1).status();
  EXPECT_TRUE(absl::IsNotFound(none));
  EXPECT_EQ(none.message(), "release: not found");
  for (int i = 1; i <= 9; ++i) Store(i, ReleaseStatus::kSuperseded);
  Store(10, ReleaseStatus::kDeployed);
  Store(11, ReleaseStatus::kFailed);
  ASSERT_EQ(storage_.Create(Make("stores", 20, ReleaseStatus::kDeployed)), absl::OkStatus());
  ASSERT_EQ(storage_.Create(Make("store", 30, ReleaseStatus::kDeployed, "other")), absl::OkStatus());
  EXPECT_THAT(Numbers(), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_EQ((*storage_.Last({"store", "shop"}))->revision, 11);
}

TEST_F(StorageTest, TakesTheTimeOfTheServerWhereLabelsHaveNone) {
  Store(1, ReleaseStatus::kDeployed);
  Json secret = Secret("sh.helm.release.v1.store.v1");
  secret["metadata"]["labels"].erase("createdAt");
  secret["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z";
  secret["metadata"]["managedFields"] = Json::array({{{"time", "2026-01-02T00:00:00Z"}}, {{"time", 1}}});
  ASSERT_TRUE(kube_.Update(secret).ok());
  EXPECT_EQ(storage_.Revisions({"store", "shop"})->at(0).written,
            absl::FromCivil(absl::CivilDay(2026, 1, 2), absl::UTCTimeZone()));
}

TEST_F(StorageTest, NeverWritesOverAnotherRevisionOfThatNumber) {
  const Release release = Make("store", 1, ReleaseStatus::kPendingInstall);
  faulty_.LoseAnswer(0);
  EXPECT_TRUE(absl::IsUnavailable(storage_.Create(release)));
  EXPECT_EQ(storage_.Create(release), absl::OkStatus());  // it is there
  Release other = release;
  other.manifest = "kind: y";
  const absl::Status refused = storage_.Create(other);
  EXPECT_TRUE(absl::IsAlreadyExists(refused));
  EXPECT_EQ(refused.message(), "revision 1 of shop/store is there already, with something else in it");
  EXPECT_EQ(storage_.Get({"store", "shop"}, 1)->manifest, "kind: x");
}

TEST_F(StorageTest, SaysWhatIsMissing) {
  const absl::Status no_space = storage_.Create(Make("a", 1, ReleaseStatus::kDeployed, "nowhere"));
  EXPECT_TRUE(absl::IsNotFound(no_space));
  EXPECT_THAT(std::string(no_space.message()), HasSubstr("namespaces \"nowhere\" not found"));
  EXPECT_THAT(HintOf(no_space), HasSubstr("--create-namespace"));
  EXPECT_TRUE(absl::IsNotFound(storage_.Update(Make("store", 1, ReleaseStatus::kDeployed))));
  EXPECT_EQ(storage_.Delete({"store", "shop"}, 1), absl::OkStatus());
  faulty_.Fail(faulty_.calls(), absl::PermissionDeniedError("no"));
  EXPECT_THAT(std::string(storage_.Revisions({"store", "shop"}).status().message()),
              HasSubstr("the records of shop/store: "));
}

TEST_F(StorageTest, LeavesTheTextsOutOfWhatIsTooLarge) {
  const Release large = Large(1, 1'500'000, 10'000);
  ASSERT_EQ(storage_.Create(large), absl::OkStatus());
  EXPECT_THAT(Secrets(), ElementsAre("sh.helm.release.v1.large.v1"));
  const auto read = storage_.Get(large.key(), 1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->chart, R"({"metadata":{"name":"c","version":"1"},"templates":[{"name":"t","data":""}]})");
  EXPECT_EQ(read->manifest, large.manifest);
}

TEST_F(StorageTest, PutsTheRestIntoParts) {
  const Release large = Large(1, 200'000, 2'500'000);
  ASSERT_EQ(storage_.Create(large), absl::OkStatus());
  EXPECT_EQ(Secrets("owner=devstats").size(), 2u);
  for (const std::string& name : Secrets()) {
    const Json secret = Secret(name);
    std::string value;
    ASSERT_TRUE(absl::Base64Unescape(secret["data"].begin()->get<std::string>(), &value));
    EXPECT_LE(value.size(), kMaxSecretBytes);
    EXPECT_EQ(secret["type"],
              name == "sh.helm.release.v1.large.v1" ? "helm.sh/release.v1" : "devstats.io/release-part.v1");
  }
  const auto read = storage_.Get(large.key(), 1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->manifest, large.manifest);
  EXPECT_THAT(List({}), ElementsAre("shop/large 1"));
  EXPECT_EQ(storage_.Create(large), absl::OkStatus());  // the same once more
  EXPECT_TRUE(absl::IsAlreadyExists(storage_.Create(Large(1, 200'000, 2'500'002))));
  EXPECT_EQ(storage_.Get(large.key(), 1)->manifest, large.manifest);
  EXPECT_EQ(Secrets("owner=devstats").size(), 2u);
}

TEST_F(StorageTest, APartsRecordIsReplacedAtOnceAndLeavesNothing) {
  Release large = Large(1, 200'000, 2'500'000);
  ASSERT_EQ(storage_.Create(large), absl::OkStatus());
  const auto before = Secrets("owner=devstats");
  large.info.status = ReleaseStatus::kDeployed;
  faulty_.Fail(faulty_.calls() + 2, absl::UnavailableError("cut"));  // between the parts and the record
  EXPECT_TRUE(absl::IsUnavailable(storage_.Update(large)));
  EXPECT_EQ(Secrets("owner=devstats").size(), 4u);
  EXPECT_EQ(storage_.Get(large.key(), 1)->info.status, ReleaseStatus::kPendingInstall);
  ASSERT_EQ(storage_.Update(large), absl::OkStatus());
  EXPECT_EQ(storage_.Get(large.key(), 1)->info.status, ReleaseStatus::kDeployed);
  const auto after = Secrets("owner=devstats");
  EXPECT_EQ(after.size(), 2u);
  EXPECT_NE(after, before);
  ASSERT_EQ(storage_.Delete(large.key(), 1), absl::OkStatus());
  EXPECT_THAT(Secrets(), IsEmpty());
}

TEST_F(StorageTest, OrphanedPartsGoWithTheNextWriteOfTheirRevision) {
  const auto cut = [&](size_t size) {
    faulty_.Fail(faulty_.calls() + 2, absl::UnavailableError("cut"));
    EXPECT_TRUE(absl::IsUnavailable(storage_.Create(Large(1, 200'000, size))));
    EXPECT_EQ(Secrets("owner=devstats").size(), 2u);
  };
  cut(2'500'000);
  ASSERT_EQ(storage_.Create(Large(2, 0, 1'200'000)), absl::OkStatus());
  EXPECT_EQ(Secrets("owner=devstats").size(), 2u);  // not this one's
  ASSERT_EQ(storage_.Create(Large(1, 0, 1'200'000)), absl::OkStatus());
  EXPECT_THAT(Secrets("owner=devstats"), IsEmpty());
  ASSERT_EQ(storage_.Delete({"large", "shop"}, 1), absl::OkStatus());
  cut(2'500'002);
  ASSERT_EQ(storage_.Delete({"large", "shop"}, 1), absl::OkStatus());
  EXPECT_THAT(Secrets("owner=devstats"), IsEmpty());
}

TEST_F(StorageTest, ASmallRecordCostsOneRequest) {
  Store(1, ReleaseStatus::kPendingInstall);
  EXPECT_EQ(faulty_.calls(), 1);
  ASSERT_EQ(storage_.Update(Make("store", 1, ReleaseStatus::kDeployed)), absl::OkStatus());
  EXPECT_EQ(faulty_.calls(), 2);
}

TEST_F(StorageTest, ADeletionThatWasCutIsFinishedByTheNext) {
  ASSERT_EQ(storage_.Create(Large(1, 200'000, 2'500'000)), absl::OkStatus());
  faulty_.Fail(faulty_.calls() + 2, absl::UnavailableError("cut"));  // record, list, first part
  EXPECT_TRUE(absl::IsUnavailable(storage_.Delete({"large", "shop"}, 1)));
  ASSERT_EQ(storage_.Delete({"large", "shop"}, 1), absl::OkStatus());
  EXPECT_THAT(Secrets(), IsEmpty());
}

TEST_F(StorageTest, RefusesWhatItCouldNotReadAgain) {
  chart::Limits limits;
  limits.document_bytes = 1000;
  Storage storage(&kube_, &clock_, &limits);
  const absl::Status refused = storage.Create(Large(1, 0, 2000));
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("the record of shop/large has "));
  EXPECT_THAT(Secrets(), IsEmpty());
}

TEST_F(StorageTest, RefusesRecordsThatAreNone) {
  ASSERT_EQ(storage_.Create(Large(7, 200'000, 2'500'000)), absl::OkStatus());
  const std::string part = Secrets("owner=devstats")[1];
  const auto error = [&](const std::string& name, int revision) {
    const absl::Status status = storage_.Get({name, "shop"}, revision).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    return std::string(status.message());
  };
  Json secret = Secret(part);
  secret["data"]["part"] = "eHh4";
  ASSERT_TRUE(kube_.Update(secret).ok());
  EXPECT_EQ(error("large", 7), "Secret shop/sh.helm.release.v1.large.v7: its parts do not belong together");
  ASSERT_TRUE(kube_.Delete({"v1", "Secret", "shop", part}, {}).ok());
  EXPECT_THAT(error("large", 7), HasSubstr("its part Secret shop/" + part + " is missing"));

  Store(1, ReleaseStatus::kDeployed);
  Json good = Secret("sh.helm.release.v1.store.v1");
  good["metadata"].erase("resourceVersion");
  const auto with = [&](const std::string& data) {
    Json changed = good;
    changed["data"] = data.empty() ? Json() : Json{{"release", absl::Base64Escape(data)}};
    EXPECT_TRUE(kube_.Update(changed).ok());
    return error("store", 1);
  };
  EXPECT_THAT(with(""), HasSubstr("store.v1: no data.release"));
  EXPECT_THAT(with("*"), HasSubstr("store.v1: illegal base64 data"));
  EXPECT_THAT(with(absl::Base64Escape("{}")), HasSubstr("store.v1: release record: no name"));
  EXPECT_THAT(with("{\"parts\":[3]}"), HasSubstr("store.v1: the index of its parts cannot be read"));
  EXPECT_THAT(with("{\"parts\":"), HasSubstr("store.v1: the index of its parts cannot be read"));
  EXPECT_THAT(with(absl::Base64Escape(R"({"name":"store","version":1,"namespace":"prod"})")),
              HasSubstr("store.v1: it holds revision 1 of prod/store"));
  EXPECT_THAT(List({}), IsEmpty());
  EXPECT_EQ(skipped_.size(), 2u);
}

TEST_F(StorageTest, ListsTheNewestOfEachRelease) {
  for (int i = 1; i <= 3; ++i) Store(i, ReleaseStatus::kSuperseded);
  Store(4, ReleaseStatus::kDeployed);
  Store(5, ReleaseStatus::kFailed);
  ASSERT_EQ(storage_.Create(Make("a", 1, ReleaseStatus::kUninstalled, "other")), absl::OkStatus());
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata", {{"name", "x"}, {"namespace", "shop"}, {"labels", {{"owner", "helm"}}}}}});
  const int before = faulty_.calls();
  EXPECT_THAT(List({}), ElementsAre("other/a 1", "shop/store 5"));
  EXPECT_EQ(faulty_.calls() - before, 1);
  EXPECT_THAT(List({.name_space = "other"}), ElementsAre("other/a 1"));
  EXPECT_THAT(List({.name_space = "shop", .superseded = true}),
              ElementsAre("shop/store 1", "shop/store 2", "shop/store 3", "shop/store 4", "shop/store 5"));
  EXPECT_THAT(skipped_, IsEmpty());
}

TEST_F(StorageTest, ListsByTheLabelsOfTheNewest) {
  Release labelled = Make("store", 1, ReleaseStatus::kFailed);
  labelled.labels = {{"team", "web"}};
  ASSERT_EQ(storage_.Create(labelled), absl::OkStatus());
  EXPECT_THAT(List({.selector = "team=web"}), ElementsAre("shop/store 1"));
  EXPECT_THAT(List({.selector = "team!=web"}), IsEmpty());
  Store(2, ReleaseStatus::kDeployed);
  EXPECT_THAT(List({.selector = "team=web"}), IsEmpty());
  EXPECT_THAT(List({.selector = "team!=web"}), ElementsAre("shop/store 2"));
}

TEST_F(StorageTest, ReadsOneByOneWhatIsTooMuchAtOnce) {
  Store(1, ReleaseStatus::kDeployed);
  ASSERT_EQ(storage_.Create(Make("a", 1, ReleaseStatus::kDeployed)), absl::OkStatus());
  faulty_.Fail(faulty_.calls(), absl::ResourceExhaustedError("the answer is larger than allowed"));
  EXPECT_THAT(List({}), ElementsAre("shop/a 1", "shop/store 1"));
}

TEST_F(StorageTest, TrimsTheOldest) {
  for (int i = 1; i <= 5; ++i) Store(i, i == 2 ? ReleaseStatus::kDeployed : ReleaseStatus::kFailed);
  ASSERT_EQ(storage_.Trim({"store", "shop"}, 0), absl::OkStatus());
  ASSERT_EQ(storage_.Trim({"store", "shop"}, 6), absl::OkStatus());
  EXPECT_THAT(Numbers(), ElementsAre(1, 2, 3, 4, 5));
  ASSERT_EQ(storage_.Trim({"store", "shop"}, 4), absl::OkStatus());
  EXPECT_THAT(Numbers(), ElementsAre(2, 4, 5));
  ASSERT_EQ(storage_.Trim({"store", "shop"}, 1), absl::OkStatus());
  EXPECT_THAT(Numbers(), ElementsAre(2));
}

}  // namespace
}  // namespace devstats::release
