#include "coordinator/devstats/cron_load.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json CronNamed(const std::string& name, const std::string& schedule, const std::string& memory = "1Gi") {
  return {{"kind", "CronJob"},
          {"metadata", {{"name", name}, {"namespace", "devstats-test"}}},
          {"spec",
           {{"schedule", schedule},
            {"jobTemplate",
             {{"spec",
               {{"template",
                 {{"spec",
                   {{"containers",
                     Json::array({{{"resources", {{"requests", {{"memory", memory}}}}}}})}}}}}}}}}}}};
}

std::vector<std::string> NamesOf(const std::vector<Json>& jobs) {
  std::vector<std::string> names;
  for (const Json& job : jobs) {
    EXPECT_EQ(job["kind"], "Job");
    EXPECT_FALSE(job["spec"]["template"].is_null());
    names.push_back(job["metadata"]["name"]);
  }
  return names;
}

TEST(CronLoad, ReadsSchedules) {
  const struct {
    const char* schedule;
    int hour, day, month, weekday;
    bool starts;
  } cases[] = {
      {"8 0,6,12,18 * * *", 6, 3, 1, 2, true}, {"8 0,6,12,18 * * *", 7, 3, 1, 2, false},
      {"0 */6 * * *", 18, 3, 1, 2, true},      {"0 2-5 * * *", 5, 3, 1, 2, true},
      {"0 2-5 * * *", 6, 3, 1, 2, false},      {"5 3 17 * *", 3, 17, 1, 2, true},
      {"5 3 17 * *", 3, 18, 1, 2, false},      {"0 0 * * 6", 0, 3, 1, 6, true},
      {"0 0 * * 7", 0, 3, 1, 0, true},         {"0 0 1 * 6", 0, 3, 1, 6, true},  // either day will do
      {"0 0 1 * 6", 0, 3, 1, 5, false},        {"0 0 * 2 *", 0, 3, 1, 5, false},
      {"@hourly", 4, 3, 1, 5, true},           {"0 0-99 * * *", 4, 3, 1, 5, true},
      {"0 8/4 * * *", 12, 3, 1, 5, true},      {"0 8/4 * * *", 9, 3, 1, 5, false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(StartsIn(c.schedule, c.hour, c.day, c.month, c.weekday), c.starts) << c.schedule;
}

TEST(CronLoad, OfCronsThoseOfTheBusiestHourCount) {
  const std::vector<Json> objects{CronNamed("a", "4 0,6,12,18 * * *"),
                                  CronNamed("b", "9 1,7,13,19 * * *"),
                                  CronNamed("c", "9 1,7,13,19 * * *"),
                                  CronNamed("d", "30 7 17 * *"),
                                  {{"kind", "Deployment"}}};
  EXPECT_THAT(NamesOf(JobsOfBusiestHour(objects)), ElementsAre("b", "c", "d"));
  EXPECT_THAT(NamesOf(JobsOf(objects)), ElementsAre("a", "b", "c", "d"));
}

TEST(CronLoad, OneLargePodIsMoreThanTwoSmallOnes) {
  EXPECT_THAT(NamesOf(JobsOfBusiestHour({CronNamed("a", "0 1 * * *"), CronNamed("b", "0 1 * * *"),
                                         CronNamed("c", "0 2 * * *", "3Gi")})),
              ElementsAre("c"));
}

TEST(CronLoad, SuspendedOnesStartNothing) {
  Json cron = CronNamed("a", "0 1 * * *");
  cron["spec"]["suspend"] = true;
  EXPECT_THAT(JobsOfBusiestHour({cron}), IsEmpty());
}

}  // namespace
}  // namespace devstats::domain
