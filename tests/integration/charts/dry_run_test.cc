// A whole catalog as a real API server of Kubernetes 1.20 takes it: each object is created with dryRun, in
// both environments, and nothing of it may get lost on the way.
#include <atomic>
#include <thread>

#include "coordinator/kube/api_client.h"
#include "gtest/gtest.h"
#include "tests/coordinator/charts/fixture.h"
#include "tests/integration/kube/api_server.h"

namespace devstats::charts {
namespace {

constexpr int kProjects = 283;
constexpr int kThreads = 4;

// An empty field may be left out of an answer.
bool IsEmptyField(const Json& value) {
  return value.is_null() || value == "" || value == 0 ||
         ((value.is_object() || value.is_array()) && value.empty());
}

// Paths of fields that `sent` has and `kept` has not. Values may be written in another way ("32000m", "32").
void FindLost(const Json& sent, const Json& kept, const std::string& path, std::set<std::string>* lost) {
  if (IsEmptyField(sent)) return;
  if (sent.is_object()) {
    for (const auto& [key, value] : sent.items()) {
      const std::string below = absl::StrCat(path, ".", key);
      if (kept.is_object() && kept.contains(key)) {
        FindLost(value, kept[key], below, lost);
      } else if (!IsEmptyField(value)) {
        lost->insert(below);
      }
    }
  } else if (sent.is_array()) {
    if (!kept.is_array() || kept.size() != sent.size()) {
      lost->insert(path);
      return;
    }
    for (size_t i = 0; i < sent.size(); ++i) FindLost(sent[i], kept[i], path + "[]", lost);
  }
}

class DryRun {
 public:
  explicit DryRun(const kube::ClusterAccess& access)
      : access_(access),
        http_({access.ca_pem, access.client_cert_pem, access.client_key_pem}),
        client_(access) {}

  void All(const std::vector<Json>& objects) {
    std::atomic<size_t> next = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (size_t at = next++; at < objects.size(); at = next++) One(objects[at]);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const std::set<std::string>& refused() const { return refused_; }
  const std::set<std::string>& lost() const { return lost_; }
  int created() const { return created_; }

 private:
  void One(const Json& object) {
    const std::string kind = object["kind"].get<std::string>();
    const auto resource = client_.FindKind(object["apiVersion"].get<std::string>(), kind);
    if (!resource.ok()) return Refuse(absl::StrCat(kind, ": ", resource.status().ToString()));
    const std::string name_space = object["metadata"].value("namespace", "");
    const auto answer =
        http_.Do({.method = "POST",
                  .url = absl::StrCat(access_.server, kube::PathOf(*resource, name_space), "?dryRun=All"),
                  .headers = {{"Content-Type", "application/json"}},
                  .body = object.dump()});
    if (!answer.ok()) return Refuse(answer.status().ToString());
    if (answer->code != 201) return Refuse(absl::StrCat(Made::IdOf(object), ": ", answer->body));
    ++created_;
    std::set<std::string> lost;
    FindLost(object, Json::parse(answer->body), kind, &lost);
    const absl::MutexLock lock(&mutex_);
    lost_.merge(lost);
  }
  void Refuse(const std::string& why) {
    const absl::MutexLock lock(&mutex_);
    if (refused_.size() < 10) refused_.insert(why);
  }

  const kube::ClusterAccess access_;
  kube::HttpClient http_;
  kube::ApiClient client_;
  absl::Mutex mutex_;
  std::set<std::string> refused_, lost_;
  std::atomic<int> created_ = 0;
};

TEST(ChartDryRun, EveryObjectOfBothEnvironmentsIsTakenWhole) {
  const auto server = kube::ApiServer::Start();
  if (!server) GTEST_SKIP() << "kube-apiserver is not here: scripts/sandbox fetches it";
  kube::ApiClient client(server->access());
  for (const char* environment : {"test", "prod"}) {
    Json values = ManyProjects(kProjects);
    Json secrets = OneProject();
    secrets.erase("projects");
    secrets.erase("domains");
    values.update(secrets);
    values.update(AllOpen());
    values["environment"] = environment;
    values["coordinatorCIDRs"] = {"10.0.0.0/24"};
    values["imagePullSecrets"] = {"registry"};
    values["postgresShmSizeLimit"] = "8Gi";
    const Made made = Make(values, "1.20.2");
    ASSERT_EQ(made.error, "");
    ASSERT_GT(made.objects.size(), 6u * kProjects);
    const std::string name_space = absl::StrCat("devstats-", environment);
    ASSERT_TRUE(
        client.Create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_space}}}})
            .ok());
    // Those that the chart makes are there, or come with the second environment.
    std::vector<Json> objects;
    for (const Json& object : made.objects) {
      if (object["kind"] != "Namespace") objects.push_back(object);
    }
    DryRun run(server->access());
    run.All(objects);
    EXPECT_THAT(run.refused(), ::testing::IsEmpty());
    EXPECT_THAT(run.lost(), ::testing::IsEmpty());
    EXPECT_EQ(run.created(), static_cast<int>(objects.size()));
  }
}

}  // namespace
}  // namespace devstats::charts
