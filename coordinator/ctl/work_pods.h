// Pods for a person to work in (debug, report): jobs that only wait, until their time is over. What is said
// of them, and how they are found.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/shell.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {

// "kubectl -n devstats-test exec -it job-17-3fa9c2 -- bash"; empty: its pod has no namespace yet. Pure.
std::string WayIn(const v1::Job& job);
// How old each is, and how much of its time is left at `now`. Pure.
Table WorkPodTable(const v1::JobList& list, bool wide, absl::Time now);
// What of `others`, jobs of its environment, it waits for, and what waits until it ends; lines. Pure.
std::vector<std::string> WhatWaits(const v1::Job& job, const v1::JobList& others);

// Those of these kinds that are queued or running.
absl::StatusOr<v1::JobList> OpenJobs(Client& client, const std::string& environment,
                                     const std::vector<std::string>& kinds);
// Queues it, says what waits meanwhile, waits for at most `patience` until it runs, or until it is known what
// it waits for, and prints the way in.
absl::StatusOr<int> StartWorkPod(Shell& shell, const v1::CreateJobRequest& request, absl::Duration patience);
// Ends the one there is. NotFound when there is none, FailedPrecondition when there are several.
absl::StatusOr<int> StopWorkPod(Shell& shell, const v1::JobList& open, const std::string& what);

}  // namespace devstats::ctl
