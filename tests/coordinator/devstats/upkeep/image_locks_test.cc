#include "coordinator/devstats/upkeep/image_locks.h"

#include "common/status.h"
#include "coordinator/devstats/upkeep/images.h"
#include "gmock/gmock.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kA[] = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

class ImageLocksTest : public ::testing::Test {
 protected:
  ImageLocksTest()
      : db_(*Database::Open(":memory:", {ImageLockStore::Schema()})), store_(db_.get(), &clock_) {}
  static ImageLock LockOf(const std::string& kind, const std::string& written, const std::string& digest) {
    return {.kind = kind, .written = written, .reference = written + "@" + digest, .set_by = "ann", .at = {}};
  }
  std::string InForceOf(const std::string& kind) {
    const auto locks = store_.InForce("test");
    EXPECT_TRUE(locks.ok()) << locks.status();
    const auto found = locks->find(kind);
    return found == locks->end() ? "" : found->second.reference;
  }
  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  ImageLockStore store_;
};

TEST_F(ImageLocksTest, TheNewestIsInForceAndUndoGoesBackStepByStep) {
  for (const char* digest : {"d1", "d2", "d2", "d3"})
    ASSERT_TRUE(store_.Add("test", {LockOf("api", "api:1", digest)}).ok());
  EXPECT_EQ(InForceOf("api"), "api:1@d3");
  ASSERT_TRUE(store_.Undo("test", {"api"}).ok());
  EXPECT_EQ(InForceOf("api"), "api:1@d2");
  EXPECT_EQ(store_.Earlier("test")->at("api").reference, "api:1@d1");  // the second d2 was none
  ASSERT_TRUE(store_.Undo("test", {"api"}).ok());
  const absl::Status none = store_.Undo("test", {"api"});
  EXPECT_EQ(none.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(InForceOf("api"), "api:1@d1");
  EXPECT_TRUE(store_.InForce("prod")->empty());
}

TEST_F(ImageLocksTest, AllOrNoneIsUndone) {
  ASSERT_TRUE(store_.Add("test", {LockOf("api", "api:1", "d1"), LockOf("sync", "sync:1", "s1")}).ok());
  ASSERT_TRUE(store_.Add("test", {LockOf("api", "api:1", "d2")}).ok());
  EXPECT_FALSE(store_.Undo("test", {"api", "sync"}).ok());
  EXPECT_EQ(InForceOf("api"), "api:1@d2");
}

TEST_F(ImageLocksTest, ALockOfAnotherImageAsWrittenIsNotGoneBackTo) {
  ASSERT_TRUE(store_.Add("test", {LockOf("api", "api:1", "d1")}).ok());
  ASSERT_TRUE(store_.Add("test", {LockOf("api", "api:2", "d2")}).ok());
  EXPECT_THAT(store_.Undo("test", {"api"}).message(), HasSubstr("was for api:1 in cluster.yaml"));
}

TEST_F(ImageLocksTest, ALockCountsOnlyForTheImageThatItWasMadeOf) {
  spec::EnvironmentSpec environment;
  environment.images = {{"api", "api:2"}, {"sync", "sync:1"}};
  environment.domains = {{.name = "test", .host = "h", .image = "pages:1"}};
  LockImages({{"api", LockOf("api", "api:1", "d1")},
              {"sync", LockOf("sync", "sync:1", "s1")},
              {"static-test", LockOf("static-test", "pages:1", "p1")}},
             &environment);
  EXPECT_THAT(environment.images, ElementsAre(Pair("api", "api:2"), Pair("sync", "sync:1@s1")));
  EXPECT_EQ(environment.domains[0].image, "pages:1@p1");
}

TEST(ImageReferences, AreReadAsRuntimesDo) {
  const std::pair<const char*, const char*> table[] = {
      {"nginx", "docker.io/library/nginx:latest"},
      {"docker.io/nginx:1", "docker.io/library/nginx:1"},
      {"index.docker.io/a/b", "docker.io/a/b:latest"},
      {"lukaszgryglicki/devstats-test", "docker.io/lukaszgryglicki/devstats-test:latest"},
      {"lukaszgryglicki/devstats-test:v2", "docker.io/lukaszgryglicki/devstats-test:v2"},
      {"quay.io/a/b:1", "quay.io/a/b:1"},
      {"localhost/x:1", "localhost/x:1"},
      {"registry:5000/x", "registry:5000/x:latest"}};
  for (const auto& [image, reference] : table) {
    const auto read = ImageReference(image);
    ASSERT_TRUE(read.ok()) << image << read.status();
    EXPECT_EQ(read->Text(), reference);
  }
  EXPECT_FALSE(ImageReference("Not An Image").ok());
}

TEST(RunningImagesTest, CountsByKindWhatRuns) {
  const auto pod = [](const char* type, const char* project, const char* phase, const std::string& id) {
    const Json container{{"name", "main"}, {"imageID", id}};
    return Json{{"metadata", {{"labels", {{"type", type}, {"proj", project}}}}},
                {"status", {{"phase", phase}, {"containerStatuses", Json::array({container})}}}};
  };
  const auto running = RunningImages({pod("grafana", "keda", "Running", absl::StrCat("docker.io/g@", kA)),
                                      pod("grafana", "flux", "Running", absl::StrCat("docker.io/g@", kA)),
                                      pod("sync", "flux", "Succeeded", absl::StrCat("docker.io/s@", kA)),
                                      pod("static", "test", "Running", "sha256:local"),
                                      pod("foreign", "test", "Running", "sha256:local")});
  EXPECT_THAT(running, ElementsAre(Pair("grafana", ElementsAre(Pair(kA, 2))),
                                   Pair("static-test", ElementsAre(Pair("sha256:local", 1)))));
}

}  // namespace
}  // namespace devstats::domain
