// The add-ons and releases of a cluster.yaml, from a repository and a registry on this machine, by the
// scheduler that carries out operations, on a real control plane.
#include <thread>

#include "coordinator/addons/units.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/run/scheduler.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/addons/chart_repository.h"
#include "tests/coordinator/addons/charts.h"
#include "tests/coordinator/chartsource/registry.h"
#include "tests/coordinator/nodes/fake_agent.h"
#include "tests/integration/release/cluster.h"

namespace devstats::addons {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Plays MetalLB: a Service gets the address that it asks for.
class PlayedBalancer {
 public:
  explicit PlayedBalancer(const kube::ClusterAccess& access) : access_(access), thread_([this] { Play(); }) {}
  ~PlayedBalancer() {
    stop_ = true;
    thread_.join();
  }

 private:
  void Give(const Json& service) {
    if (kube::TextAt(service, {"spec", "type"}) != "LoadBalancer") return;
    if (kube::At(service, {"status", "loadBalancer", "ingress"}).is_array()) return;
    const Json address{{"ip", kube::TextAt(service, {"spec", "loadBalancerIP"})}};
    EXPECT_TRUE(kube::SayStatus(http_, access_, service,
                                {{"loadBalancer", {{"ingress", Json::array({address})}}}}, "services"));
  }
  void Play() {
    (void)client_.Watch(
        {"v1", "Service"},
        [this](const kube::WatchEvent& event) {
          if (event.type == kube::WatchEvent::Type::kSnapshot)
            for (const Json& service : event.object["items"]) Give(service);
          else if (event.type != kube::WatchEvent::Type::kDeleted)
            Give(event.object);
          return !stop_;
        },
        [this] { return !stop_; });
  }
  const kube::ClusterAccess access_;
  kube::ApiClient client_{access_};
  kube::HttpClient http_{{access_.ca_pem, access_.client_cert_pem, access_.client_key_pem}};
  std::atomic<bool> stop_{false};
  std::thread thread_;  // last: it uses the others
};

constexpr char kSpec[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: w, address: 10.0.0.2, labels: {ingress: prod}}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
charts: {repositories: [{name: local, url: "REPOSITORY"}, {name: registry, url: "REGISTRY"}]}
addons:
  openebs: {chart: local/openebs, version: 4.2.0, digest: "OPENEBS"}
  nfs: {chart: registry/nfs-server-provisioner, version: 1.8.0, digest: "NFS", size: 8Gi}
  metallb:
    chart: registry/metallb
    version: 0.15.2
    digest: "METALLB"
    pools: {test: {addresses: [10.0.0.9], address: 10.0.0.9}}
  ingressNginx: {chart: local/ingress-nginx, version: 4.15.1, digest: "NGINX", test: {}, prod: {mode: DaemonSet}}
  certManager:
    chart: local/cert-manager
    version: v1.21.1
    digest: "CERT"
    issuers: {test: {server: staging, email: ops@example.com}}
releases:
  - {name: store, namespace: shop, chart: "FOLDER", values: {color: COLOR}, needs: [nfs, ingressNginx]}
)";

// Where the charts of the specification above are.
struct ChartPlaces {
  ChartPlaces() {
    repository.Add("openebs", "4.2.0", OpenEbsChart("4.2.0"));
    repository.Add("ingress-nginx", "4.15.1", IngressNginxChart("4.15.1"));
    repository.Add("cert-manager", "v1.21.1", CertManagerChart("v1.21.1"));
    nfs_digest = registry.Push("charts/nfs-server-provisioner", "1.8.0", NfsChart("1.8.0"));
    registry.Push("charts/metallb", "0.15.2", MetalLbChart("0.15.2"));
    chartsource::WriteTestFiles(dir / "store",
                                {{"Chart.yaml", chartsource::TestChartYaml("store", "1.0.0")},
                                 {"templates/a.yaml",
                                  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: store}\n"
                                  "data:\n  color: {{ .Values.color }}\n{{ if eq .Values.color \"red\" }}  "
                                  "random: {{ randAlpha 8 }}{{ end }}\n"}});
  }
  TempDir dir;
  ChartRepository repository;
  chartsource::Registry registry{{}};
  std::string nfs_digest;
};

// What one test has installed is there for the next, which brings it to where it begins.
class AddonsRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { places_ = std::make_unique<ChartPlaces>(); }
  static void TearDownTestSuite() {
    if (kube::TheReleaseCluster()) Clear();
    places_.reset();
  }
  void SetUp() override {
    cluster_ = kube::TheReleaseCluster();
    if (!cluster_) GTEST_SKIP() << "no control plane here";
    api_ = std::make_unique<kube::ApiClient>(cluster_->access());
    client_ = std::make_unique<kube::PatientClient>(api_.get(), kube::Persistence{});
    balancer_ = std::make_unique<PlayedBalancer>(cluster_->access());
  }
  // Nothing of it is there afterwards.
  static void Clear() {
    kube::ApiClient api(kube::TheReleaseCluster()->access());
    std::vector<kube::ObjectRef> mine;
    for (const char* name :
         {"openebs", "metallb-system", "devstats-test", "devstats-prod", "cert-manager", "shop"})
      mine.push_back({"v1", "Namespace", "", name});
    for (const char* name : {"openebs-hostpath", "nfs-openebs-localstorage"})
      mine.push_back({"storage.k8s.io/v1", "StorageClass", "", name});
    for (const kube::ObjectRef& ref : mine) (void)api.Delete(ref, {});
    for (const kube::ObjectRef& ref : mine)
      EXPECT_TRUE(Eventually([&] { return absl::IsNotFound(api.Get(ref).status()); }, absl::Minutes(2),
                             absl::Milliseconds(50)))
          << ref.Text();
  }

  static std::string DigestOfArchive(const std::string& archive) {
    return absl::StrCat("sha256:", Sha256Hex(archive));
  }

  Graph Build(const std::string& color = "red") {
    const std::string text =
        absl::StrReplaceAll(kSpec, {{"REPOSITORY", places_->repository.url()},
                                    {"REGISTRY", places_->registry.Reference("charts")},
                                    {"OPENEBS", DigestOfArchive(OpenEbsChart("4.2.0"))},
                                    {"NFS", places_->nfs_digest},
                                    {"METALLB", DigestOfArchive(MetalLbChart("0.15.2"))},
                                    {"NGINX", DigestOfArchive(IngressNginxChart("4.15.1"))},
                                    {"CERT", DigestOfArchive(CertManagerChart("v1.21.1"))},
                                    {"FOLDER", places_->dir / "store"},
                                    {"COLOR", color}});
    const auto spec = spec::ParseClusterSpec(text, "c.yaml");
    EXPECT_TRUE(spec.ok()) << spec.status();
    auto nodes = UnitsOf(*spec, {.engine = {client_.get(), &SystemClock(), &environment_},
                                 .coordinator = "cluster-1",
                                 .epoch = 1,
                                 .sources = {.fetcher = &fetcher_, .cache = places_->dir / "cache"},
                                 .callers = {{"m", "10.0.0.1", &agent_}, {"w", "10.0.0.2", &agent_}}});
    EXPECT_TRUE(nodes.ok()) << nodes.status();
    for (GraphNode& node : *nodes) {  // the cluster is there
      std::erase(node.needs, kVerification);
      std::erase(node.world, kVerification);
    }
    return *Graph::Make(*std::move(nodes));
  }

  // Plays cert-manager when its issuer is waited for.
  void Told(const std::string& unit, absl::string_view message) {
    if (unit != "addons/certManager/issuer-test" || !absl::StrContains(message, "is not ready")) return;
    (void)api_->Patch({"cert-manager.io/v1", "Issuer", "devstats-test", "letsencrypt-test"},
                      kube::PatchKind::kMerge,
                      {{"status", {{"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}});
  }

  // Plans and carries out; the units in the order in which they began and ended: "+a", "-a".
  std::vector<std::string> Run(const Graph& graph) {
    absl::Mutex mutex;
    std::vector<std::string> course;
    std::map<std::string, UnitPlan> approved;
    for (const UnitPlan& plan : graph.Plan()) approved[plan.unit()] = plan;
    const auto reports = coordinator::RunGraph(
        graph, journal_,
        {.operation = absl::StrCat("op-", ++operations_),
         .approved = approved,
         .boot_id = "boot",
         .report =
             [&](const std::string& unit, const coordinator::UnitReport& report) {
               absl::MutexLock lock(&mutex);
               if (report.state == "running") course.push_back("+" + unit);
               if (report.state == "done" || report.state == "unchanged") course.push_back("-" + unit);
             },
         .progress = [this](const std::string& unit, absl::string_view message) { Told(unit, message); },
         .amended = [](const UnitPlan&) { return absl::OkStatus(); }});
    for (const auto& [unit, report] : reports)
      EXPECT_THAT(report.state, ::testing::AnyOf("done", "unchanged")) << unit << ": " << report.message;
    return course;
  }

  std::string ValuesSeenBy(const std::string& name_space, const std::string& release) {
    const auto map = api_->Get({"v1", "ConfigMap", name_space, release + "-values"});
    return map.ok() ? kube::TextAt(*map, {"data", "values"}) : map.status().ToString();
  }
  Json StoreData() { return kube::At(*api_->Get({"v1", "ConfigMap", "shop", "store"}), {"data"}); }

  kube::ReleaseCluster* cluster_ = nullptr;
  static inline std::unique_ptr<ChartPlaces> places_;
  static inline int operations_ = 0;  // no two tests have one of the same name
  chartsource::HttpFetcher fetcher_{"test"};
  const chartsource::SystemEnvironment environment_;
  coordinator::FakeAgent agent_;
  std::unique_ptr<kube::ApiClient> api_;
  std::unique_ptr<kube::PatientClient> client_;
  std::unique_ptr<PlayedBalancer> balancer_;
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Journal::Schema()});
  Journal journal_{db_.get(), &SystemClock()};
};

TEST_F(AddonsRun, InstallInTheOrderOfTheirNeedsAndThenHaveNothingToDo) {
  Clear();
  const Graph graph = Build();
  const std::vector<std::string> course = Run(graph);
  const auto place = [&](const std::string& what) { return std::find(course.begin(), course.end(), what); };
  for (const GraphNode& node : graph.nodes()) {
    EXPECT_THAT(course, Contains("-" + node.unit->id()));
    for (const std::string& need : node.needs)
      EXPECT_LT(place("-" + need), place("+" + node.unit->id())) << node.unit->id() << " before " << need;
  }

  const Json host_path = *api_->Get({"storage.k8s.io/v1", "StorageClass", "", "openebs-hostpath"});
  EXPECT_EQ(
      kube::TextAt(host_path, {"metadata", "annotations", "storageclass.kubernetes.io/is-default-class"}),
      "true");
  EXPECT_TRUE(api_->Get({"storage.k8s.io/v1", "StorageClass", "", "nfs-openebs-localstorage"}).ok());
  EXPECT_THAT(ValuesSeenBy("default", "local-storage-nfs"), HasSubstr(R"("size":"8Gi")"));
  const Json pool = *api_->Get({"metallb.io/v1beta1", "IPAddressPool", "metallb-system", "test"});
  EXPECT_EQ(pool["spec"]["addresses"], Json::array({"10.0.0.9/32"}));
  EXPECT_TRUE(api_->Get({"v1", "Secret", "metallb-system", "memberlist"}).ok());
  EXPECT_TRUE(api_->Get({"networking.k8s.io/v1", "IngressClass", "", "nginx-prod"}).ok());
  EXPECT_TRUE(api_->Get({"cert-manager.io/v1", "Issuer", "devstats-test", "letsencrypt-test"}).ok());

  const size_t asked = places_->repository.server().lines().size();
  const Json store = StoreData();
  const Graph again = Build();
  for (const UnitPlan& plan : again.Plan()) EXPECT_TRUE(devstats::IsEmpty(plan)) << plan.ShortDebugString();
  Run(Build());
  EXPECT_EQ(StoreData(), store) << "a random function changes nothing while the inputs are the same";
  EXPECT_EQ(places_->repository.server().lines().size(), asked) << "charts are kept by their digests";
}

TEST_F(AddonsRun, OneValueChangesOneRelease) {
  Run(Build("blue"));
  std::vector<std::string> changed;
  const Graph green = Build("green");
  for (const UnitPlan& plan : green.Plan())
    if (!devstats::IsEmpty(plan)) changed.push_back(plan.unit());
  EXPECT_THAT(changed, ElementsAre("releases/store"));
  Run(green);
  EXPECT_EQ(StoreData()["color"], "green");
}

TEST_F(AddonsRun, ClassesThatAReleaseAppliesAgainStayTheDefault) {
  Run(Build("blue"));
  // Somebody's hand: the release mends its class, and the mark of the default stays.
  const kube::ObjectRef ref{"storage.k8s.io/v1", "StorageClass", "", "openebs-hostpath"};
  ASSERT_TRUE(api_->Delete(ref, {}).ok());
  Run(Build("blue"));
  Run(Build("blue"));
  const Json host_path = *api_->Get(ref);
  EXPECT_EQ(
      kube::TextAt(host_path, {"metadata", "annotations", "storageclass.kubernetes.io/is-default-class"}),
      "true");
}

}  // namespace
}  // namespace devstats::addons
