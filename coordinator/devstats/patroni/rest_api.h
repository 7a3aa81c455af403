// Patroni's REST API: through the API server's pod proxy, where a member is a pod, or by HTTP.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/api.h"
#include "coordinator/kube/client.h"

namespace devstats::patroni {

inline constexpr int kPort = 8008;

// How members are found and asked.
struct RestAccess {
  std::function<absl::StatusOr<std::vector<std::string>>()> members;
  // Like kube::KubeClient::PodProxy: any answer is OK.
  std::function<absl::StatusOr<kube::ProxyAnswer>(const std::string& member, const std::string& method,
                                                  const std::string& path, const Json& body,
                                                  absl::Duration timeout)>
      ask;
  absl::Duration patience = absl::Seconds(20);  // of what is only read, and of a change of the configuration
  // Of a restart, a switchover. When it has passed, they are under way still.
  absl::Duration long_patience = absl::Seconds(120);
};

class RestApi final : public PatroniApi {
 public:
  explicit RestApi(RestAccess access) : access_(std::move(access)) {}
  absl::StatusOr<Cluster> GetCluster() override;
  absl::StatusOr<Config> GetConfig() override;
  absl::StatusOr<Config> PatchConfig(const Json& patch) override;
  absl::StatusOr<Member> GetMember(const std::string& member) override;
  absl::Status Restart(const std::string& member, const RestartOptions& options) override;
  absl::Status Switchover(const std::string& leader, const std::string& candidate) override;
  absl::Status Reinitialize(const std::string& member) override;

 private:
  absl::StatusOr<std::string> AskAny(const std::string& method, const std::string& path, const Json& body);
  absl::Status Post(const std::string& member, const std::string& path, const Json& body,
                    absl::Duration timeout);

  const RestAccess access_;
};

// The cluster of the pods with these labels ("type=postgres,cluster-name=devstats-postgres"). `client` is not
// owned.
RestAccess ByPodProxy(kube::KubeClient* client, const std::string& namespace_,
                      const std::string& label_selector);
// Members by name, each with its URL ("http://127.0.0.1:8008").
RestAccess ByHttp(const std::map<std::string, std::string>& urls);

}  // namespace devstats::patroni
