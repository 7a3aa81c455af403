#include "tests/coordinator/devstats/postgres/fake_postgres.h"

#include "tests/coordinator/devstats/postgres/postgres_contract.h"

namespace devstats::postgres {
namespace {

std::shared_ptr<Postgres> FakeForContract() {
  auto fake = std::make_shared<FakePostgres>();
  for (const char* name : {"postgres", "contract"}) fake->AddDatabase(name);
  return fake;
}

INSTANTIATE_TEST_SUITE_P(Fake, PostgresContract, ::testing::Values(FakeForContract));

}  // namespace
}  // namespace devstats::postgres
