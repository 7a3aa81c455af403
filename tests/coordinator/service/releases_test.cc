#include "coordinator/service/releases.h"

#include <atomic>

#include "tests/coordinator/service/release_fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Action = v1::ReleaseRequest;

std::vector<std::string> PathsOf(const UnitPlan& plan) {
  std::vector<std::string> out;
  for (const devstats::Change& c : plan.changes())
    out.push_back(absl::StrCat(devstats::Change::Action_Name(c.action()), " ", c.path()));
  return out;
}

using ReleasesTest = ReleaseFixture;

TEST_F(ReleasesTest, APlanShowsWhatWillBeAndChangesNothing) {
  v1::ReleaseRequest request =
      Request(Action::INSTALL,
              {{"templates/config.yaml", kConfigMap}, {"templates/NOTES.txt", "hello {{ .Release.Name }}"}});
  request.mutable_values()->add_files("v.yaml");
  (*request.mutable_values()->mutable_contents())["v.yaml"] = "num: 5\n";
  const auto plan = releases_.DoPlanRelease(request);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->plan().units_size(), 1);
  EXPECT_EQ(plan->plan().units(0).unit(), "release shop/web");
  EXPECT_THAT(PathsOf(plan->plan().units(0)),
              ElementsAre("CREATE revision 1 of shop/web", "CREATE ConfigMap shop/web-config"));
  EXPECT_EQ(plan->digest(), PlanDigest(plan->plan()));
  EXPECT_THAT(plan->manifest(), HasSubstr("# Source: store/templates/config.yaml"));
  EXPECT_THAT(plan->manifest(), HasSubstr("num: \"5\""));
  EXPECT_EQ(plan->notes(), "hello web");
  EXPECT_EQ(plan->revision(), 1u);
  EXPECT_TRUE(plan->is_install());
  EXPECT_EQ(kube_.writes, 0);
  EXPECT_THAT(*operations_.Latest(10), IsEmpty());
}

TEST_F(ReleasesTest, TheLifeOfARelease) {
  const OperationRecord installed = Change(Request(Action::INSTALL));
  EXPECT_EQ(installed.state, kDone) << installed.error;
  EXPECT_EQ(installed.kind, "release install shop/web");
  EXPECT_EQ(installed.actor, "ann");
  EXPECT_EQ(installed.payload, "");
  EXPECT_FALSE(operations_.Current()->has_value()) << "no cluster.yaml came of it";
  EXPECT_EQ(Object("ConfigMap", "web-config")["data"]["num"], "1");

  const OperationRecord upgraded = Change(With(Request(Action::UPGRADE), "num=2"));
  EXPECT_EQ(upgraded.state, kDone) << upgraded.error;
  EXPECT_EQ(Object("ConfigMap", "web-config")["data"]["num"], "2");

  v1::ReleaseRequest back = Request(Action::ROLLBACK);
  back.set_revision(1);
  EXPECT_EQ(Change(back).state, kDone);
  EXPECT_EQ(Object("ConfigMap", "web-config")["data"]["num"], "1");

  const auto history = releases_.DoGetReleaseHistory(Asked());
  ASSERT_TRUE(history.ok()) << history.status();
  std::vector<std::string> told;
  for (const v1::ReleaseSummary& r : history->releases())
    told.push_back(absl::StrCat(r.revision(), " ", r.status(), " ", r.chart(), " ", r.app_version(), " ",
                                r.description()));
  EXPECT_THAT(told, ElementsAre("1 superseded store-1.2.3 7 Install complete",
                                "2 superseded store-1.2.3 7 Upgrade complete",
                                "3 deployed store-1.2.3 7 Rollback to 1"));
  v1::GetReleaseRequest last = Asked();
  last.set_max(1);
  EXPECT_EQ(releases_.DoGetReleaseHistory(last)->releases(0).revision(), 3u);
  EXPECT_EQ(releases_.DoGetReleaseHistory(last)->releases_size(), 1);
  EXPECT_EQ(releases_.DoListReleases({})->releases_size(), 1);

  EXPECT_EQ(Change(Request(Action::UNINSTALL)).state, kDone);
  EXPECT_TRUE(Object("ConfigMap", "web-config").is_null());
  EXPECT_THAT(std::string(releases_.DoGetRelease(Asked()).status().message()),
              HasSubstr("release: not found"));
  EXPECT_TRUE(absl::IsNotFound(releases_.DoGetReleaseHistory(Asked()).status()));
  EXPECT_EQ(releases_.DoListReleases({})->releases_size(), 0);
}

TEST_F(ReleasesTest, AnUpgradeThatChangesNoObjectIsARevisionAllTheSame) {
  Change(Request(Action::INSTALL));
  const auto plan = releases_.DoPlanRelease(Request(Action::UPGRADE));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(PathsOf(plan->plan().units(0)), ElementsAre("CREATE revision 2 of shop/web"));
  EXPECT_EQ(Change(Request(Action::UPGRADE)).state, kDone);
  EXPECT_EQ(releases_.DoGetRelease(Asked())->summary().revision(), 2u);
}

TEST_F(ReleasesTest, WhatARecordTells) {
  Change(With(Request(Action::INSTALL), "num=7"));
  v1::GetReleaseRequest all = Asked();
  all.set_all_values(true);
  const auto detail = releases_.DoGetRelease(Asked());
  ASSERT_TRUE(detail.ok()) << detail.status();
  EXPECT_EQ(*ParseJson(detail->values()), Json({{"num", 7}}));
  EXPECT_EQ(*ParseJson(releases_.DoGetRelease(all)->values()), Json({{"num", 7}, {"password", "default"}}));
  EXPECT_THAT(detail->manifest(), HasSubstr("web-config"));
  EXPECT_EQ(ParseJson(detail->record())->at("name"), "web");
  EXPECT_EQ(detail->summary().status(), "deployed");
  EXPECT_THAT(detail->summary().updated(), HasSubstr("T"));
  EXPECT_GT(detail->summary().updated_ms(), 0);
  EXPECT_EQ(detail->deleted(), "");
  EXPECT_EQ(detail->objects_size(), 0);
  EXPECT_TRUE(absl::IsNotFound(releases_.DoGetRelease(Asked(2)).status()));
}

TEST_F(ReleasesTest, HowItsObjectsStand) {
  const std::string other =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n---\n"
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec: {replicas: 2}\n";
  Change(Request(Action::INSTALL, {{"templates/a.yaml", kConfigMap}, {"templates/b.yaml", other}}));
  ASSERT_TRUE(kube_.Delete({"v1", "ConfigMap", "shop", "other"}, {}).ok());
  v1::GetReleaseRequest request = Asked();
  request.set_resources(true);
  const auto detail = releases_.DoGetRelease(request);
  ASSERT_TRUE(detail.ok()) << detail.status();
  std::map<std::string, std::string> states;
  for (const v1::ReleaseObjectState& o : detail->objects()) states[o.object()] = o.state();
  EXPECT_EQ(states["ConfigMap shop/web-config"], "ready");
  EXPECT_EQ(states["ConfigMap shop/other"], "missing");
  EXPECT_EQ(states["Deployment shop/app"], "waiting");
  EXPECT_EQ(states.size(), 3u);
}

TEST_F(ReleasesTest, Drift) {
  Change(Request(Action::INSTALL));
  EXPECT_EQ(releases_.DoGetReleaseDrift(Asked())->changes().changes_size(), 0);
  ASSERT_TRUE(kube_.Delete({"v1", "ConfigMap", "shop", "web-config"}, {}).ok());
  const auto drift = releases_.DoGetReleaseDrift(Asked());
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_EQ(drift->changes().unit(), "release shop/web");
  EXPECT_THAT(PathsOf(drift->changes()), ElementsAre("CREATE ConfigMap shop/web-config"));
}

TEST_F(ReleasesTest, ASavedPlanIsCarriedOutIfTheClusterIsAsItWas) {
  Change(Request(Action::INSTALL));
  const v1::ReleaseRequest request = With(Request(Action::UPGRADE), "num=2");
  const auto plan = releases_.DoPlanRelease(request);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(Change(request, &*plan).state, kDone);
  const OperationRecord again = Change(request, &*plan);
  EXPECT_EQ(again.state, kFailed);
  EXPECT_THAT(again.error, HasSubstr("has changed since the plan was made"));
  EXPECT_EQ(releases_.DoGetRelease(Asked())->summary().revision(), 2u);
}

TEST_F(ReleasesTest, ASavedPlanIsOfItsRequestClusterAndTime) {
  const auto plan = *releases_.DoPlanRelease(Request(Action::INSTALL));
  const auto refusal = [&](const v1::ReleaseRequest& request, const v1::ReleasePlan& brought) {
    v1::ChangeReleaseRequest change;
    *change.mutable_request() = request;
    *change.mutable_plan() = brought.plan();
    return std::string(releases_.DoChangeRelease(change, "ann").status().message());
  };
  EXPECT_THAT(refusal(With(Request(Action::INSTALL), "num=2"), plan), HasSubstr("made for another request"));
  v1::ReleaseRequest other = Request(Action::INSTALL);
  other.set_name("other");
  EXPECT_THAT(refusal(other, plan), HasSubstr("is not one of release shop/other"));
  v1::ReleasePlan changed = plan;
  changed.mutable_plan()->set_cluster_id("cluster-2");
  EXPECT_THAT(refusal(Request(Action::INSTALL), changed), HasSubstr("was made for cluster cluster-2"));
  changed = plan;
  changed.mutable_plan()->set_expires("2020-01-01T00:00:00Z");
  EXPECT_THAT(refusal(Request(Action::INSTALL), changed), HasSubstr("expired"));
  changed = plan;
  changed.mutable_plan()->clear_units();
  EXPECT_THAT(refusal(Request(Action::INSTALL), changed), HasSubstr("is not one of"));
  EXPECT_EQ(kube_.writes, 0);
}

TEST_F(ReleasesTest, WhatDestroysDataIsCarriedOutForWhoAskedForIt) {
  Change(Request(
      Action::INSTALL,
      {{"templates/a.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"}}));
  const v1::ReleaseRequest request = Request(Action::UNINSTALL);
  EXPECT_TRUE(IsDestructive(releases_.DoPlanRelease(request)->plan().units(0)));
  const OperationRecord done = Change(request);
  EXPECT_EQ(done.state, kDone) << done.error;
  EXPECT_TRUE(Object("PersistentVolumeClaim", "data").is_null());
}

TEST_F(ReleasesTest, RandomFunctionsAreNoReasonToRefuseOrAsk) {
  const std::map<std::string, std::string> files{
      {"templates/a.yaml",
       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: {{ randAlpha 20 | quote }}}\n"}};
  EXPECT_EQ(Change(Request(Action::INSTALL, files)).state, kDone);
  EXPECT_EQ(Change(Request(Action::UPGRADE, files)).state, kDone);
}

TEST_F(ReleasesTest, WhatWasAskedIsSealedAndNamedNowhere) {
  const v1::ReleaseRequest request = With(Request(Action::INSTALL), "secret=hunter2-hunter2");
  std::string payload;
  kube_.react = [&](const Json&) {
    const auto rows = db_->Run("SELECT payload FROM operations");
    if (payload.empty() && rows.ok() && !rows->empty()) payload = AsText((*rows)[0][0]);
  };
  const OperationRecord done = Change(request);
  ASSERT_EQ(done.state, kDone) << done.error;
  EXPECT_GT(payload.size(), request.chart().size());
  EXPECT_THAT(payload, Not(HasSubstr("hunter2")));
  EXPECT_THAT(CanonicalJson(ToJson(done.plan)), Not(HasSubstr("hunter2")));
  const auto kept = db_->Run("SELECT payload FROM operations");
  EXPECT_EQ(AsText((*kept)[0][0]), "") << "gone with its end";
  const auto events = journal_.Events(0, "", 1000);
  for (const auto& event : *events) EXPECT_THAT(event.message(), Not(HasSubstr("hunter2")));
}

TEST_F(ReleasesTest, AFailedOneIsResumed) {
  std::atomic<bool> down = false;  // objects are written side by side
  kube_.react = [&](const Json& object) {
    if (object["kind"] == "Secret") down = true;  // the revision's record, which comes first
  };
  kube_.admit = [&](const Json&, const Json&) {
    return down ? absl::UnavailableError("no route") : absl::OkStatus();
  };
  v1::ReleaseRequest request = Request(
      Action::UPGRADE, {{"templates/a.yaml", kConfigMap},
                        {"templates/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"}});
  request.set_install(true);
  const OperationRecord failed = Change(request);
  EXPECT_EQ(failed.state, kFailed);
  EXPECT_THAT(failed.error, HasSubstr("no route"));
  EXPECT_THAT(failed.payload, Not(IsEmpty()));
  kube_.react = [](const Json&) {};
  down = false;
  ASSERT_TRUE(Eventually([&] { return runner_.Resume(failed.id).ok(); }));
  ASSERT_TRUE(Eventually([&] { return operations_.Get(failed.id)->state != kRunning; }));
  EXPECT_EQ(operations_.Get(failed.id)->state, kDone) << operations_.Get(failed.id)->error;
  EXPECT_EQ(operations_.Get(failed.id)->payload, "");
}

TEST_F(ReleasesTest, ErrorsOfTheEngineAreTold) {
  Change(Request(Action::INSTALL));
  const auto again = releases_.DoPlanRelease(Request(Action::INSTALL));
  EXPECT_TRUE(absl::IsAlreadyExists(again.status()));
  EXPECT_THAT(std::string(again.status().message()), HasSubstr("cannot re-use a name that is still in use"));
  v1::ChangeReleaseRequest change;
  *change.mutable_request() = Request(Action::INSTALL);
  EXPECT_TRUE(absl::IsAlreadyExists(releases_.DoChangeRelease(change, "ann").status()));
  EXPECT_EQ(operations_.Latest(10)->size(), 1u) << "no operation was begun";
}

}  // namespace
}  // namespace devstats::coordinator
