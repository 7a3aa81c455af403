#include "coordinator/kube/api_client.h"
#include "tests/coordinator/kube/client_contract.h"
#include "tests/integration/kube/server.h"

namespace devstats::kube {
namespace {

INSTANTIATE_TEST_SUITE_P(Real, ClientContract, ::testing::Values([]() -> std::shared_ptr<KubeClient> {
                           ApiServer* server = TheApiServer();
                           return server ? std::make_shared<ApiClient>(server->access()) : nullptr;
                         }));

}  // namespace
}  // namespace devstats::kube
