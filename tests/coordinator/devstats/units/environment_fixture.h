// Units of the environment "test": its leader's pod is there, its databases and its queue of jobs are played.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "coordinator/devstats/access.h"
#include "tests/coordinator/addons/units_fixture.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/coordinator/devstats/postgres/fake_postgres.h"

namespace devstats::domain {

class EnvironmentTest : public addons::UnitsTest {
 protected:
  EnvironmentTest() {
    SeedNamespace("devstats-test");
    SeedPod("devstats-postgres-0",
            {{"name", "devstats"},
             {"type", "postgres"},
             {"cluster-name", "devstats-postgres"},
             {"role", "master"}},
            {{"phase", "Running"}, {"podIP", "10.244.0.7"}});
  }

  // With these secrets given as literals.
  std::shared_ptr<EnvironmentAccess> Access(const std::map<std::string, std::string>& secrets) {
    spec::EnvironmentSpec environment;
    environment.name = "test";
    environment.namespace_ = "devstats-test";
    environment.secrets = secrets;
    const SealedValues sealed{.get = [](const std::string&) { return Secret("x"); },
                              .mac = [](const std::string&) { return std::string("mac"); }};
    auto connect = [this](const postgres::Server& server) {
      EXPECT_EQ(server.host, "10.244.0.7");
      return std::shared_ptr<postgres::Postgres>(std::shared_ptr<void>(), &server_);
    };
    return std::make_shared<EnvironmentAccess>(environment, sealed, &kube_, connect);
  }

  std::unique_ptr<Database> db_ = jobs::OpenJobs();
  jobs::Store store_{db_.get(), &SystemClock()};
  postgres::FakePostgres server_;
};

}  // namespace devstats::domain
