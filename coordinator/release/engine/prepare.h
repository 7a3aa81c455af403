// From a request to a transition: reads records and cluster, decides, changes nothing.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/release/engine/engine.h"
#include "coordinator/release/engine/rendering.h"

namespace devstats::release {

class Preparation {
 public:
  Preparation(const ReleaseRequest& request, const Writer& writer, int revision, const EngineParts& parts)
      : request_(request),
        writer_(writer),
        resumed_(revision),
        parts_(parts),
        storage_(parts.client, parts.clock, &parts.environment->limits()) {}

  absl::StatusOr<Transition> Make();

 private:
  absl::Status Decide();
  absl::Status DecideResumed();
  absl::Status FailedBefore();
  absl::Status DecidePending();
  absl::Status DecideInstall(bool replace);
  absl::Status DecideUpgrade();
  absl::Status DecideAdopt();
  absl::Status DecideRollback();
  absl::Status DecideUninstall();
  absl::Status DecideTest();

  absl::StatusOr<Release> BaseOfUpgrade();
  bool IsAsBefore(const RevisionHead& newest) const;
  absl::Status Render(const Release* before, int revision);
  absl::StatusOr<RenderedRelease> RenderOnce(const RenderingInput& input, const Release* before);
  absl::Status CheckNamespace();
  absl::Status AddCrds(const std::vector<chart::Crd>& crds);
  absl::Status AddPrevious();
  absl::Status AddChanges();
  const RevisionHead* Newest() const { return t_.history.empty() ? nullptr : &t_.history.back(); }
  bool IsAbandoned(int revision) const;
  ReleaseStatus StatusOfNewest() const;
  void Begin(Release release, ReleaseStatus status, std::string description);

  const ReleaseRequest& request_;
  const Writer& writer_;
  const int resumed_;
  const EngineParts& parts_;
  Storage storage_;
  Transition t_;
};

}  // namespace devstats::release
