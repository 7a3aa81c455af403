// The life of releases on a real control plane: histories and statuses as Helm has them.
#include "coordinator/release/engine/observation.h"
#include "coordinator/release/engine/renderings.h"
#include "tests/integration/release/engine_fixture.h"

namespace devstats::release {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Life : public EngineTest {};

TEST_F(Life, InstallUpgradeRollbackUninstall) {
  const auto installed = Do(Request(Kind::kInstall, ShopFiles(false)));
  ASSERT_TRUE(installed.ok()) << installed.status();
  EXPECT_EQ(installed->info.description, "Install complete");
  EXPECT_EQ(installed->info.notes, "The shop is red.\n");
  EXPECT_EQ(History(), "1 deployed");
  EXPECT_EQ(Data("ConfigMap", "store-config"), (Json{{"color", "red"}}));
  EXPECT_EQ(Data("ConfigMap", "store-pre"), (Json{{"revision", "1"}}));
  EXPECT_EQ(Data("ConfigMap", "store-post"), "none") << "its policy is hook-succeeded";
  EXPECT_THAT(std::string(Do(Request(Kind::kInstall, ShopFiles(false))).status().message()),
              HasSubstr("cannot re-use a name that is still in use"));

  const auto upgraded = Do(Request(Kind::kUpgrade, ShopFiles(false), "{color: blue, extra: true}"));
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ(History(), "1 superseded, 2 deployed");
  EXPECT_EQ(Data("Secret", "store-extra"), (Json{{"password", "Ymx1ZS1zZWNyZXQ="}}));
  EXPECT_EQ(upgraded->info.first_deployed, installed->info.first_deployed);

  const auto back = Do(Request(Kind::kRollback));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->info.description, "Rollback to 1");
  EXPECT_EQ(History(), "1 superseded, 2 superseded, 3 deployed");
  EXPECT_EQ(Data("ConfigMap", "store-config"), (Json{{"color", "red"}}));
  EXPECT_EQ(Data("Secret", "store-extra"), "none");

  const auto gone = Do(Request(Kind::kUninstall));
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(History(), "");
  EXPECT_EQ(Data("ConfigMap", "store-config"), "none");
  EXPECT_THAT(std::string(Do(Request(Kind::kUninstall)).status().message()), HasSubstr("release: not found"));
}

TEST_F(Life, UninstallKeepsHistoryOnRequest) {
  ASSERT_TRUE(Do(Request(Kind::kInstall, ShopFiles(false))).ok());
  ReleaseRequest request = Request(Kind::kUninstall);
  request.options.keep_history = true;
  ASSERT_TRUE(Do(request).ok());
  EXPECT_EQ(History(), "1 uninstalled");
  EXPECT_THAT(std::string(Do(request).status().message()), HasSubstr("already deleted"));
  EXPECT_THAT(std::string(Do(Request(Kind::kUpgrade, ShopFiles(false))).status().message()),
              HasSubstr("\"store\" has no deployed releases"));
  ReleaseRequest again = Request(Kind::kUpgrade, ShopFiles(false));
  again.install = true;
  ASSERT_TRUE(Do(again).ok());
  EXPECT_EQ(History(), "1 superseded, 2 deployed");
}

TEST_F(Life, PodsAndJobsAreWaitedFor) {
  ReleaseRequest request = Request(Kind::kInstall, ShopFiles(true), "{replicas: 2}");
  request.options.wait = true;
  const auto installed = Do(request);
  ASSERT_TRUE(installed.ok()) << installed.status();
  EXPECT_EQ(
      client_->Get({"apps/v1", "Deployment", name_.name_space, "store-web"})->at("status")["readyReplicas"],
      2);
  const auto job = std::find_if(installed->hooks.begin(), installed->hooks.end(),
                                [](const ReleaseHook& h) { return h.kind == "Job"; });
  ASSERT_NE(job, installed->hooks.end());
  EXPECT_EQ(job->last_run.phase, "Succeeded");
}

TEST_F(Life, AFailedAtomicUpgradeGoesBack) {
  ASSERT_TRUE(Do(Request(Kind::kInstall, ShopFiles(true))).ok());
  ReleaseRequest request =
      Request(Kind::kUpgrade, ShopFiles(true), "{played: waits, color: blue, extra: true}");
  request.options.atomic = true;
  request.options.timeout = absl::Seconds(8);
  const auto failed = Do(request);
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(std::string(failed.status().message()),
              HasSubstr("release store failed, and has been rolled back due to atomic being set"));
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("ImagePullBackOff"));
  EXPECT_EQ(History(), "1 superseded, 2 failed, 3 deployed");
  EXPECT_EQ(Data("ConfigMap", "store-config"), (Json{{"color", "red"}}));
  EXPECT_EQ(Data("Secret", "store-extra"), "none");
  EXPECT_EQ(Newest().info.description, "Rollback to 1");
}

TEST_F(Life, AFailedAtomicInstallLeavesNothing) {
  ReleaseRequest request = Request(Kind::kInstall, ShopFiles(true), "{played: waits}");
  request.options.atomic = true;
  request.options.timeout = absl::Seconds(8);
  const auto failed = Do(request);
  EXPECT_THAT(std::string(failed.status().message()),
              HasSubstr("release store failed, and has been uninstalled due to atomic being set"));
  EXPECT_EQ(History(), "");
  EXPECT_EQ(Data("ConfigMap", "store-config"), "none");
}

TEST_F(Life, AHookThatFailsEndsIt) {
  const auto failed = Do(Request(Kind::kInstall, ShopFiles(true), "{hook: fails}"));
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("store-migrate"));
  EXPECT_EQ(History(), "1 failed");
  EXPECT_EQ(Data("ConfigMap", "store-config"), "none") << "nothing is installed before its hooks";
  ReleaseRequest again = Request(Kind::kUpgrade, ShopFiles(true), "{hook: well}");
  again.install = true;
  const auto upgraded = Do(again);
  ASSERT_TRUE(upgraded.ok()) << upgraded.status();
  EXPECT_EQ(History(), "1 failed, 2 deployed");
}

TEST_F(Life, WhatAFailedRevisionMadeIsRemovedByTheNext) {
  ASSERT_TRUE(Do(Request(Kind::kInstall, ShopFiles(true))).ok());
  ReleaseRequest request = Request(Kind::kUpgrade, ShopFiles(true), "{played: waits, extra: true}");
  request.options.wait = true;
  request.options.timeout = absl::Seconds(5);
  ASSERT_FALSE(Do(request).ok());
  EXPECT_NE(Data("Secret", "store-extra"), "none");
  ASSERT_TRUE(Do(Request(Kind::kUpgrade, ShopFiles(true))).ok());
  EXPECT_EQ(Data("Secret", "store-extra"), "none") << "Helm forgets it";
  EXPECT_EQ(History(), "1 superseded, 2 failed, 3 deployed");
}

TEST_F(Life, HistoryIsTrimmed) {
  for (int i = 0; i < 5; ++i) {
    ReleaseRequest request = Request(Kind::kUpgrade, ShopFiles(false), absl::StrCat("{color: c", i, "}"));
    request.install = true;
    request.options.history_max = 3;
    ASSERT_TRUE(Do(request).ok());
  }
  EXPECT_EQ(History(), "3 superseded, 4 superseded, 5 deployed");
}

TEST_F(Life, AnUpgradeWithoutChangesWritesItsRecordsOnly) {
  ASSERT_TRUE(Do(Request(Kind::kInstall, ShopFiles(true))).ok());
  ReleaseRequest request = Request(Kind::kUpgrade, ShopFiles(true));
  request.options.no_hooks = true;
  kube::FaultyClient counting(client_.get());
  ASSERT_TRUE(Do(request, &counting).ok());
  // The lease is taken, told of the revision, given back; the record is made, then deployed; the one before
  // is superseded.
  EXPECT_EQ(counting.writes(), 6);
  EXPECT_EQ(History(), "1 superseded, 2 deployed");
}

TEST_F(Life, DefinitionsComeFirstAndStay) {
  Files files = ShopFiles(false);
  files["crds/pool.yaml"] =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
      "pools.life.example.org}\n"
      "spec:\n  group: life.example.org\n  scope: Namespaced\n  names: {plural: pools, kind: Pool}\n  "
      "versions:\n"
      "  - name: v1\n    served: true\n    storage: true\n    schema: {openAPIV3Schema: {type: object, "
      "x-kubernetes-preserve-unknown-fields: true}}\n";
  files["templates/pool.yaml"] =
      "{{ if .Capabilities.APIVersions.Has \"life.example.org/v1/Pool\" }}\napiVersion: "
      "life.example.org/v1\nkind: Pool\n"
      "metadata: {name: one}\nspec: {size: 3}\n{{ end }}";
  const auto installed = Do(Request(Kind::kInstall, files));
  ASSERT_TRUE(installed.ok()) << installed.status();
  const kube::ObjectRef pool{"life.example.org/v1", "Pool", name_.name_space, "one"};
  EXPECT_TRUE(client_->Get(pool).ok());
  ASSERT_TRUE(Do(Request(Kind::kUninstall)).ok());
  EXPECT_TRUE(absl::IsNotFound(client_->Get(pool).status()));
  EXPECT_TRUE(
      client_->Get({"apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "pools.life.example.org"})
          .ok());
}

TEST_F(Life, WhatTheServerIsTooOldForInADefinitionIsTold) {
  Files files = ShopFiles(false);
  files["crds/vat.yaml"] =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
      "metadata: {name: vats.life.example.org}\nspec:\n  group: life.example.org\n  scope: Namespaced\n"
      "  names: {plural: vats, kind: Vat}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n"
      "    neverHeardOf: [1]\n    schema: {openAPIV3Schema: {type: object}}\n";
  const std::string told =
      "CustomResourceDefinition vats.life.example.org: this version of Kubernetes does not know, and goes "
      "without, .spec.versions[0].neverHeardOf";
  const ReleaseRequest request = Request(Kind::kInstall, files);
  const auto transition = MakeEngine(client_.get()).Prepare(request, {"cluster-1", 1, "op-plan"});
  ASSERT_TRUE(transition.ok()) << transition.status();
  EXPECT_THAT(PlanOf(ObservationOf(*transition)).warnings(), Contains(told));
  const auto installed = Do(request);
  ASSERT_TRUE(installed.ok()) << installed.status();
  EXPECT_THAT(progress_, Contains(told));
}

TEST_F(Life, ForeignObjectsAreAdoptedOnlyOnRequest) {
  ASSERT_TRUE(
      client_
          ->Create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_.name_space}}}})
          .ok());
  ASSERT_TRUE(client_
                  ->Create({{"apiVersion", "v1"},
                            {"kind", "ConfigMap"},
                            {"metadata", {{"name", "store-config"}, {"namespace", name_.name_space}}},
                            {"data", {{"color", "theirs"}, {"old", "x"}}}})
                  .ok());
  const auto refused = Do(Request(Kind::kInstall, ShopFiles(false)));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("store-config"));
  EXPECT_EQ(History(), "") << "nothing has begun";
  ReleaseRequest request = Request(Kind::kInstall, ShopFiles(false));
  request.options.take_ownership = true;
  ASSERT_TRUE(Do(request).ok());
  EXPECT_EQ(kube::TextAt(Data("ConfigMap", "store-config"), {"color"}), "red");
}

TEST_F(Life, RandomValuesChangeNothingWhenTheInputsAreTheSame) {
  Files files = ShopFiles(false);
  files["templates/random.yaml"] =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: store-random}\nstringData: {key: {{ randAlphaNum 20 "
      "}}}\n";
  ReleaseRequest request = Request(Kind::kUpgrade, files);
  request.install = true;
  request.inputs = "sha256:one";
  ASSERT_TRUE(Do(request).ok());
  const Json before = Data("Secret", "store-random");
  ASSERT_TRUE(Do(request).ok());
  EXPECT_EQ(History(), "1 deployed");
  EXPECT_EQ(Data("Secret", "store-random"), before);
  // A drift is mended by a revision of the same manifest.
  ASSERT_TRUE(client_->Delete({"v1", "ConfigMap", name_.name_space, "store-config"}, {}).ok());
  ASSERT_TRUE(Do(request).ok());
  EXPECT_EQ(History(), "1 superseded, 2 deployed");
  EXPECT_EQ(Data("Secret", "store-random"), before);
  EXPECT_EQ(Data("ConfigMap", "store-config"), (Json{{"color", "red"}}));
}

TEST_F(Life, WhatWasPlannedWithRandomValuesIsCarriedOut) {
  Renderings renderings;
  EngineParts parts{.client = client_.get(),
                    .clock = &SystemClock(),
                    .environment = &environment_,
                    .renderings = &renderings,
                    .render_anew = true};
  const Files files{{"templates/random.yaml",
                     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: store-random}\n"
                     "data: {key: {{ randAlphaNum 20 }}}\n"}};
  ReleaseRequest request = Request(Kind::kUpgrade, files);
  request.install = true;
  request.inputs = "sha256:two";
  const Writer writer{"cluster-1", 1, "op-1"};
  const auto planned = Engine(parts).Prepare(request, writer);
  ASSERT_TRUE(planned.ok()) << planned.status();
  parts.render_anew = false;
  const auto carried = Engine(parts).Prepare(request, writer);
  ASSERT_TRUE(carried.ok()) << carried.status();
  EXPECT_EQ(carried->release.manifest, planned->release.manifest);
  parts.render_anew = true;
  EXPECT_NE(Engine(parts).Prepare(request, writer)->release.manifest, planned->release.manifest);
}

}  // namespace
}  // namespace devstats::release
