// By what jobs are judged: rows of gha_logs, flags, and how fresh the data is; not by how their pods ended.
#include "coordinator/devstats/job_evidence.h"

#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/postgres/flags.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::domain {
namespace {

using jobs::Proof;
using ::testing::HasSubstr;

class JobEvidenceTest : public ::testing::Test {
 protected:
  JobEvidenceTest() {
    postgres::AddLogsDatabase(&fake_);
    postgres::AddProjectDatabase(&fake_, "gha");
    fake_.SetTime(clock_.Now());
    project_.name = "kubernetes";
    project_.database = "gha";
    job_.started = clock_.Now() - absl::Hours(1);
    job_.project = project_.name;
  }
  void Log(const std::string& program, const std::string& project, const std::string& message,
           absl::Duration ago = absl::Minutes(5)) {
    postgres::AddLog(&fake_, clock_.Now() - ago, program, project, message);
  }
  void Provisioned() { postgres::SetFlag(&fake_, "gha", postgres::kProvisioned, clock_.Now()); }
  void Parsed(const std::string& hour) {
    fake_.Script("gha", "INSERT INTO public.gha_parsed VALUES ('" + hour + "')");
  }
  // "" when it has succeeded.
  std::string Verdict(Proof proof, const std::string& phase = "Succeeded") {
    absl::Status status = JudgePod(proof, phase);
    if (status.ok()) status = JudgeEvidence(proof, job_, phase, project_, fake_, clock_);
    EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
    return std::string(status.message());
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  postgres::FakePostgres fake_;
  spec::ProjectSpec project_;
  jobs::Job job_;
};

TEST_F(JobEvidenceTest, APodThatEndedBadlyDecidesAlone) {
  for (const Proof proof : {Proof::kPod, Proof::kRows, Proof::kProvisioned, Proof::kBootstrap}) {
    EXPECT_EQ(JudgePod(proof, "Failed").message(), "its pod has Failed");
    EXPECT_EQ(JudgePod(proof, "").message(), "its pod is gone");
    EXPECT_TRUE(JudgePod(proof, "Succeeded").ok());
  }
  EXPECT_TRUE(JudgePod(Proof::kSync, "Failed").ok()) << "its log decides";
}

TEST_F(JobEvidenceTest, ASyncIsJudgedByItsRowsSinceItBegan) {
  Log("devstats", "", "Synced kubernetes, took: 5m", absl::Hours(2));
  EXPECT_EQ(Verdict(Proof::kSync),
            "its pod ended well, and gha_logs says nothing of a sync of kubernetes since it began");
  Log("devstats", "", "Missing provisioned flag on 'gha' database, exiting", absl::Minutes(9));
  EXPECT_EQ(Verdict(Proof::kSync),
            "its pod ended well; the sync is blocked: Missing provisioned flag on 'gha' database, exiting");
  Log("devstats", "", "Error result for kubernetes (took 1s): exit status 1", absl::Minutes(8));
  EXPECT_EQ(Verdict(Proof::kSync, "Failed"),
            "its pod has Failed; the sync is failed: Error result for kubernetes (took 1s): exit status 1");
  Log("devstats", "", "Synced kubernetes, took: 5m");
  EXPECT_EQ(Verdict(Proof::kSync), "");
  EXPECT_EQ(Verdict(Proof::kSync, "Failed"), "") << "what it ended by came after the sync";
}

TEST_F(JobEvidenceTest, OthersLeaveRowsAndTheLastIsNoError) {
  Log("vars", "kubernetes", "Time: before", absl::Hours(2));
  Log("vars", "keda", "Time: of another");
  EXPECT_EQ(Verdict(Proof::kRows),
            "its pod ended well, but gha_logs has no row of kubernetes since it began");
  Log("vars", "kubernetes", "Time: 5s", absl::Minutes(4));
  EXPECT_EQ(Verdict(Proof::kRows), "");
  Log("calc_metric", "kubernetes", "Program 'calc_metric': timeout terminated after 60 seconds",
      absl::Minutes(3));
  EXPECT_THAT(Verdict(Proof::kRows),
              HasSubstr("its last words in gha_logs are an error: calc_metric: Program"));
}

TEST_F(JobEvidenceTest, AProvisionedProjectHasItsFlagItsRowsAndNoOlderData) {
  Log("gha2db_sync", "kubernetes", "Sync success");
  EXPECT_EQ(Verdict(Proof::kProvisioned), "its pod ended well, but gha is not marked as provisioned");
  Provisioned();
  EXPECT_EQ(Verdict(Proof::kProvisioned), "") << "there was nothing before";
  Parsed("2026-11-18 09:00:00");
  job_.before = *NewestHour(fake_, "gha");
  EXPECT_EQ(job_.before, "2026-11-18 09:00");
  EXPECT_EQ(Verdict(Proof::kProvisioned), "");
  job_.before = "2026-11-18 10:00";
  EXPECT_EQ(Verdict(Proof::kProvisioned),
            "its data is older than before: the newest hour of gha is 2026-11-18 09:00, "
            "and was 2026-11-18 10:00");
  job_.options = {{"drop-database", true}};
  EXPECT_EQ(Verdict(Proof::kProvisioned), "") << "as was asked for";
}

TEST_F(JobEvidenceTest, WithoutItsDatabaseNothingWasBefore) {
  EXPECT_EQ(*NewestHour(fake_, "none"), "");
  fake_.Guard([](const std::string&, const std::string&) { return absl::UnavailableError("starting"); });
  EXPECT_TRUE(absl::IsUnavailable(NewestHour(fake_, "gha").status()));
  EXPECT_TRUE(absl::IsUnavailable(JudgeEvidence(Proof::kRows, job_, "Succeeded", project_, fake_, clock_)));
}

TEST(OwnHosts, AreThoseOfTheEnvironmentsDomains) {
  spec::EnvironmentSpec environment;
  environment.domains = {{.name = "prod", .host = "devstats.cncf.io"}};
  for (const char* url :
       {"https://devstats.cncf.io/backups/", "http://K8S.devstats.cncf.io:80/b", "https://devstats.cncf.io"})
    EXPECT_TRUE(IsOwnHost(url, environment)) << url;
  for (const char* url : {"https://teststats.cncf.io/backups/", "https://mydevstats.cncf.io/", "ftp://x", ""})
    EXPECT_FALSE(IsOwnHost(url, environment)) << url;
}

}  // namespace
}  // namespace devstats::domain
