#include "coordinator/devstats/units/grafana_data_unit.h"

#include "common/status.h"
#include "coordinator/kube/forwarding_client.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A pod of the pages with a volume.
class PagesClient : public kube::ForwardingClient {
 public:
  explicit PagesClient(kube::KubeClient* client) : client_(client) {}
  std::map<std::string, std::string> files;  // by path
  absl::StatusOr<kube::ProxyAnswer> PodProxy(const kube::ProxyCall& call) override {
    EXPECT_EQ(call.Text(), absl::StrCat("GET devstats-test/static-1:80", call.path));
    const auto file = files.find(call.path);
    return file == files.end() ? kube::ProxyAnswer{404, ""} : kube::ProxyAnswer{200, file->second};
  }

 protected:
  absl::Status Pass(Method, absl::FunctionRef<absl::Status(kube::KubeClient&)> call) override {
    return call(*client_);
  }

 private:
  kube::KubeClient* const client_;
};

class GrafanaDataUnitTest : public addons::UnitsTest {
 protected:
  GrafanaDataUnitTest() {
    SeedNamespace("devstats-test");
    SeedPage("static-0", "False");
    SeedPage("static-1", "True");
    for (const char* script : {"start", "health_check"})
      pages_.files[absl::StrCat("/backups/grafana/shared/grafana_", script, ".sh")] = "#!";
    pages_.files["/backups/grafana/shared/expose_grafana_db.sh"] = "#!";
    pages_.files["/backups/grafana/dashboards/"] = "<a href=\"../\">../</a><a href=\"keda/\">keda/</a>";
  }
  void SeedPage(const std::string& name, const std::string& ready) {
    SeedPod(name, {{"name", "devstats"}, {"type", "static"}},
            {{"conditions", Json::array({{{"type", "Ready"}, {"status", ready}}})}});
  }
  GrafanaDataUnit Make(std::vector<std::string> projects = {"keda"}) {
    return GrafanaDataUnit({"grafana-data", "devstats-test", std::move(projects)}, &pages_, short_);
  }
  PagesClient pages_{&kube_};
};

TEST_F(GrafanaDataUnitTest, IsOpenWithTheDataOfAllProjects) {
  GrafanaDataUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(GrafanaDataUnitTest, WaitsForWhatIsNotThere) {
  pages_.files.erase("/backups/grafana/shared/grafana_start.sh");
  GrafanaDataUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains("grafana/shared/grafana_start.sh is not on the volume of backups (404)"));
  const absl::Status waited = Apply(unit);
  EXPECT_TRUE(absl::IsDeadlineExceeded(waited)) << waited;
  EXPECT_THAT(HintOf(waited), HasSubstr("devstats-grafana.tar"));
  EXPECT_THAT(HintOf(waited), HasSubstr("grafanaData: image"));
}

TEST_F(GrafanaDataUnitTest, DataThatDoNotKnowAProjectAreTooOld) {
  GrafanaDataUnit unit = Make({"ked", "keda", "flux"});
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains(HasSubstr("it has none for ked, flux")));
}

TEST_F(GrafanaDataUnitTest, WithoutPagesNothingIsKnown) {
  ASSERT_TRUE(kube_.Delete({"v1", "Pod", "devstats-test", "static-1"}, {}).ok());
  GrafanaDataUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN waits"));
  EXPECT_THAT(warnings_, Contains("no pod of the static pages serves yet"));
}

}  // namespace
}  // namespace devstats::domain
