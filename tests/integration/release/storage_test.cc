// Records of releases on a real API server, which has its own mind about sizes, labels and lists.
#include "coordinator/release/record/storage.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "coordinator/kube/api_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/coordinator/release/helm_records.h"
#include "tests/integration/kube/server.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Letters of which each is worth six bits.
std::string Incompressible(size_t size) {
  std::string out;
  uint64_t x = size;
  while (out.size() < size)
    out += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[(x = x * 6364136223846793005u +
                                                                                   1) >>
                                                                              58];
  return out;
}

class RealStorage : public ::testing::Test {
 protected:
  void SetUp() override {
    kube::ApiServer* server = kube::TheApiServer();
    if (!server) GTEST_SKIP() << "no API server here";
    client_ = std::make_unique<kube::ApiClient>(server->access());
    faulty_ = std::make_unique<kube::FaultyClient>(client_.get());
    storage_ = std::make_unique<Storage>(faulty_.get(), &SystemClock(), &limits_);
  }
  void MakeNamespace(const std::string& name) {
    const auto made =
        client_->Apply({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}}, {});
    ASSERT_TRUE(made.ok()) << made.status();
  }
  static Release Make(const ReleaseName& key, int revision, ReleaseStatus status) {
    Release out{.name = key.name, .name_space = key.name_space, .revision = revision};
    out.info.status = status;
    out.info.last_deployed = absl::FromUnixSeconds(1'700'000'000);
    out.chart = R"({"metadata":{"name":"c","version":"1"},"templates":null,"files":null})";
    return out;
  }
  std::vector<std::string> SecretsOf(const std::string& name_space) {
    std::vector<std::string> out;
    const auto list = client_->List({"v1", "Secret", name_space});
    EXPECT_TRUE(list.ok()) << list.status();
    for (const Json& secret : list->items) out.push_back(kube::TextAt(secret, {"metadata", "name"}));
    return out;
  }

  const chart::Limits limits_;
  std::unique_ptr<kube::ApiClient> client_;
  std::unique_ptr<kube::FaultyClient> faulty_;
  std::unique_ptr<Storage> storage_;
};

TEST_F(RealStorage, KeepsTheLifeOfARelease) {
  MakeNamespace("record-life");
  const ReleaseName key{"store", "record-life"};
  Release first = Make(key, 1, ReleaseStatus::kPendingInstall);
  first.labels = {{"team", "web"}};
  first.annotations = {{"devstats.io/inputs", "x"}};
  ASSERT_EQ(storage_->Create(first), absl::OkStatus());
  EXPECT_EQ(storage_->Create(first), absl::OkStatus());
  first.info.status = ReleaseStatus::kSuperseded;
  ASSERT_EQ(storage_->Update(first), absl::OkStatus());
  ASSERT_EQ(storage_->Create(Make(key, 2, ReleaseStatus::kDeployed)), absl::OkStatus());
  const auto heads = storage_->Revisions(key);
  ASSERT_TRUE(heads.ok()) << heads.status();
  ASSERT_EQ(heads->size(), 2u);
  EXPECT_EQ(heads->at(0).status, ReleaseStatus::kSuperseded);
  EXPECT_EQ(heads->at(0).labels, (std::map<std::string, std::string>{{"team", "web"}}));
  EXPECT_EQ(heads->at(0).annotations, first.annotations);
  EXPECT_EQ((*storage_->Last(key))->revision, 2);
  ASSERT_EQ(storage_->Trim(key, 1), absl::OkStatus());
  EXPECT_THAT(SecretsOf("record-life"), ElementsAre("sh.helm.release.v1.store.v2"));
  ASSERT_EQ(storage_->Delete(key, 2), absl::OkStatus());
  ASSERT_EQ(storage_->Delete(key, 2), absl::OkStatus());
  EXPECT_FALSE(storage_->Last(key)->has_value());
  EXPECT_TRUE(absl::IsNotFound(storage_->Update(first)));
}

TEST_F(RealStorage, ReadsTheRecordsOfHelm) {
  MakeNamespace("shop");
  const auto records = HelmRecords(DEVSTATS_HELM_RECORDS);
  for (const HelmRecord& record : records) {
    Json secret = record.object;
    for (const char* theirs : {"uid", "resourceVersion", "creationTimestamp", "managedFields"})
      secret["metadata"].erase(theirs);
    ASSERT_TRUE(client_->Create(secret).ok());
  }
  const auto all = storage_->List({.name_space = "shop", .superseded = true},
                                  [](const std::string& text) { ADD_FAILURE() << text; });
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), records.size());
  for (size_t i = 0; i < all->size(); ++i) EXPECT_EQ(ToRecordJson(all->at(i)), records[i].json);
}

TEST_F(RealStorage, OfTwoWritersOneMakesTheRevision) {
  MakeNamespace("record-race");
  const ReleaseName key{"store", "record-race"};
  absl::Status outcome[2];
  std::vector<std::thread> writers;
  for (int i = 0; i < 2; ++i) {
    writers.emplace_back([&, i] {
      Release release = Make(key, 1, ReleaseStatus::kPendingInstall);
      release.manifest = absl::StrCat("writer: ", i);
      outcome[i] = storage_->Create(release);
    });
  }
  for (std::thread& writer : writers) writer.join();
  ASSERT_NE(outcome[0].ok(), outcome[1].ok()) << outcome[0] << ", " << outcome[1];
  const int won = outcome[0].ok() ? 0 : 1;
  EXPECT_TRUE(absl::IsAlreadyExists(outcome[1 - won])) << outcome[1 - won];
  EXPECT_EQ(storage_->Get(key, 1)->manifest, absl::StrCat("writer: ", won));
}

// From what just fits to what needs parts, the server takes it all.
TEST_F(RealStorage, TakesRecordsOfAnySize) {
  MakeNamespace("record-large");
  const ReleaseName key{"large", "record-large"};
  int revision = 0;
  // Of the text, three quarters are left when packed, and again four thirds of that as base64.
  for (const size_t size : {1'000'000, 1'030'000, 1'031'000, 1'032'000, 1'033'000, 1'040'000, 3'500'000}) {
    Release large = Make(key, ++revision, ReleaseStatus::kPendingInstall);
    large.manifest = Incompressible(size);
    ASSERT_EQ(storage_->Create(large), absl::OkStatus()) << size;
    large.info.status = ReleaseStatus::kDeployed;
    ASSERT_EQ(storage_->Update(large), absl::OkStatus()) << size;
    const auto read = storage_->Get(key, revision);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(ToRecordJson(*read), ToRecordJson(large));
  }
  const size_t secrets = SecretsOf("record-large").size();
  EXPECT_GE(secrets, 7u + 4u);
  ASSERT_EQ(storage_->Delete(key, revision), absl::OkStatus());
  EXPECT_EQ(SecretsOf("record-large").size(), secrets - 5);
  while (--revision > 0) ASSERT_EQ(storage_->Delete(key, revision), absl::OkStatus());
  EXPECT_THAT(SecretsOf("record-large"), IsEmpty());
}

TEST_F(RealStorage, ListsAThousandReleasesInOneCall) {
  constexpr int kReleases = 1000, kThreads = 4;
  MakeNamespace("record-many");
  std::vector<std::thread> writers;
  for (int first = 0; first < kThreads; ++first) {
    writers.emplace_back([&, first] {
      for (int i = first; i < kReleases; i += kThreads) {
        const ReleaseName key{absl::StrCat("r", i), "record-many"};
        EXPECT_EQ(storage_->Create(Make(key, 1, ReleaseStatus::kSuperseded)), absl::OkStatus());
        EXPECT_EQ(storage_->Create(Make(key, 2, ReleaseStatus::kDeployed)), absl::OkStatus());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const int before = faulty_->calls();
  const auto all =
      storage_->List({.name_space = "record-many"}, [](const std::string& text) { ADD_FAILURE() << text; });
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(faulty_->calls() - before, 1);
  ASSERT_EQ(all->size(), size_t{kReleases});
  for (const Release& release : *all) EXPECT_EQ(release.revision, 2) << release.name;
}

}  // namespace
}  // namespace devstats::release
