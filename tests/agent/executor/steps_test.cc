#include "agent/executor/steps.h"

#include <atomic>

#include "agent/executor/fence.h"
#include "agent/executor/service.h"
#include "tests/agent/box.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

class StepsTest : public ::testing::Test {
 protected:
  void SetUp() override { box_.Write("/proc/sys/net/ipv4/ip_forward", "0\n"); }

  v1::ApplyRequest Request(const std::string& value = "1", uint32_t attempt = 1) {
    v1::ApplyRequest request;
    request.set_operation("op");
    request.set_step("host@n");
    request.set_attempt(attempt);
    request.mutable_spec()->set_phase("host");
    (*request.mutable_spec()->mutable_sysctl()->mutable_values())["net.ipv4.ip_forward"] = value;
    *request.mutable_approved() = steps_.Plan(request.spec())->resources();
    return request;
  }
  absl::StatusOr<v1::StepStatus> Apply(const v1::ApplyRequest& request) {
    return steps_.Apply(request, [this](const v1::Progress& p) { progress_.push_back(p.message()); return true; });
  }

  Box box_;
  Steps steps_{box_.host.get(), box_.journal.get(), "boot-1"};
  std::vector<std::string> progress_;
};

TEST_F(StepsTest, RunsThePhaseAndTellsWhatItDoes) {
  auto status = Apply(Request());
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->state(), v1::StepStatus::DONE);
  ASSERT_EQ(status->resources_size(), 1);
  EXPECT_EQ(status->resources(0).outcome(), v1::ResourceResult::CHANGED);
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "1");
  EXPECT_THAT(progress_, ::testing::Contains("setting net.ipv4.ip_forward"));
}

TEST_F(StepsTest, TheSameKeyAgainGetsTheKeptResultAndDoesNothing) {
  const v1::ApplyRequest request = Request();
  ASSERT_TRUE(Apply(request).ok());
  box_.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
  auto again = Apply(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->state(), v1::StepStatus::DONE);
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "0\n");
}

TEST_F(StepsTest, TheResultIsKeptAcrossARestartUntilForgotten) {
  const v1::ApplyRequest request = Request();
  ASSERT_TRUE(Apply(request).ok());
  Steps restarted(box_.host.get(), box_.journal.get(), "boot-1");
  v1::StepRequest ask;
  ask.set_operation("op");
  ask.set_step("host@n");
  ask.set_attempt(1);
  EXPECT_EQ(restarted.Get(ask)->state(), v1::StepStatus::DONE);
  EXPECT_EQ(*restarted.Forget("op"), 2);  // the phase and its resource
  EXPECT_EQ(restarted.Get(ask)->state(), v1::StepStatus::ABSENT);
  EXPECT_EQ(box_.commands.forgotten(), std::vector<std::string>{"op"});
}

TEST_F(StepsTest, TheSameKeyWithAnotherPayloadIsRefused) {
  ASSERT_TRUE(Apply(Request("1")).ok());
  auto other = Apply(Request("2"));
  EXPECT_EQ(other.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("another payload"));
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "1");
  Steps restarted(box_.host.get(), box_.journal.get(), "boot-1");
  EXPECT_EQ(restarted.Apply(Request("2"), [](const v1::Progress&) { return true; }).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(StepsTest, AFailureIsTheStepsResultAndNamesItsResource) {
  v1::ApplyRequest request = Request();
  box_.Write("/proc/sys/net/ipv4/ip_forward", "moved\n");  // since the plan
  auto status = Apply(request);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->state(), v1::StepStatus::FAILED);
  EXPECT_EQ(status->code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(status->error(), HasSubstr("sysctl: "));
  EXPECT_FALSE(status->hint().empty());
}

TEST_F(StepsTest, AfterAnEarlierUnitMovedTheBoxThePlanIsMadeAgain) {
  v1::ApplyRequest request = Request();
  box_.Write("/proc/sys/net/ipv4/ip_forward", "2\n");
  request.set_moved(true);
  EXPECT_EQ(Apply(request)->state(), v1::StepStatus::DONE);
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "1");
}

TEST_F(StepsTest, WhatNobodyApprovedIsNotDone) {
  v1::ApplyRequest request = Request();
  request.clear_approved();
  EXPECT_EQ(Apply(request)->state(), v1::StepStatus::FAILED);
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "0\n");
}

TEST_F(StepsTest, ACallerThatGoesAwayDoesNotStopTheStep) {
  const v1::ApplyRequest request = Request();
  EXPECT_EQ(steps_.Apply(request, [](const v1::Progress&) { return false; }).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Apply(request)->state(), v1::StepStatus::DONE);  // attached
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "1");
}

class FenceTest : public StepsTest {
 protected:
  v1::Fence Of(const std::string& cluster, uint64_t epoch) {
    v1::Fence fence;
    fence.set_cluster_id(cluster);
    fence.set_epoch(epoch);
    return fence;
  }
};

TEST_F(FenceTest, AnOlderEpochIsRefusedAlsoAfterARestart) {
  {
    Fence fence("c1", box_.journal.get());
    EXPECT_TRUE(fence.Check(Of("c1", 5)).ok());
    EXPECT_TRUE(fence.Check(Of("c1", 5)).ok());
    EXPECT_EQ(fence.Check(Of("c1", 4)).code(), absl::StatusCode::kFailedPrecondition);
  }
  Fence fence("c1", box_.journal.get());
  EXPECT_EQ(fence.Check(Of("c1", 4)).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(fence.Check(Of("c1", 6)).ok());
}

TEST_F(FenceTest, AnotherClusterIsRefused) {
  Fence fence("c1", box_.journal.get());
  EXPECT_EQ(fence.Check(Of("c2", 9)).code(), absl::StatusCode::kPermissionDenied);
  Fence unenrolled("", box_.journal.get());
  EXPECT_EQ(unenrolled.Check(Of("", 9)).code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(FenceTest, TheServiceFencesEveryRequestAndDoesNotKnowAnEmptyOne) {
  Fence fence("c1", box_.journal.get());
  ExecutorService service(box_.host.get(), &fence, &steps_, box_.journal.get());
  auto answer = [&](const executor::v1::Request& request) { return service.Answer(request, [](const executor::v1::Reply&) { return true; }); };
  EXPECT_EQ(answer({}).code(), absl::StatusCode::kUnimplemented);
  executor::v1::Request facts;
  facts.mutable_facts();
  EXPECT_EQ(answer(facts).code(), absl::StatusCode::kPermissionDenied);
  *facts.mutable_facts()->mutable_fence() = Of("c1", 2);
  EXPECT_TRUE(answer(facts).ok());
  executor::v1::Request apply;
  *apply.mutable_apply() = Request();
  *apply.mutable_apply()->mutable_fence() = Of("c1", 1);
  EXPECT_EQ(answer(apply).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "0\n");
}

}  // namespace
}  // namespace devstats::agent
