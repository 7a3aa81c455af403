#include "tests/coordinator/devstats/patroni/fake_patroni.h"

#include "tests/coordinator/devstats/patroni/api_contract.h"

namespace devstats::patroni {
namespace {

INSTANTIATE_TEST_SUITE_P(Fake, ApiContract, ::testing::Values([]() -> PatroniApi* {
                           static FakePatroni* fake = nullptr;
                           delete fake;
                           fake = new FakePatroni();
                           return fake;
                         }));

}  // namespace
}  // namespace devstats::patroni
