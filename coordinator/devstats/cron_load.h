// How many pods of CronJobs run side by side: they come and go, so not all of them count when room is looked
// for. Pure.
#pragma once
#include <string>
#include <vector>

#include "common/digest.h"

namespace devstats::domain {

// Whether a schedule ("8 0,6,12,18 * * *") starts something in this hour of a day. A schedule that is none
// starts something in every hour: what is not understood takes room.
bool StartsIn(const std::string& schedule, int hour, int day_of_month, int month, int day_of_week);

// Of these objects the CronJobs that start something in the busiest hour of a year, by what their pods
// request, each as the Job that it makes: one at a time, which is what concurrencyPolicy: Forbid means.
// Suspended ones start nothing.
std::vector<Json> JobsOfBusiestHour(const std::vector<Json>& objects);

// The same of all of them, whenever they start.
std::vector<Json> JobsOf(const std::vector<Json>& objects);

}  // namespace devstats::domain
