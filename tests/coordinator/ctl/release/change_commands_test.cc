// Commands that change releases, against a coordinator in this process.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "re2/re2.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/release/fake_changes.h"

namespace devstats::ctl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using v1::ReleaseRequest;

constexpr char kDiff[] =
    "release shop/store\n  + revision 6 of shop/store: upgrade\n  ~ Deployment shop/store .spec.replicas: 1 "
    "-> 2\n";

class ReleaseChangeTest : public testing::Test {
 protected:
  ReleaseChangeTest() {
    EXPECT_TRUE(WriteFileAtomic(values_, "color: green\nbig: 5\n").ok());
    EXPECT_TRUE(WriteFileAtomic(text_, "a <b>\n").ok());
  }
  Outcome Upgrade(std::vector<std::string> more = {}, const Invocation& how = {}) {
    more.insert(more.begin(), {"upgrade", "store", chart_, "-n", "shop"});
    return fake_.Ctl(std::move(more), how);
  }
  const ReleaseRequest& Asked() const { return fake_.planned_releases.back(); }
  // A dry run's text, its time as Helm's golden has it.
  static std::string Timeless(const std::string& text) {
    std::string out = text;
    RE2::Replace(&out, "LAST DEPLOYED: .*", "LAST DEPLOYED: T");
    return out;
  }

  static std::string NameOf(const std::string& flag) { return flag.substr(0, flag.find('=')); }

  FakeChanges fake_;
  TempDir folder_;
  const std::string chart_ = GoldenPath("tiny"), values_ = folder_ / "v.yaml", text_ = folder_ / "text";
};

TEST_F(ReleaseChangeTest, AnUpgradeShowsItsPlanThenWhatHelmPrints) {
  const Outcome outcome = Upgrade();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "Release \"store\" has been upgraded. Happy Helming!\n" + Golden("store.status.txt"));
  EXPECT_THAT(outcome.err, StartsWith(kDiff));
  EXPECT_THAT(outcome.err, HasSubstr("operation op-7\n"));
  EXPECT_THAT(outcome.err, HasSubstr("waiting for Deployment shop/store: 0 of 1\n"));
  ASSERT_EQ(fake_.changed.size(), 1u);
  EXPECT_EQ(fake_.changed[0].request().SerializeAsString(), Asked().SerializeAsString());
  EXPECT_FALSE(fake_.changed[0].has_plan());  // a chart may draw random values: there is no exact plan
  EXPECT_TRUE(fake_.had_deadline);
}

TEST_F(ReleaseChangeTest, ForProgramsStdoutIsTheRecordAlone) {
  EXPECT_EQ(Upgrade({"-o", "json"}).out, FakeChanges::RecordOf("store") + "\n");
  EXPECT_THAT(Upgrade({"-i", "-o", "yaml"}).out, AllOf(StartsWith("chart:\n  metadata:\n    annotations:\n"),
                                                       HasSubstr("version: '>=0.1.0'\n")));
}

TEST_F(ReleaseChangeTest, AnUpgradeThatInstallsSaysSo) {
  fake_.is_install = true;
  const Outcome outcome = Upgrade({"--install", "--hide-notes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("Release \"store\" does not exist. Installing it now.\nNAME: store\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("NOTES:")));
  EXPECT_EQ(Asked().action(), ReleaseRequest::UPGRADE);
  EXPECT_TRUE(Asked().install());
}

TEST_F(ReleaseChangeTest, AnInstallPrintsTheSummary) {
  const Outcome outcome = fake_.Ctl({"install", "store", chart_, "-n", "shop"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, Golden("store.status.txt"));
  EXPECT_EQ(Asked().action(), ReleaseRequest::INSTALL);
  EXPECT_EQ(Asked().name(), "store");
  EXPECT_EQ(Asked().namespace_(), "shop");
}

TEST_F(ReleaseChangeTest, FlagsBecomeTheRequest) {
  EXPECT_EQ(Upgrade({"--atomic",
                     "--wait-for-jobs",
                     "--timeout",
                     "1h2m3.5s",
                     "--reuse-values",
                     "--no-hooks",
                     "--skip-crds",
                     "--create-namespace",
                     "--description=why",
                     "--history-max",
                     "0",
                     "--force-conflicts",
                     "--take-ownership",
                     "-l",
                     "team=web,tier=front",
                     "-l",
                     "a=b=c",
                     "--cleanup-on-fail",
                     "--render-subchart-notes",
                     "--skip-schema-validation",
                     "--takeover",
                     "--takeover-after",
                     "3m"})
                .code,
            0);
  const ReleaseRequest& request = Asked();
  EXPECT_TRUE(request.atomic() && request.wait() && request.wait_for_jobs());
  EXPECT_EQ(request.timeout_ms(), 3'723'500);
  EXPECT_EQ(request.reuse(), ReleaseRequest::REUSE);
  EXPECT_TRUE(request.no_hooks() && request.skip_crds() && request.create_namespace());
  EXPECT_EQ(request.description(), "why");
  EXPECT_TRUE(request.has_history_max());
  EXPECT_EQ(request.history_max(), 0u);
  EXPECT_TRUE(request.force_conflicts() && request.take_ownership() && request.cleanup_on_fail());
  EXPECT_TRUE(request.sub_notes() && request.skip_schema() && request.takeover());
  EXPECT_EQ(request.takeover_after_ms(), 180'000);
  EXPECT_EQ((std::map<std::string, std::string>(request.labels().begin(), request.labels().end())),
            (std::map<std::string, std::string>{{"team", "web"}, {"tier", "front"}, {"a", "b=c"}}));
}

TEST_F(ReleaseChangeTest, WithoutFlagsHelmsDefaultsHold) {
  Upgrade();
  EXPECT_EQ(Asked().timeout_ms(), 300'000);
  EXPECT_EQ(Asked().takeover_after_ms(), 900'000);
  EXPECT_FALSE(Asked().has_history_max());
  EXPECT_EQ(Asked().reuse(), ReleaseRequest::REUSE_DEFAULT);
  EXPECT_FALSE(Asked().wait() || Asked().atomic() || Asked().install());
  Upgrade({"--reset-then-reuse-values"});
  EXPECT_EQ(Asked().reuse(), ReleaseRequest::RESET_THEN_REUSE);
  Upgrade({"--reset-then-reuse-values", "--reuse-values", "--reset-values"});
  EXPECT_EQ(Asked().reuse(), ReleaseRequest::RESET);
}

TEST_F(ReleaseChangeTest, ChartAndValuesTravelAsTheyAre) {
  const Outcome outcome = fake_.Ctl({"template", "web", chart_, "-n", "shop", "-f", values_, "--set",
                                     "big=1000000", "--set-file", "text=" + text_});
  EXPECT_EQ(outcome.out, Golden("template.txt")) << outcome.err;
  const v1::ReleaseValues& values = Asked().values();
  EXPECT_THAT(values.files(), ElementsAre(values_));
  EXPECT_THAT(values.set(), ElementsAre("big=1000000"));
  EXPECT_THAT(values.set_file(), ElementsAre("text=" + text_));
  EXPECT_EQ(values.contents().size(), 2u);
  EXPECT_EQ(values.contents().at(values_), "color: green\nbig: 5\n");
  EXPECT_EQ(values.contents().at(text_), "a <b>\n");
  const std::string first = Asked().chart();
  fake_.Ctl({"template", "web", chart_});
  EXPECT_EQ(Asked().chart(), first);  // so that a plan holds later
}

TEST_F(ReleaseChangeTest, ValuesComeFromStandardInput) {
  EXPECT_EQ(Upgrade({"-f", "-", "-f", "-"}, {.input = "color: red\n"}).code, 0);
  EXPECT_EQ(Asked().values().contents().at("-"), "color: red\n");
}

TEST_F(ReleaseChangeTest, TemplatesAreHelms) {
  const auto render = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"template", "web", chart_, "-n", "shop"});
    const Outcome outcome = fake_.Ctl(std::move(more));
    return outcome.out + outcome.err;
  };
  EXPECT_EQ(render({}), Golden("template-defaults.txt"));
  EXPECT_EQ(render({"--include-crds"}), Golden("template-crds.txt"));
  EXPECT_EQ(render({"--no-hooks"}), Golden("template-no-hooks.txt"));
  EXPECT_EQ(render({"--skip-tests"}), Golden("template-skip-tests.txt"));
  EXPECT_EQ(render({"-s", "templates/objects.yaml"}), Golden("template-show-only.txt"));
  EXPECT_EQ(render({"-s", "templates/nope.yaml"}),
            "Error: could not find template templates/nope.yaml in chart\n");
  EXPECT_TRUE(fake_.changed.empty());
  EXPECT_TRUE(Asked().install() && Asked().take_ownership());
}

TEST_F(ReleaseChangeTest, DryRunsAreHelmsAndChangeNothing) {
  fake_.is_install = true;
  fake_.revision = 1;
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"install", "web", chart_, "-n", "shop"});
    const Outcome outcome = fake_.Ctl(std::move(more));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  };
  EXPECT_EQ(Timeless(run({"--dry-run"})), Timeless(Golden("install-dry.txt")));
  EXPECT_EQ(Timeless(run({"--dry-run=server", "--hide-secret"})), Timeless(Golden("install-dry-hidden.txt")));
  EXPECT_TRUE(fake_.changed.empty());
  const Json json = *ParseJson(run({"--dry-run", "-o", "json"}));
  EXPECT_EQ(json["info"]["description"], "Dry run complete");
  EXPECT_THAT(json["manifest"].get<std::string>(),
              StartsWith("---\n# Source: tiny/templates/objects.yaml\n"));
  EXPECT_EQ(fake_.Ctl({"install", "store", chart_, "--dry-run=none"}).code, 0);
  EXPECT_EQ(fake_.Ctl({"install", "--dry-run=", "store", chart_}).code, 0);
  EXPECT_EQ(fake_.changed.size(), 2u);
  EXPECT_EQ(fake_.Ctl({"install", "--dry-run", "store", chart_}).code, 0);
  EXPECT_THAT(fake_.Ctl({"install", "web", chart_, "--dry-run=x"}).err, HasSubstr("Invalid dry-run flag."));
  EXPECT_EQ(fake_.changed.size(), 2u);
}

TEST_F(ReleaseChangeTest, UninstallTakesSeveralNames) {
  const Outcome outcome = fake_.Ctl({"delete", "store", "gone", "-n", "shop", "--keep-history", "--cascade",
                                     "foreground", "--ignore-not-found"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "release \"store\" uninstalled\nrelease \"gone\" uninstalled\n");
  ASSERT_EQ(fake_.changed.size(), 2u);
  const ReleaseRequest& request = fake_.changed[1].request();
  EXPECT_EQ(request.action(), ReleaseRequest::UNINSTALL);
  EXPECT_EQ(request.name(), "gone");
  EXPECT_TRUE(request.keep_history() && request.ignore_not_found());
  EXPECT_EQ(request.cascade(), "foreground");
  fake_.changed.clear();
  EXPECT_EQ(fake_.Ctl({"uninstall", "store", "--dry-run"}).out, "release \"store\" uninstalled\n");
  EXPECT_TRUE(fake_.changed.empty());
}

TEST_F(ReleaseChangeTest, UninstallOfNothingIsAnErrorUnlessIgnored) {
  fake_.on_plan_release = [](const ReleaseRequest&) -> absl::StatusOr<v1::ReleasePlan> {
    return absl::NotFoundError("release: not found");
  };
  EXPECT_EQ(fake_.Ctl({"uninstall", "nobody"}).err,
            "Error: uninstall: Release not loaded: nobody: release: not found\n");
  EXPECT_EQ(fake_.Ctl({"uninstall", "nobody", "--ignore-not-found"}).out, "release \"nobody\" uninstalled\n");
}

TEST_F(ReleaseChangeTest, AnotherClusterIsNotTakenForThisOne) {
  for (const char* flag : {"--kube-context=x", "--kubeconfig=x", "--kube-apiserver=x", "--kube-token=x"}) {
    const Outcome outcome = Upgrade({flag});
    EXPECT_EQ(outcome.code, 1) << flag;
    EXPECT_THAT(outcome.err,
                StartsWith(absl::StrCat("Error: ", NameOf(flag), " is not supported; --context says")))
        << flag;
  }
  EXPECT_EQ(Upgrade({"--debug", "--qps", "5"}).code, 0);
}

TEST_F(ReleaseChangeTest, RollbackGoesToARevision) {
  const Outcome outcome = fake_.Ctl({"rollback", "store", "3", "-n", "shop", "--wait"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "Rollback was a success! Happy Helming!\n");
  EXPECT_EQ(Asked().action(), ReleaseRequest::ROLLBACK);
  EXPECT_EQ(Asked().revision(), 3u);
  EXPECT_TRUE(Asked().wait());
  EXPECT_EQ(fake_.Ctl({"rollback", "store"}).code, 0);
  EXPECT_EQ(Asked().revision(), 0u);
  EXPECT_THAT(fake_.Ctl({"rollback", "store", "x"}).err,
              StartsWith("Error: could not convert revision to a number: "));
}

TEST_F(ReleaseChangeTest, TestsAreFilteredAndShownEvenIfTheyFail) {
  EXPECT_EQ(fake_.Ctl({"test", "store", "-n", "shop", "--filter", "name=a,!name=b", "--logs"}).out,
            Golden("store.status.txt"));
  EXPECT_EQ(Asked().action(), ReleaseRequest::TEST);
  EXPECT_THAT(Asked().test_filters(), ElementsAre("name=a", "!name=b"));
  EXPECT_TRUE(Asked().test_logs());
  fake_.ends = "failed";
  fake_.operation.set_error("pod store-probe failed");
  const Outcome failed = fake_.Ctl({"test", "store", "-n", "shop"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_EQ(failed.out, Golden("store.status.txt"));
  EXPECT_THAT(failed.err, HasSubstr("Error: pod store-probe failed\n"));
}

TEST_F(ReleaseChangeTest, AdoptTakesAReleaseAsItIs) {
  EXPECT_EQ(fake_.Ctl({"adopt", "store", "-n", "shop"}).out, Golden("store.status.txt"));
  EXPECT_EQ(Asked().action(), ReleaseRequest::ADOPT);
  EXPECT_TRUE(Asked().chart().empty());
}

TEST_F(ReleaseChangeTest, AFailureReadsAsHelms) {
  fake_.ends = "failed";
  fake_.operation.set_error("release shop/store: context deadline exceeded");
  fake_.operation.set_hint("look at the pods");
  Outcome outcome = Upgrade();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::EndsWith(
                               "Error: UPGRADE FAILED: context deadline exceeded\nhint: look at the pods\n"));
  outcome = fake_.Ctl({"install", "store", chart_});
  EXPECT_THAT(outcome.err, HasSubstr("Error: INSTALLATION FAILED: context deadline exceeded\n"));
  fake_.operation.clear_hint();
  EXPECT_THAT(Upgrade().err, HasSubstr("hint: what happened: devstatsctl operation show op-7\n"));
}

TEST_F(ReleaseChangeTest, WhatCannotBePlannedChangesNothing) {
  fake_.on_plan_release = [](const ReleaseRequest&) -> absl::StatusOr<v1::ReleasePlan> {
    return Hint(absl::NotFoundError("\"store\" has no deployed releases"), "add --install");
  };
  EXPECT_EQ(Upgrade().err,
            "Error: UPGRADE FAILED: \"store\" has no deployed releases\nhint: add --install\n");
  fake_.on_plan_release = [](const ReleaseRequest&) -> absl::StatusOr<v1::ReleasePlan> {
    v1::ReleasePlan plan;
    plan::v1::UnitPlan* part = plan.mutable_plan()->add_units()->add_parts();
    part->set_state(plan::v1::UnitPlan::UNKNOWN);
    part->set_error("no right to read Deployments");
    return plan;
  };
  EXPECT_EQ(Upgrade().err, "Error: UPGRADE FAILED: no right to read Deployments\n");
  EXPECT_TRUE(fake_.changed.empty());
}

TEST_F(ReleaseChangeTest, MistakesAreToldAsHelmTellsThem) {
  const auto error = [&](std::vector<std::string> args) {
    const Outcome outcome = fake_.Ctl(std::move(args));
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    const std::vector<std::string> lines = absl::StrSplit(outcome.err, '\n');
    return lines.front();
  };
  EXPECT_EQ(error({"install", "nobody", "./nope"}), "Error: INSTALLATION FAILED: path \"./nope\" not found");
  EXPECT_EQ(error({"install", chart_}),
            "Error: INSTALLATION FAILED: must either provide a name or specify --generate-name");
  EXPECT_EQ(error({"upgrade", "nobody", "./nope"}), "Error: path \"./nope\" not found");
  EXPECT_EQ(error({"upgrade", "store", chart_, "--timeout", "5"}),
            "Error: invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"");
  EXPECT_EQ(error({"upgrade", "store", chart_, "--labels", "x"}),
            "Error: invalid argument \"x\" for \"-l, --labels\" flag: x must be formatted as key=value");
  EXPECT_EQ(error({"uninstall", "store", "--cascade", "x"}),
            "Error: invalid cascade value (x). Must be \"background\", \"foreground\", or \"orphan\"");
  EXPECT_EQ(error({"upgrade", "store", chart_, "--set-json", "a={"}),
            "Error: failed parsing --set-json data a={");
  EXPECT_EQ(error({"upgrade", "store", chart_, "-f", "/nonexistent/v"}),
            "Error: open /nonexistent/v: no such file or directory");
  EXPECT_EQ(error({"upgrade", "Store", chart_}).find("Error: UPGRADE FAILED: release name \"Store\""), 0u);
  EXPECT_TRUE(fake_.planned_releases.empty());
}

TEST_F(ReleaseChangeTest, WhatWeLackIsRefusedNotIgnored) {
  for (const char* flag : {"--force", "--enable-dns", "--recreate-pods", "--post-renderer=x"}) {
    const Outcome outcome = Upgrade({flag});
    EXPECT_EQ(outcome.code, 1) << flag;
    EXPECT_THAT(outcome.err, StartsWith(absl::StrCat("Error: ", NameOf(flag), " is not supported; ")))
        << flag;
  }
  EXPECT_EQ(Upgrade({"--force=false"}).code, 0);
  EXPECT_THAT(Upgrade({"--frce"}).err, Not(HasSubstr("--force\"")));  // not suggested either
}

TEST_F(ReleaseChangeTest, DependenciesThatAreLackingCanBeFetched) {
  const auto write = [&](const std::string& path, const std::string& text) {
    ASSERT_TRUE(MakeFolders((folder_ / path).substr(0, (folder_ / path).rfind('/'))).ok());
    ASSERT_TRUE(WriteFileAtomic(folder_ / path, text).ok());
  };
  write("kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.2.0\n");
  write("c/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: kid, version: 1.x, repository: "
        "'file://../kid'}]\n");
  const std::vector<std::string> install = {"install", "store", folder_ / "c", "-n", "shop"};
  EXPECT_THAT(fake_.Ctl(install).err, HasSubstr("missing in charts/ directory: kid"));
  EXPECT_TRUE(fake_.planned_releases.empty());
  std::vector<std::string> updating = install;
  updating.push_back("--dependency-update");
  const Outcome outcome = fake_.Ctl(updating);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, Golden("store.status.txt"));
  EXPECT_THAT(outcome.err, StartsWith("Saving 1 charts\nDeleting outdated charts\n"));
  EXPECT_TRUE(Exists(folder_ / "c/charts/kid-1.2.0.tgz"));
  EXPECT_THAT(fake_.Ctl(updating).err, Not(HasSubstr("Saving"))) << "nothing is lacking";
  EXPECT_EQ(Upgrade({"--dependency-update"}).code, 0);
}

TEST_F(ReleaseChangeTest, OnlyATerminalIsAskedAndOnlyBeforeDataIsDestroyed) {
  const Invocation terminal{.input = "yes\n", .terminal = true};
  EXPECT_EQ(Upgrade({}, terminal).code, 0);
  EXPECT_THAT(Upgrade({}, terminal).err, Not(HasSubstr("destroys data")));
  fake_.plan.mutable_units(0)->mutable_changes(1)->set_destructive(true);
  EXPECT_EQ(Upgrade().code, 0);  // as Helm: a script is not asked
  EXPECT_FALSE(fake_.changed.back().has_plan());
  EXPECT_THAT(Upgrade({}, terminal).err, HasSubstr("This destroys data."));
  // What was agreed to, and nothing else.
  EXPECT_EQ(coordinator::PlanDigest(fake_.changed.back().plan()), coordinator::PlanDigest(fake_.plan));
  fake_.changed.clear();
  EXPECT_EQ(Upgrade({}, {.input = "y\n", .terminal = true}).code, 1);
  EXPECT_TRUE(fake_.changed.empty());
  EXPECT_EQ(Upgrade({"-y"}, {.input = "", .terminal = true}).code, 0);
}

TEST_F(ReleaseChangeTest, CtrlCDetachesAndTheChangeGoesOn) {
  fake_.goes_on = true;
  Outcome outcome;
  std::thread operator_([&] { outcome = Upgrade(); });
  ASSERT_TRUE(Eventually([&] { return fake_.sent() == 2; }));
  kill(getpid(), SIGINT);
  operator_.join();
  EXPECT_EQ(outcome.code, 130);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("detached; operation op-7 goes on\n"));
}

TEST_F(ReleaseChangeTest, WhatAwaitsApprovalIsSaidOnStderr) {
  fake_.ends = "awaiting-approval";
  fake_.operation.mutable_units(0)->mutable_amended()->set_unit("release shop/store");
  const Outcome outcome = Upgrade();
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("devstatsctl operation approve op-7 'release shop/store' --confirm "));
}

TEST_F(ReleaseChangeTest, DiffTellsByItsExitStatus) {
  Outcome outcome = fake_.Ctl({"diff", "store", chart_, "-n", "shop", "-i"});
  EXPECT_EQ(outcome.code, 2) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith(kDiff));
  EXPECT_TRUE(Asked().install());
  outcome = fake_.Ctl({"diff", "store", chart_, "-o", "json"});
  const Json json = *ParseJson(outcome.out);
  EXPECT_EQ(json["plan"]["units"][0]["changes"][1]["after"], "2");
  EXPECT_THAT(outcome.out, Not(HasSubstr("aHVudGVyMg==")));  // the manifest's Secret
  EXPECT_EQ(fake_.Ctl({"diff", "store", "--revision", "2"}).code, 2);
  EXPECT_EQ(Asked().action(), ReleaseRequest::ROLLBACK);
  EXPECT_EQ(Asked().revision(), 2u);
  fake_.plan.mutable_units(0)->mutable_changes(1)->set_action(plan::v1::Change::RUN);  // a hook
  outcome = fake_.Ctl({"diff", "store", chart_, "-n", "shop"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::EndsWith("No object would change.\n"));
  EXPECT_EQ(fake_.Ctl({"diff", "store", chart_, "--revision", "2"}).code, 1);
  EXPECT_EQ(fake_.Ctl({"diff", "store", "--save-plan", folder_ / "p"}).code, 1);
  EXPECT_TRUE(fake_.changed.empty());
}

TEST_F(ReleaseChangeTest, ASavedPlanIsCarriedOutLater) {
  const std::string file = folder_ / "plan";
  const Outcome saved = Upgrade({"-f", values_, "--history-max", "0", "--save-plan", file});
  EXPECT_EQ(saved.code, 0) << saved.err;
  EXPECT_EQ(saved.out, "");
  EXPECT_THAT(saved.err, testing::EndsWith("saved; apply it with: devstatsctl release apply " + file + "\n"));
  EXPECT_TRUE(fake_.changed.empty());
  struct stat info;
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_TRUE(RemoveFile(values_).ok());

  const Outcome applied = fake_.Ctl({"apply", file});
  EXPECT_EQ(applied.code, 0) << applied.err;
  EXPECT_EQ(applied.out,
            "Release \"store\" has been upgraded. Happy Helming!\n" + Golden("store.status.txt"));
  EXPECT_THAT(applied.err, StartsWith(kDiff));
  ASSERT_EQ(fake_.changed.size(), 1u);
  EXPECT_EQ(coordinator::PlanDigest(fake_.changed[0].plan()), coordinator::PlanDigest(fake_.plan));
  EXPECT_EQ(fake_.planned_releases.size(), 1u);  // not planned again
  EXPECT_EQ(ToJson(fake_.changed[0].request()), ToJson(Asked()));

  fake_.on_change_release = [](const v1::ChangeReleaseRequest&) -> absl::StatusOr<v1::Operation> {
    return Hint(absl::FailedPreconditionError("the cluster has moved since the plan was made"), "plan again");
  };
  EXPECT_THAT(
      fake_.Ctl({"apply", file}).err,
      HasSubstr("Error: UPGRADE FAILED: the cluster has moved since the plan was made\nhint: plan again"));
}

TEST_F(ReleaseChangeTest, ASavedPlanThatWasTouchedIsRefused) {
  const std::string file = folder_ / "plan";
  Upgrade({"--save-plan", file});
  const std::string text = *ReadFile(file);
  for (const auto& [from, to] : {std::pair("\"after\": \"2\"", "\"after\": \"9\""),
                                 std::pair("\"name\": \"store\"", "\"name\": \"other\""),
                                 std::pair("devstats-release-change", "else"), std::pair("{", "[")}) {
    ASSERT_TRUE(absl::StrContains(text, from)) << from;
    ASSERT_TRUE(WriteFileAtomic(file, absl::StrReplaceAll(text, {{from, to}})).ok());
    const Outcome outcome = fake_.Ctl({"apply", file});
    EXPECT_EQ(outcome.code, 1) << from;
    EXPECT_THAT(outcome.err, StartsWith("Error: " + file + ": not a saved change of a release")) << from;
  }
  EXPECT_TRUE(fake_.changed.empty());
}

TEST_F(ReleaseChangeTest, NamesAreMadeAsHelmMakesThem) {
  EXPECT_EQ(fake_.Ctl({"install", chart_, "--generate-name", "--dry-run"}).code, 0);
  EXPECT_THAT(Asked().name(), testing::MatchesRegex("tiny-[0-9]+"));
  EXPECT_EQ(fake_.Ctl({"install", chart_, "--name-template", "{{ \"Web\" | lower }}", "--dry-run"}).code, 0);
  EXPECT_EQ(Asked().name(), "web");
  EXPECT_THAT(fake_.Ctl({"install", "web", chart_, "-g"}).err,
              HasSubstr("INSTALLATION FAILED: cannot set --generate-name and also specify a name"));
}

}  // namespace
}  // namespace devstats::ctl
