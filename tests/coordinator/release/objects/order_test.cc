#include "coordinator/release/objects/order.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ReleaseObject Made(const std::string& kind, const std::string& name, Json more = Json::object(),
                   const std::string& api_version = "v1", const std::string& space = "shop") {
  ReleaseObject out;
  out.ref = {api_version, kind, space, name};
  out.object = {{"apiVersion", api_version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  out.object.merge_patch(more);
  return out;
}
ReleaseObject Whole(const std::string& kind, const std::string& name, Json more = Json::object(),
                    const std::string& api_version = "v1") {
  return Made(kind, name, std::move(more), api_version, "");
}

// Names of what the last of `objects` waits for.
std::vector<std::string> LastNeeds(const std::vector<ReleaseObject>& objects) {
  const auto needs = NeedsOf(objects);
  std::vector<std::string> out;
  for (const size_t i : needs.back())
    out.push_back(absl::StrCat(objects[i].ref.kind, " ", objects[i].ref.name));
  return out;
}

TEST(InstallOrder, IsHelms) {
  const std::vector<ReleaseObject> objects = {
      Made("Zebra", "z"),     Made("Deployment", "d"), Made("ConfigMap", "b"), Made("Service", "s"),
      Made("ConfigMap", "a"), Whole("Namespace", "n"), Made("Antelope", "a")};
  EXPECT_THAT(InstallOrder(objects), ElementsAre(5, 2, 4, 3, 1, 6, 0));
}

TEST(NeedsOf, IsWhatAnObjectNames) {
  const Json pod = {
      {"serviceAccountName", "account"},
      {"priorityClassName", "high"},
      {"imagePullSecrets", Json::array({{{"name", "registry"}}})},
      {"volumes",
       Json::array(
           {{{"name", "a"}, {"configMap", {{"name", "files"}}}},
            {{"name", "b"}, {"secret", {{"secretName", "keys"}}}},
            {{"name", "c"}, {"persistentVolumeClaim", {{"claimName", "disk"}}}},
            {{"name", "d"}, {"projected", {{"sources", Json::array({{{"secret", {{"name", "more"}}}}})}}}}})},
      {"containers",
       Json::array(
           {{{"envFrom", Json::array({{{"configMapRef", {{"name", "env"}}}}})},
             {"env",
              Json::array({{{"valueFrom", {{"secretKeyRef", {{"name", "password"}, {"key", "k"}}}}}}})}}})}};
  const Json web = {{"spec", {{"template", {{"spec", pod}}}}}};
  EXPECT_THAT(LastNeeds({Made("ServiceAccount", "account"), Whole("PriorityClass", "high"),
                         Made("Secret", "registry"), Made("ConfigMap", "files"), Made("Secret", "keys"),
                         Made("PersistentVolumeClaim", "disk"), Made("Secret", "more"),
                         Made("ConfigMap", "env"), Made("Secret", "password"), Made("Secret", "other"),
                         Made("ConfigMap", "env", {}, "v1", "elsewhere"), Whole("Namespace", "shop"),
                         Made("Deployment", "web", web)}),
              ElementsAre("ServiceAccount account", "PriorityClass high", "Secret registry",
                          "ConfigMap files", "Secret keys", "PersistentVolumeClaim disk", "Secret more",
                          "ConfigMap env", "Secret password", "Namespace shop"));
}

TEST(NeedsOf, ReachesThroughRolesToPods) {
  const ReleaseObject account = Made("ServiceAccount", "robot"), role = Made("Role", "reader");
  const ReleaseObject binding =
      Made("RoleBinding", "b",
           {{"roleRef", {{"kind", "Role"}, {"name", "reader"}}},
            {"subjects", Json::array({{{"kind", "ServiceAccount"}, {"name", "robot"}}})}});
  EXPECT_THAT(LastNeeds({account, role, binding}), ElementsAre("ServiceAccount robot", "Role reader"));
  const Json job = {
      {"spec", {{"jobTemplate", {{"spec", {{"template", {{"spec", {{"serviceAccountName", "robot"}}}}}}}}}}}};
  EXPECT_THAT(LastNeeds({account, role, binding, Made("CronJob", "c", job)}),
              ElementsAre("ServiceAccount robot", "RoleBinding b"));
}

TEST(NeedsOf, HasPoliciesQuotasAndServicesBeforePods) {
  const Json web = {{"spec", {{"template", {{"spec", {{"containers", Json::array()}}}}}}}};
  const std::vector<ReleaseObject> before = {Made("NetworkPolicy", "n"),
                                             Made("ResourceQuota", "q"),
                                             Made("LimitRange", "l"),
                                             Made("Service", "s"),
                                             Made("Service", "t", {}, "v1", "elsewhere"),
                                             Made("ConfigMap", "c")};
  std::vector<ReleaseObject> objects = before;
  objects.push_back(Made("StatefulSet", "db", web));
  EXPECT_THAT(LastNeeds(objects),
              ElementsAre("NetworkPolicy n", "ResourceQuota q", "LimitRange l", "Service s"));
  objects.back() = Made("Secret", "x");
  EXPECT_THAT(LastNeeds(objects), IsEmpty());
}

TEST(NeedsOf, IsADefinitionForItsKind) {
  const Json spec = {{"spec",
                      {{"group", "example.org"},
                       {"scope", "Cluster"},
                       {"names", {{"kind", "Pool"}, {"plural", "pools"}}},
                       {"versions", Json::array({{{"name", "v1"}}})}}}};
  EXPECT_THAT(LastNeeds({Whole("CustomResourceDefinition", "pools.example.org", spec),
                         Whole("Pool", "p", {}, "example.org/v1")}),
              ElementsAre("CustomResourceDefinition pools.example.org"));
  EXPECT_THAT(LastNeeds({Whole("CustomResourceDefinition", "pools.example.org", spec),
                         Whole("Pool", "p", {}, "example.org/v2")}),
              IsEmpty());
}

TEST(NeedsOf, IsEverythingForWebhooks) {
  EXPECT_THAT(
      LastNeeds({Made("Deployment", "d"), Whole("Zebra", "z"), Whole("MutatingWebhookConfiguration", "m"),
                 Whole("ValidatingWebhookConfiguration", "v")}),
      ElementsAre("Deployment d", "Zebra z", "MutatingWebhookConfiguration m"));
}

TEST(NeedsOf, HasNoCircle) {
  std::vector<ReleaseObject> objects;
  for (const char* kind : {"Secret", "ServiceAccount", "Role", "RoleBinding", "Deployment", "Widget",
                           "APIService", "ValidatingWebhookConfiguration", "Ingress", "Service"}) {
    Json all = Json::array();
    for (const char* other :
         {"Secret", "ServiceAccount", "Role", "Deployment", "Widget", "Ingress", "Service"}) {
      all.push_back({{"kind", other}, {"name", "x"}});
    }
    objects.push_back(Made(kind, "x", {{"subjects", all}, {"serviceName", "x"}, {"secretName", "x"}}));
  }
  const auto needs = NeedsOf(objects);
  std::set<size_t> done;
  for (size_t round = 0; round < objects.size(); ++round) {
    for (size_t i = 0; i < objects.size(); ++i) {
      if (std::all_of(needs[i].begin(), needs[i].end(), [&](size_t n) { return done.count(n) > 0; }))
        done.insert(i);
    }
  }
  EXPECT_EQ(done.size(), objects.size());
}

}  // namespace
}  // namespace devstats::release
