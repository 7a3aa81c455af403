#include "tests/coordinator/kube/fake_kube.h"

#include "tests/coordinator/kube/client_contract.h"

namespace devstats::kube {
namespace {

INSTANTIATE_TEST_SUITE_P(Fake, ClientContract,
                         ::testing::Values([] { return std::make_shared<FakeKube>(); }));

}  // namespace
}  // namespace devstats::kube
