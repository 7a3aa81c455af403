// What kubeadm is told, as the text of its configuration file: v1beta2 for Kubernetes 1.15 to 1.21, v1beta3
// to 1.30, v1beta4 from 1.31 on. Pure. Source: the kubeadm API types of those versions.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

// Documents InitConfiguration, ClusterConfiguration, KubeletConfiguration and KubeProxyConfiguration. It
// holds no secret: kubeadm makes the bootstrap token itself, for a quarter of an hour. InvalidArgument for a
// version that is not "1.MINOR.PATCH" or too old, and for an address or subnet that is missing.
absl::StatusOr<std::string> InitConfig(const v1::KubeadmInit& init);

// Document JoinConfiguration: discovery by `token`, with the authority pinned. InvalidArgument also for a pin
// that is not "sha256:<hex>" and for a token that is not of the form "[a-z0-9]{6}.[a-z0-9]{16}" (which the
// message leaves out).
absl::StatusOr<Secret> JoinConfig(const v1::KubeadmJoin& join, const Secret& token);

// containerd's socket as this version of kubeadm wants it written: a URL since 1.24, a path before.
absl::StatusOr<std::string> CriSocket(const std::string& version);

}  // namespace devstats::agent
