// What Helm prints of a release, devstatsctl prints, byte for byte.
#include "tests/coordinator/ctl/release/fake_releases.h"

namespace devstats::ctl {
namespace {

using testing::HasSubstr;

struct GoldenCase {
  const char* file;
  std::vector<std::string> args;
};

class HelmOutputTest : public testing::TestWithParam<GoldenCase> {};

TEST_P(HelmOutputTest, IsTheSame) {
  FakeReleases fake;
  std::vector<std::string> args = GetParam().args;
  args.insert(args.end(), {"-n", "shop"});
  const Outcome outcome = fake.Ctl(args);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, Golden(GetParam().file));
  EXPECT_EQ(outcome.err, "");
}

const GoldenCase kLists[] = {
    {"list.txt", {"list"}},
    {"list.txt", {"ls", "--deployed", "--failed"}},
    {"list-all.txt", {"list", "-a"}},
    {"list-all.json", {"list", "-a", "-o", "json"}},
    {"list-all.yaml", {"list", "--all", "--output=yaml"}},
    {"list-superseded.txt", {"list", "--superseded"}},
    {"list-pending-uninstalled.txt", {"list", "--pending", "--uninstalled"}},
    {"list-date.txt", {"list", "-ad"}},
    {"list-date-reverse.txt", {"list", "-a", "-d", "-r"}},
    {"list-page.txt", {"list", "-a", "-m", "2", "--offset", "1"}},
    {"list-filter.txt", {"list", "-a", "-f", "st.*"}},
    {"list-layout.txt", {"list", "-a", "--time-format", "2006-01-02 15:04:05Z0700", "--no-headers"}},
    {"list-none.txt", {"list", "-f", "nothing"}},
    {"list-none.json", {"list", "-f", "nothing", "-o", "json"}},
    {"list-none-no-headers.txt", {"list", "-f", "nothing", "--no-headers"}},
    {"list-short.txt", {"list", "-a", "-q"}},
    {"list-short.json", {"list", "-a", "-q", "-o", "json"}},
    {"list-short.yaml", {"list", "-a", "-q", "-o", "yaml"}},
    {"list-selector.txt", {"list", "-a", "-l", "team=web"}}};
INSTANTIATE_TEST_SUITE_P(List, HelmOutputTest, testing::ValuesIn(kLists));

const GoldenCase kHistories[] = {{"store.history.txt", {"history", "store"}},
                                 {"store.history.txt", {"hist", "store"}},
                                 {"store.history-2.txt", {"history", "store", "--max", "2"}},
                                 {"store.history.json", {"history", "store", "-o", "json"}},
                                 {"store.history.yaml", {"history", "store", "-o", "yaml"}},
                                 {"gone.history.txt", {"history", "gone"}},
                                 {"gone.history.json", {"history", "gone", "-o", "json"}}};
INSTANTIATE_TEST_SUITE_P(History, HelmOutputTest, testing::ValuesIn(kHistories));

const GoldenCase kStatuses[] = {{"store.status.txt", {"status", "store"}},
                                {"store.status-3.txt", {"status", "store", "--revision", "3", "--show-desc"}},
                                {"store.status-desc.txt", {"status", "--show-desc", "store"}},
                                {"store.status.json", {"status", "store", "-o", "json"}},
                                {"store.status.yaml", {"status", "store", "-o", "yaml"}},
                                {"gone.status.txt", {"status", "gone"}},
                                {"gone.status-desc.txt", {"status", "gone", "--show-desc"}},
                                {"stuck.status.txt", {"status", "stuck"}},
                                {"stuck.status.yaml", {"status", "stuck", "-o", "yaml"}}};
INSTANTIATE_TEST_SUITE_P(Status, HelmOutputTest, testing::ValuesIn(kStatuses));

const GoldenCase kGets[] = {{"store.all.txt", {"get", "all", "store"}},
                            {"gone.all.txt", {"get", "all", "gone"}},
                            {"stuck.all.txt", {"get", "all", "stuck"}},
                            {"store.values.txt", {"get", "values", "store"}},
                            {"store.values.json", {"get", "values", "store", "-o", "json"}},
                            {"store.values.yaml", {"get", "values", "store", "-o", "yaml"}},
                            {"store.values-2.json", {"get", "values", "store", "--revision=2", "-o", "json"}},
                            {"store.values-2.yaml", {"get", "values", "store", "--revision=2", "-o", "yaml"}},
                            {"store.values-all.txt", {"get", "values", "store", "-a"}},
                            {"store.values-all.json", {"get", "values", "store", "--all", "-o", "json"}},
                            {"gone.values.txt", {"get", "values", "gone"}},
                            {"gone.values.json", {"get", "values", "gone", "-o", "json"}},
                            {"store.manifest.txt", {"get", "manifest", "store"}},
                            {"store.hooks.txt", {"get", "hooks", "store"}},
                            {"store.notes.txt", {"get", "notes", "store"}},
                            {"store.metadata.txt", {"get", "metadata", "store"}},
                            {"store.metadata.json", {"get", "metadata", "store", "-o", "json"}},
                            {"store.metadata.yaml", {"get", "metadata", "store", "-o", "yaml"}},
                            {"gone.metadata.txt", {"get", "metadata", "gone"}}};
INSTANTIATE_TEST_SUITE_P(Get, HelmOutputTest, testing::ValuesIn(kGets));

class ReleaseReadTest : public testing::Test {
 protected:
  FakeReleases fake_;
};

TEST_F(ReleaseReadTest, AListAsksForNoMoreThanItShows) {
  fake_.Ctl({"list"});
  EXPECT_EQ(fake_.listed.namespace_(), "default");
  EXPECT_FALSE(fake_.listed.superseded());
  fake_.Ctl({"list", "-A", "--superseded", "-l", "a=b"});
  EXPECT_EQ(fake_.listed.namespace_(), "");
  EXPECT_EQ(fake_.listed.selector(), "a=b");
  EXPECT_TRUE(fake_.listed.superseded());
  fake_.Ctl({"list", "--superseded", "--failed"});  // of each release only the newest is judged
  EXPECT_FALSE(fake_.listed.superseded());
  EXPECT_TRUE(fake_.asked.empty());
  fake_.Ctl({"history", "store", "--max", "3"});
  EXPECT_EQ(fake_.history_asked.max(), 3u);
}

TEST_F(ReleaseReadTest, UnreadableRecordsAreToldOnStderr) {
  fake_.on_list_releases = [](const v1::ListReleasesRequest&) {
    v1::ReleaseList list;
    list.add_warnings("shop/broken.v1: not a\033[2J release");
    return list;
  };
  const Outcome outcome = fake_.Ctl({"list"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "WARNING: shop/broken.v1: not a\\x1b[2J release\n");
}

TEST_F(ReleaseReadTest, ErrorsAreHelms) {
  EXPECT_EQ(fake_.Ctl({"list", "-f", "[a"}).err, "Error: error parsing regexp: missing closing ]: `[a`\n");
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"status", "nobody"}, {"history", "nobody"}, {"get", "values", "nobody"}}) {
    const Outcome outcome = fake_.Ctl(args);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, testing::StartsWith("Error: release: not found\nhint: "));
  }
}

TEST_F(ReleaseReadTest, GetAllIsOfOneRevision) {
  fake_.Ctl({"get", "all", "store"});
  ASSERT_EQ(fake_.asked.size(), 2u);
  EXPECT_EQ(fake_.asked[1].revision(), 5u);
  EXPECT_TRUE(fake_.asked[1].all_values());
}

TEST_F(ReleaseReadTest, AWideListHasDescriptions) {
  EXPECT_THAT(fake_.Ctl({"list", "-A", "-o", "wide"}).out, HasSubstr("Upgrade complete"));
}

TEST_F(ReleaseReadTest, AManifestOnATerminalMovesNoCursor) {
  fake_.on_get_release = [](const v1::GetReleaseRequest&) {
    v1::ReleaseDetail release;
    release.set_manifest("a: \033[2J");
    return release;
  };
  EXPECT_EQ(fake_.Ctl({"get", "manifest", "x"}).out, "a: \033[2J\n");
  EXPECT_EQ(fake_.Ctl({"get", "manifest", "x"}, {.terminal = true}).out, "a: \\x1b[2J\n");
}

TEST_F(ReleaseReadTest, TestsThatRanAndResourcesAreShown) {
  fake_.on_get_release = [](const v1::GetReleaseRequest& request) {
    v1::ReleaseDetail release;
    release.mutable_summary()->set_name("web");
    v1::ReleaseHookRun* test = release.add_hooks();
    test->set_name("web-probe");
    test->add_events("test");
    test->set_started("2026-11-22T10:44:54.189417615Z");
    test->set_completed("2026-11-22T10:44:55+01:00");
    test->set_phase("Succeeded");
    if (request.resources()) {
      v1::ReleaseObjectState* object = release.add_objects();
      object->set_object("Deployment shop/web");
      object->set_state("waiting");
      object->set_reason("1 of 2 pods: ImagePullBackOff");
    }
    return release;
  };
  EXPECT_EQ(fake_.Ctl({"status", "web", "--show-resources"}).out,
            "NAME: web\nNAMESPACE: \nSTATUS: \nREVISION: 0\nRESOURCES:\n"
            "OBJECT               STATE    REASON\n"
            "Deployment shop/web  waiting  1 of 2 pods: ImagePullBackOff\n\n"
            "TEST SUITE:     web-probe\nLast Started:   Sun Nov 22 10:44:54 2026\n"
            "Last Completed: Sun Nov 22 10:44:55 2026\nPhase:          Succeeded\n");
}

TEST_F(ReleaseReadTest, DriftIsShownAndCounts) {
  v1::ReleaseDrift drift;
  drift.mutable_changes()->set_unit("release shop/store");
  fake_.on_release_drift = [&](const v1::GetReleaseRequest&) { return drift; };
  Outcome outcome = fake_.Ctl({"status", "store", "--drift"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "No drift: the objects are as recorded.\n");
  drift.mutable_changes()->add_warnings("no Widgets here any more");
  EXPECT_THAT(fake_.Ctl({"diff", "store"}).out, HasSubstr("warning: no Widgets here any more\nNo drift"));
  drift.mutable_changes()->clear_warnings();
  auto* change = drift.mutable_changes()->add_changes();
  change->set_path("Deployment shop/store .spec.replicas");
  change->set_action(plan::v1::Change::UPDATE);
  change->set_before("3");
  change->set_after("2");
  drift.add_left("CronJob shop/sync: spec.suspend");
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"status", "store", "--drift"}, {"diff", "store"}}) {
    outcome = fake_.Ctl(args);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(outcome.out,
              "release shop/store\n  ~ Deployment shop/store .spec.replicas: 3 -> 2\n"
              "left to others:\n  CronJob shop/sync: spec.suspend\n");
  }
  EXPECT_EQ((*ParseJson(fake_.Ctl({"diff", "store", "-o", "json"}).out))["left"][0],
            "CronJob shop/sync: spec.suspend");
  drift.mutable_changes()->set_state(plan::v1::UnitPlan::UNKNOWN);
  drift.mutable_changes()->set_error("no rights");
  drift.mutable_changes()->clear_changes();
  EXPECT_EQ(fake_.Ctl({"diff", "store"}).code, 1);
}

}  // namespace
}  // namespace devstats::ctl
