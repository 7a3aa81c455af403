// Package repositories of ours: one deb822 file each, with its own key, which signs for nothing else. The
// indexes are fetched when something changed. Files of ours that are no longer wanted go.
#pragma once
#include <map>
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

class AptRepositoriesResource : public Unit {
 public:
  static constexpr char kSources[] = "/etc/apt/sources.list.d/";
  static constexpr char kKeyrings[] = "/etc/apt/keyrings/";

  AptRepositoriesResource(v1::AptRepositories desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "repositories"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  std::map<std::string, std::string> Files() const;  // by path
  const v1::AptRepositories desired_;
  Host* const host_;
};

}  // namespace devstats::agent
