// Fifty jobs on a real API server, a limit of eight, and a coordinator that is killed thirteen times: at
// every boundary and at any instant, in the order of a seed. Each job's pod is made once and the job succeeds
// by its row in the log; never do two work on one project, nor more than eight at all; nothing is left.
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/fault.h"
#include "coordinator/devstats/jobs/dispatcher.h"
#include "coordinator/devstats/jobs/pod.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/integration/release/cluster.h"

namespace devstats::jobs {
namespace {

using kube::TextAt;

constexpr char kSpace[] = "devstats-jobs";
constexpr int kCutJobs = 50, kCutProjects = 17;

std::vector<std::string> LinesIn(const std::string& path) {
  return absl::StrSplit(ReadFile(path).value_or(""), '\n', absl::SkipEmpty());
}

// The work: a pod that runs until it is ended, judged by a row (a file) in the log.
class LoggedWork : public JobWork {
 public:
  explicit LoggedWork(std::string rows) : rows_(std::move(rows)) {}
  absl::StatusOr<Json> PodOf(const Job& job) override {
    return Json{{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", "x"},
                  {"namespace", kSpace},
                  {"labels", {{"proj", job.project}}},
                  {"annotations", {{"played", "runs"}}}}},
                {"spec", {{"containers", Json::array({{{"name", "provision"}, {"image", "x"}}})}}}};
  }
  absl::StatusOr<std::string> Blocker(const Job&) override { return ""; }
  absl::Status Judge(const Job& job, const std::string&) override {
    return ReadFile(rows_ + "/" + job.id).ok() ? absl::OkStatus() : absl::NotFoundError("no row in gha_logs");
  }

 private:
  const std::string rows_;
};

// Sees each pod that is made, writes down what must not be, and lets pods come to their end: with their row
// in the log, and then, for every fifth one, badly.
class Player {
 public:
  Player(kube::ClusterAccess access, std::string folder, unsigned seed)
      : access_(std::move(access)), folder_(std::move(folder)), random_(seed) {}

  [[noreturn]] void Play() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    kube::ApiClient client(access_);
    std::thread ender([this] { EndThem(); });
    while (true) {
      (void)client.Watch(
          {.api_version = "v1", .kind = "Pod", .namespace_ = kSpace, .label_selector = kSelector},
          [this](const kube::WatchEvent& event) {
            Take(event);
            return true;
          },
          [] { return true; });
    }
  }

 private:
  void Write(const char* file, const std::string& line) {
    std::ofstream(folder_ + "/" + file, std::ios::app) << line << "\n" << std::flush;
  }
  void Take(const kube::WatchEvent& event) {
    if (event.type == kube::WatchEvent::Type::kSnapshot) {
      for (const Json& pod : event.object["items"]) See(pod, false);
      return;
    }
    See(event.object, event.type == kube::WatchEvent::Type::kDeleted);
  }
  void See(const Json& pod, bool gone) {
    const std::string name = TextAt(pod, {"metadata", "name"}), phase = TextAt(pod, {"status", "phase"});
    absl::MutexLock lock(&mu_);
    if (seen_.insert(TextAt(pod, {"metadata", "uid"})).second) Write("made", name);
    if (gone || phase == "Succeeded" || phase == "Failed") {
      live_.erase(name);
      running_.erase(name);
      return;
    }
    live_[name] = TextAt(pod, {"metadata", "labels", "proj"});
    if (phase == "Running") running_.insert(name);
    std::set<std::string> projects;
    for (const auto& [job, project] : live_)
      if (!projects.insert(project).second) Write("wrong", "two pods work on " + project);
    if (live_.size() > kDefaultLimit) Write("wrong", absl::StrCat(live_.size(), " pods at a time"));
  }
  // A while, then one of those that run, chosen at random.
  void EndThem() {
    kube::HttpClient http({access_.ca_pem, access_.client_cert_pem, access_.client_key_pem});
    while (true) {
      std::string name;
      {
        absl::MutexLock lock(&mu_);
        const auto full = [this]()
                              ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return running_.size() >= kDefaultLimit; };
        mu_.AwaitWithTimeout(absl::Condition(&full), absl::Milliseconds(150));
        if (running_.empty()) continue;
        name = *std::next(running_.begin(), static_cast<long>(random_() % running_.size()));
        running_.erase(name);
      }
      (void)WriteFileAtomic(folder_ + "/rows/" + name, "Sync success\n");
      const char* phase = ++ended_ % 5 == 0 ? "Failed" : "Succeeded";
      const Json pod = {{"metadata", {{"namespace", kSpace}, {"name", name}}}};
      if (!kube::SayStatus(http, access_, pod, {{"phase", phase}}))
        Write("wrong", "the end of " + name + " could not be said");
    }
  }

  const kube::ClusterAccess access_;
  const std::string folder_;
  std::mt19937 random_;
  absl::Mutex mu_;
  std::set<std::string> seen_, running_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> live_ ABSL_GUARDED_BY(mu_);  // to its project
  int ended_ = 0;
};

class JobCuts : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_ = kube::TheReleaseCluster();
    if (!cluster_) GTEST_SKIP() << "no Kubernetes in the cache";
    kube::ApiClient client(cluster_->access());
    ASSERT_TRUE(
        client.Create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kSpace}}}}).ok());
    ASSERT_TRUE(Eventually([&] { return client.Get({"v1", "ServiceAccount", kSpace, "default"}).ok(); }));
    ASSERT_TRUE(std::filesystem::create_directory(folder_ / "rows"));
  }
  // Its jobs, and nothing of it open: what is forked has its own.
  std::vector<std::string> Queue() {
    const auto db = OpenJobs(folder_ / "db");
    Store store(db.get(), &SystemClock());
    std::vector<std::string> ids;
    for (int i = 0; i < kCutJobs; ++i)
      ids.push_back(store
                        .Add({.environment = "test",
                              .project = absl::StrCat("p", random_() % kCutProjects),
                              .kind = "provision",
                              .options = {{"cpus", i}},
                              .weight = static_cast<int>(random_() % 5)})
                        ->id);
    return ids;
  }
  // One coordinator, until no job is left.
  void Live() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!EnableFaults(folder_ / "rules", folder_ / "hits", true).ok()) return;
    const auto db = OpenJobs(folder_ / "db");
    Store store(db.get(), &SystemClock());
    kube::ApiClient client(cluster_->access());
    LoggedWork work(folder_ / "rows");
    DispatcherOptions options;
    options.recheck = absl::Milliseconds(200);
    options.pause = absl::Milliseconds(100);
    options.course.in_flight = absl::Seconds(2);
    Dispatcher dispatcher(&store, &client, &work, &SystemClock(), options,
                          [&store] { return !store.Open()->empty(); });
    dispatcher.Run();
  }
  // Of a coordinator. A test that hangs says nothing: one that goes on for too long is ended and told of.
  int EndOf(Child& coordinator) {
    if (!Eventually([&] { return coordinator.HasEnded(); }, absl::Minutes(2))) {
      coordinator.Kill();
      const auto db = OpenJobs(folder_ / "db");
      const auto open = Store(db.get(), &SystemClock()).Open();
      ADD_FAILURE() << "goes on for two minutes; made are " << Made() << " pods, open are:";
      for (const Job& job : *open)
        ADD_FAILURE() << job.id << " " << NameOf(job.state) << " " << job.project << ": " << job.message;
    }
    return coordinator.Wait();
  }
  size_t Made() const { return LinesIn(folder_ / "made").size(); }
  // At a boundary (empty: at any instant, when some more pods have been made).
  bool Cut(const std::string& point) {
    if (!WriteFileAtomic(folder_ / "rules", point.empty() ? "" : absl::StrCat("kill ", point, "\n")).ok())
      return false;
    const size_t enough = Made() + 1 + random_() % 3;
    Child coordinator([this] { Live(); });
    if (point.empty()) {
      if (!Eventually([&] { return Made() >= enough; })) return false;
      coordinator.Kill();
    }
    const int status = EndOf(coordinator);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  TempDir folder_;
  kube::ReleaseCluster* cluster_ = nullptr;
  std::mt19937 random_{20261128};
};

TEST_F(JobCuts, EachJobIsDoneOnceThroughThirteenKills) {
  const std::vector<std::string> ids = Queue();
  const Child player([this] { Player(cluster_->access(), folder_.path(), 7).Play(); });
  std::vector<std::string> cuts = {"jobs.intended",
                                   "jobs.made",
                                   "jobs.created",
                                   "jobs.judged",
                                   "jobs.ended",
                                   "jobs.deleted",
                                   "jobs.released",
                                   "jobs.cleaned",
                                   "",
                                   "",
                                   "",
                                   ""};
  std::shuffle(cuts.begin(), cuts.end(), random_);
  // Reached only by a life that finds an intent without a pod.
  cuts.insert(std::find(cuts.begin(), cuts.end(), "jobs.intended") + 1, "jobs.doubted");
  for (const std::string& point : cuts) ASSERT_TRUE(Cut(point)) << point;
  ASSERT_TRUE(WriteFileAtomic(folder_ / "rules", "").ok());
  Child last([this] { Live(); });
  EXPECT_EQ(EndOf(last), 0);

  const auto db = OpenJobs(folder_ / "db");
  Store store(db.get(), &SystemClock());
  for (const std::string& id : ids)
    EXPECT_EQ(store.Get(id)->state, JobState::kSucceeded) << store.Get(id)->message;
  EXPECT_THAT(LinesIn(folder_ / "made"), ::testing::UnorderedElementsAreArray(ids)) << "each once";
  EXPECT_THAT(LinesIn(folder_ / "wrong"), ::testing::IsEmpty());
  kube::ApiClient client(cluster_->access());
  EXPECT_TRUE(client.List({.api_version = "v1", .kind = "Pod", .namespace_ = kSpace})->items.empty());
}

}  // namespace
}  // namespace devstats::jobs
