// devstatsctl project add, archive and remove: what is edited, asked, applied and dropped, in which order.
#include "common/files.h"
#include "common/status.h"
#include "coordinator/ctl/project_plan.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kBefore[] = "projects: [keda]\n", kAfter[] = "projects: [keda, flux]\n";

class ProjectChangeTest : public ::testing::Test {
 protected:
  ProjectChangeTest() {
    EXPECT_TRUE(WriteFileAtomic(file_, kBefore).ok());
    SetPlan(R"(units { unit: "environments/test/pvcs" state: READY
      changes { path: "PersistentVolumeClaim devstats-test/devstats-pvc-flux" action: CREATE } })");
    fake_.operation.set_id("op-1");
    fake_.operation.set_state("done");
    fake_.on_edit_projects =
        [this](const v1::EditProjectsRequest& request) -> absl::StatusOr<v1::EditedProjects> {
      edit_ = request;
      return edited_;
    };
    edited_.set_spec(kAfter);
    fake_.on_create_job = [this](const v1::CreateJobRequest& request) {
      return JobOf("job-1-a", request.kind());
    };
    fake_.on_get_job = [this](const v1::JobRequest& request) -> absl::StatusOr<v1::Job> {
      v1::Job job = *JobOf(request.id(), "drop");
      job.set_state(request.id() == failing_ ? "failed" : "succeeded");
      return job;
    };
    fake_.on_compare_projects = [this](const v1::CompareProjectsRequest& request) {
      compared_.push_back(request);
      return absl::StatusOr<v1::ProjectDifferences>(differences_);
    };
    fake_.on_drop_project = [this](const v1::DropProjectRequest& request) -> absl::StatusOr<v1::JobList> {
      EXPECT_EQ(fake_.applied.size(), 1u) << "before the apply";
      dropped_.push_back(request);
      v1::JobList list;
      *list.add_jobs() = *JobOf("job-2-b", "backup");
      *list.add_jobs() = *JobOf("job-3-c", "drop");
      return list;
    };
  }
  absl::StatusOr<v1::Job> JobOf(const std::string& id, const std::string& kind) {
    v1::Job job;
    job.set_id(id);
    job.set_kind(kind);
    job.set_state("queued");
    return job;
  }
  void SetPlan(const std::string& text) {
    fake_.plan.Clear();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fake_.plan));
  }
  // The edit and the plan of a removal.
  void SetRemoval() {
    edited_.set_spec("projects: []\n");
    edited_.set_claim("devstats-test/devstats-pvc-keda");
    edited_.add_loses("its database keda, 3.0 GiB");
    SetPlan(R"(units { unit: "environments/test/pvcs" state: READY changes {
      path: "PersistentVolumeClaim devstats-test/devstats-pvc-keda" action: DELETE destructive: true } })");
  }
  Outcome Ctl(const std::string& verb, std::vector<std::string> more, const Invocation& how = {}) {
    more.insert(more.begin(), {"--socket", fake_.socket(), "project", verb, "-e", "test", "-f", file_});
    return Invoke(std::move(more), how);
  }
  std::string Text() { return *ReadFile(file_); }

  TempDir folder_;
  const std::string file_ = folder_ / "cluster.yaml";
  FakeCoordinator fake_;
  v1::EditProjectsRequest edit_;
  v1::EditedProjects edited_;
  v1::ProjectDifferences differences_;
  std::vector<v1::CompareProjectsRequest> compared_;
  std::vector<v1::DropProjectRequest> dropped_;
  std::string failing_;
};

TEST_F(ProjectChangeTest, AddsAsksTheImageWritesAndApplies) {
  v1::ProjectDifference* one = differences_.add_differences();
  one->set_project("flux");
  one->set_text("database is flux in the catalog, fx in the image");
  const Outcome outcome = Ctl("add", {"flux", "helm", "--yes"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(edit_.action(), v1::EditProjectsRequest::ADD);
  EXPECT_THAT(edit_.names(), ElementsAre("flux", "helm"));
  EXPECT_EQ(edit_.spec(), kBefore);
  ASSERT_EQ(compared_.size(), 1u);
  EXPECT_EQ(compared_[0].job(), "job-1-a");
  EXPECT_EQ(compared_[0].spec(), kAfter);
  EXPECT_THAT(outcome.err, HasSubstr("flux: database is flux in the catalog, fx in the image\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  - projects: [keda]\n  + projects: [keda, flux]\n"));
  EXPECT_THAT(outcome.out, HasSubstr("+ PersistentVolumeClaim devstats-test/devstats-pvc-flux"));
  EXPECT_EQ(Text(), kAfter);
  ASSERT_EQ(fake_.applied.size(), 1u);
  EXPECT_EQ(fake_.applied[0].spec(), kAfter);
}

TEST_F(ProjectChangeTest, WhatTheImageLacksIsRefusedUnlessToldOtherwise) {
  v1::ProjectDifference* one = differences_.add_differences();
  one->set_project("flux");
  one->set_text("the image does not know it");
  one->set_missing(true);
  const Outcome refused = Ctl("add", {"flux", "-y"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("error: flux: the image does not know it"));
  EXPECT_THAT(refused.err, HasSubstr("--skip-image-check"));
  EXPECT_EQ(Text(), kBefore);
  EXPECT_THAT(fake_.applied, IsEmpty());
  EXPECT_EQ(Ctl("add", {"flux", "-y", "--skip-image-check"}).code, 0);
  EXPECT_EQ(compared_.size(), 1u);
  EXPECT_EQ(Text(), kAfter);
}

TEST_F(ProjectChangeTest, AnImageThatDoesNotAnswerIsSaid) {
  failing_ = "job-1-a";
  const Outcome outcome = Ctl("add", {"flux", "-y"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("devstatsctl job logs job-1-a; --skip-image-check"));
  EXPECT_EQ(Text(), kBefore);
}

TEST_F(ProjectChangeTest, WithoutLeaveNothingIsWritten) {
  EXPECT_EQ(Ctl("add", {"flux"}).code, 1);
  EXPECT_EQ(Ctl("add", {"flux"}, {.input = "no\n", .terminal = true}).code, 1);
  EXPECT_EQ(Text(), kBefore);
  const Outcome dry = Ctl("add", {"flux", "--dry-run"});
  EXPECT_EQ(dry.code, 2);
  EXPECT_THAT(dry.out, HasSubstr("+ projects: [keda, flux]"));
  EXPECT_EQ(Text(), kBefore);
  EXPECT_EQ(compared_.size(), 2u) << "no job in a dry run";
  EXPECT_THAT(fake_.applied, IsEmpty());
}

TEST_F(ProjectChangeTest, AFileThatChangedMeanwhileIsNotOverwritten) {
  fake_.on_compare_projects = [this](const v1::CompareProjectsRequest&) {
    EXPECT_TRUE(WriteFileAtomic(file_, "projects: [other]\n").ok());
    return absl::StatusOr<v1::ProjectDifferences>(differences_);
  };
  const Outcome outcome = Ctl("add", {"flux", "-y"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("has been changed meanwhile"));
  EXPECT_EQ(Text(), "projects: [other]\n");
  EXPECT_THAT(fake_.applied, IsEmpty());
}

TEST_F(ProjectChangeTest, AgainItGoesOn) {
  edited_.set_spec(kBefore);
  edited_.add_notes("flux is in environments.test.projects already");
  const Outcome outcome = Ctl("add", {"flux", "-y"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("flux is in environments.test.projects already\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("written")));
  EXPECT_EQ(fake_.applied.size(), 1u);
}

TEST_F(ProjectChangeTest, ArchiveSaysWhatGoesAndStays) {
  edited_.add_loses("its syncs");
  edited_.add_keeps("its database keda");
  const Outcome outcome = Ctl("archive", {"keda", "-y"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(edit_.action(), v1::EditProjectsRequest::ARCHIVE);
  EXPECT_THAT(outcome.err,
              HasSubstr("This goes of keda:\n  its syncs\nThis stays of keda:\n  its database keda\n"));
  EXPECT_THAT(dropped_, IsEmpty());
  EXPECT_EQ(Text(), kAfter);
}

TEST_F(ProjectChangeTest, RemoveAppliesThenDumpsAndDrops) {
  SetRemoval();
  const Outcome outcome = Ctl("remove", {"keda", "--confirm", "keda"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("  its database keda, 3.0 GiB\n"));
  EXPECT_EQ(Text(), "projects: []\n");
  ASSERT_EQ(fake_.applied.size(), 1u);
  EXPECT_EQ(fake_.applied[0].confirm(), coordinator::PlanDigest(fake_.plan));
  ASSERT_EQ(dropped_.size(), 1u);
  EXPECT_EQ(dropped_[0].project(), "keda");
  EXPECT_EQ(dropped_[0].confirm(), "keda");
  EXPECT_FALSE(dropped_[0].no_backup());
  EXPECT_THAT(outcome.out, HasSubstr("job-2-b\njob-3-c\n"));
}

TEST_F(ProjectChangeTest, RemoveWantsTheName) {
  SetRemoval();
  EXPECT_THAT(Ctl("remove", {"keda"}).err, HasSubstr("--confirm keda if that is what you mean"));
  EXPECT_EQ(Ctl("remove", {"keda", "--confirm", "flux"}).code, 1);
  EXPECT_EQ(Ctl("remove", {"keda"}, {.input = "yes\n", .terminal = true}).code, 1);
  EXPECT_NE(Ctl("remove", {"keda", "--yes"}).code, 0);
  EXPECT_EQ(Text(), kBefore);
  EXPECT_THAT(fake_.applied, IsEmpty());
  EXPECT_EQ(Ctl("remove", {"keda", "--no-backup"}, {.input = "keda\n", .terminal = true}).code, 0);
  ASSERT_EQ(dropped_.size(), 1u);
  EXPECT_TRUE(dropped_[0].no_backup());
}

TEST_F(ProjectChangeTest, TheNameCoversItsOwnClaimAlone) {
  SetRemoval();
  plan::v1::Change* more = fake_.plan.mutable_units(0)->add_changes();
  more->set_path("PersistentVolumeClaim devstats-test/devstats-pvc-flux");
  more->set_action(plan::v1::Change::DELETE);
  more->set_destructive(true);
  const Outcome outcome = Ctl("remove", {"keda", "--confirm", "keda"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("the plan destroys more than the project's own: environments/test/pvcs: "
                                     "PersistentVolumeClaim devstats-test/devstats-pvc-flux"));
  EXPECT_EQ(Text(), kBefore);
}

TEST_F(ProjectChangeTest, WithoutTheApplyNothingIsDropped) {
  SetRemoval();
  fake_.operation.set_state("failed");
  fake_.operation.set_error("pvcs: no");
  EXPECT_EQ(Ctl("remove", {"keda", "--confirm", "keda"}).code, 1);
  EXPECT_THAT(dropped_, IsEmpty());
}

TEST_F(ProjectChangeTest, ADumpThatFailsIsSaid) {
  SetRemoval();
  failing_ = "job-2-b";
  const Outcome outcome = Ctl("remove", {"keda", "--confirm", "keda"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("run this again: it goes on"));
}

TEST_F(ProjectChangeTest, StandardInputIsNoFileToEdit) {
  const Outcome outcome =
      Invoke({"--socket", fake_.socket(), "project", "archive", "keda", "-e", "test", "-f", "-", "-y"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("standard input is none"));
  EXPECT_THAT(fake_.applied, IsEmpty());
}

}  // namespace
}  // namespace devstats::ctl
