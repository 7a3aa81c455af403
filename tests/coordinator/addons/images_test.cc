#include "coordinator/addons/images.h"

#include "absl/strings/str_cat.h"
#include "coordinator/spec/addon_defaults.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::addons {
namespace {

const std::string kDigestA = absl::StrCat("sha256:", std::string(64, 'a'));
std::string Pinned(const std::string& image) { return absl::StrCat(image, "@", kDigestA); }

TEST(Images, GoWhereTheChartLooksForThem) {
  EXPECT_EQ(
      ImageValues("ingressNginx", "4.15.1", {{"controller", Pinned("r.example.com/nginx/controller:v1")}}),
      (Json{{"controller",
             {{"image",
               {{"repository", "r.example.com/nginx/controller"}, {"tag", "v1"}, {"digest", kDigestA}}}}}}));
  EXPECT_EQ(
      ImageValues("metallb", "0.15.2", {{"speaker", Pinned("localhost:5000/speaker:v1")}}),
      (Json{{"speaker", {{"image", {{"repository", "localhost:5000/speaker"}, {"tag", Pinned("v1")}}}}}}));
  EXPECT_EQ(ImageValues("dashboard", "0.33.1",
                        {{"dashboard", Pinned("ghcr.io/headlamp-k8s/headlamp:v1")}})["image"],
            (Json{{"registry", "ghcr.io"}, {"repository", "headlamp-k8s/headlamp"}, {"tag", Pinned("v1")}}));
}

TEST(Images, OpenEbsWantsTheRegistryWithItsSlash) {
  const Json values = ImageValues("openebs", "4.2.0", {{"helper", Pinned("openebs/linux-utils:4.1.0")}});
  EXPECT_EQ(
      values["localpv-provisioner"]["helperPod"]["image"],
      (Json{{"registry", "docker.io/"}, {"repository", "openebs/linux-utils"}, {"tag", Pinned("4.1.0")}}));
  EXPECT_EQ(ImageValues("openebs", "3.10.0", {{"helper", Pinned("openebs/linux-utils:3.5.0")}})["helper"],
            (Json{{"image", "openebs/linux-utils"}, {"imageTag", Pinned("3.5.0")}}));
}

TEST(Images, TheSolversWasAnArgumentOnce) {
  const std::map<std::string, std::string> images{{"acmesolver", Pinned("quay.io/jetstack/solver:v1")}};
  EXPECT_EQ(ImageValues("certManager", "v1.10.2", images),
            (Json{{"extraArgs", {Pinned("--acme-http01-solver-image=quay.io/jetstack/solver:v1")}}}));
  EXPECT_TRUE(ImageValues("certManager", "v1.11.0", images)["acmesolver"].contains("image"));
}

TEST(Images, EveryNameOfTheSpecHasAPlace) {
  for (const spec::AddonDefaults* addon :
       {&spec::kOpenEbsDefaults, &spec::kNfsDefaults, &spec::kMetalLbDefaults, &spec::kIngressNginxDefaults,
        &spec::kCertManagerDefaults, &spec::kDashboardDefaults})
    for (const char* name : ImageNames(*addon))
      for (const char* version : {"1.0.0", "5.0.0"})
        EXPECT_NE(ImageValues(addon->key, version, {{name, Pinned("a.example.com/x:1")}}), Json::object())
            << addon->key << " " << name;
}

}  // namespace
}  // namespace devstats::addons
