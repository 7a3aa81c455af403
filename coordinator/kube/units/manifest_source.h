// The manifest of the pod network (CNI): where it comes from, that it is the meant one, and the pod network
// set in it.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "coordinator/kube/http.h"

namespace devstats::coordinator {

// The text at `source`, a path, file:///PATH or URL (https:// or http://; redirects are followed), at most 10
// MiB, whose digest is `digest` ("sha256:<hex>"). FailedPrecondition when it is another: the message has the
// digest found.
absl::StatusOr<std::string> ReadManifest(const std::string& source, const std::string& digest,
                                         kube::HttpClient& http);

// Sets `pod_subnet` ("10.244.0.0/16") in the objects of a manifest: flannel's net-conf.json (Network, and
// SubnetLen when `node_mask` is not its 24), or Calico's IPPools and CALICO_IPV4POOL_CIDR of its calico-node
// containers. Changes nothing else. InvalidArgument when none of these is there.
absl::Status SetPodNetwork(const std::string& pod_subnet, int node_mask, std::vector<Json>* objects);

}  // namespace devstats::coordinator
