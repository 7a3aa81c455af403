// The one API server of this binary; null when its programs are not on this machine.
#pragma once
#include "tests/integration/kube/api_server.h"

namespace devstats::kube {

inline ApiServer* TheApiServer() {
  static const std::unique_ptr<ApiServer> server = ApiServer::Start();
  return server.get();
}

}  // namespace devstats::kube
