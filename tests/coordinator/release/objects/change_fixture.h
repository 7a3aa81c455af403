// A release in a cluster in memory, planned and carried out.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"
#include "coordinator/release/objects/change.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::release {

inline const ReleaseName kShop{"store", "shop"};

inline std::string TextOf(const ObjectChange& change) {
  static constexpr const char* kActions[] = {"unchanged", "create", "update", "delete", "keep"};
  std::string out = absl::StrCat(kActions[static_cast<int>(change.action)], " ", change.ref.Text());
  for (const auto& f : change.fields) absl::StrAppend(&out, " ", f.path, ": ", f.before, " -> ", f.after);
  for (const auto& c : change.left) absl::StrAppend(&out, " left ", c.field, " to ", c.manager);
  if (change.adopts) out += " adopts";
  if (change.takes_over) out += " takes over";
  return out;
}

inline std::string ConfigMap(const std::string& name, const std::string& data, const std::string& more = "") {
  return absl::StrCat("---\n# Source: shop/templates/", name,
                      ".yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, more, "}\ndata: {",
                      data, "}\n");
}

class ChangeTest : public ::testing::Test {
 protected:
  ChangeTest() : client_(&kube_) {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
  }
  std::vector<ReleaseObject> Objects(const std::string& manifest) {
    auto objects = ObjectsOf(manifest, kShop, kube_, {});
    EXPECT_TRUE(objects.ok()) << objects.status();
    return objects.ok() ? *std::move(objects) : std::vector<ReleaseObject>();
  }
  ObjectsWanted Wanted(const std::string& manifest, const std::string& previous = "") {
    return {kShop, Objects(manifest), Objects(previous)};
  }
  absl::StatusOr<std::vector<ObjectChange>> Plan(const ObjectsWanted& objects) {
    return PlanObjects(objects, client_, options_);
  }
  std::vector<std::string> Planned(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    EXPECT_TRUE(changes.ok()) << changes.status();
    std::vector<std::string> out;
    for (const auto& change : changes.ok() ? *changes : std::vector<ObjectChange>())
      out.push_back(TextOf(change));
    return out;
  }
  absl::Status Apply(const ObjectsWanted& objects, const std::vector<ObjectChange>& changes) {
    return ApplyObjects(objects, changes, client_, options_, absl::Now() + absl::Minutes(1),
                        [&](const ObjectChange& change) {
                          absl::MutexLock lock(&mutex_);
                          applied_.push_back(change.ref.Text());
                        });
  }
  absl::Status Run(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    RETURN_IF_ERROR(changes.status());
    RETURN_IF_ERROR(Apply(objects, *changes));
    return DeleteObjects(kShop, *changes, client_, kube::Propagation::kBackground, options_,
                         [&](const ObjectChange& change) {
                           absl::MutexLock lock(&mutex_);
                           applied_.push_back(absl::StrCat("deleted ", change.ref.Text()));
                         });
  }
  Json Live(const std::string& kind, const std::string& name, const std::string& api_version = "v1") {
    const auto live = kube_.Get({api_version, kind, "shop", name});
    return live.ok() ? *live : Json();
  }
  // As Helm leaves it: its manager, the marks, what the manifest says.
  void SeedHelms(const std::string& manifest) {
    for (const ReleaseObject& object : Objects(manifest)) kube_.Seed(object.object, "helm");
  }

  kube::FakeKube kube_;
  kube::FaultyClient client_;
  ChangeOptions options_;
  absl::Mutex mutex_;
  std::vector<std::string> applied_;
};

}  // namespace devstats::release
