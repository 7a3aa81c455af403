// Directories that are links onto the data mount. A folder that holds data is moved only when the spec says
// so: its users are stopped, it is copied and compared, swapped for the link in one act, and kept beside it.
#pragma once
#include <string>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/storage.pb.h"

namespace devstats::agent {

class LinksResource : public Unit {
 public:
  LinksResource(v1::Links desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "links"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

  // Where the folder is kept after a move.
  static std::string OldPath(const std::string& path) { return path + ".devstats-old"; }

 private:
  absl::StatusOr<Json> ObserveLink(const v1::Link& link);
  absl::Status DiffLink(const v1::Link& link, const Json& now, UnitPlan* plan) const;
  absl::Status Make(const v1::Link& link, const StepContext& context);
  absl::Status Move(const v1::Link& link, const StepContext& context);
  absl::Status Copy(const v1::Link& link, const StepContext& context);
  absl::Status StopUsers(const v1::Link& link, const StepContext& context);
  absl::Status StartUsers(const v1::Link& link, const StepContext& context);

  const v1::Links desired_;
  Host* const host_;
};

}  // namespace devstats::agent
