// `lookup` of templates, answered by the cluster (Helm 3's pkg/engine/lookup_func.go).
#pragma once
#include "coordinator/chart/environment.h"
#include "coordinator/kube/client.h"

namespace devstats::release {

class ClusterLookup : public chart::Lookup {
 public:
  explicit ClusterLookup(kube::KubeClient* client) : client_(client) {}  // not owned

  // What is not there is an empty map, and so is a kind that its group lacks; a group that the server lacks
  // is an error, as with Helm. Whole numbers are int64, as Go's client reads them.
  absl::StatusOr<chart::Value> Get(absl::string_view api_version, absl::string_view kind,
                                   absl::string_view name_space, absl::string_view name) override;

 private:
  kube::KubeClient* const client_;
};

// What another environment knows, and a cluster.
class ClusterEnvironment : public chart::Environment {
 public:
  // Neither is owned.
  ClusterEnvironment(const chart::Environment* base, kube::KubeClient* client)
      : base_(*base), lookup_(client) {}

  chart::Random& random() const override { return base_.random(); }
  absl::Time Now() const override { return base_.Now(); }
  absl::TimeZone zone() const override { return base_.zone(); }
  chart::Lookup* lookup() const override { return &lookup_; }
  const chart::Limits& limits() const override { return base_.limits(); }
  bool lint() const override { return base_.lint(); }

 private:
  const chart::Environment& base_;
  mutable ClusterLookup lookup_;
};

}  // namespace devstats::release
