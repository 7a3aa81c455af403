// The objects of one hook in the cluster: made once, waited for, deleted.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/release/engine/hooks.h"
#include "coordinator/release/objects/objects.h"

namespace devstats::release {

class HookObjects {
 public:
  // `mark`: of the run and event that they are made for. The context must outlive it.
  static absl::StatusOr<HookObjects> Of(const ReleaseHook& hook, const ReleaseName& owner,
                                        const std::string& mark, const HookContext& context);

  // Those with our mark are there already: an answer was lost, or the run was cut.
  absl::Status Create() const;
  // Until Jobs and Pods have ended well; all else is done by being there. FailedPrecondition: one has failed;
  // DeadlineExceeded.
  absl::Status Wait(absl::Duration timeout) const;
  // And waits until they are gone. Definitions of kinds stay, as deleting them deletes what is of the kind.
  enum class Whose { kAll, kOurs, kOthers };
  absl::Status Delete(Whose whose, absl::Duration timeout) const;
  // A Job with a time to live would delete itself before a run that was cut has seen its end: it is made
  // without, and gets it when all has been seen.
  void LetExpire() const;

  // What the pods have said, as progress.
  void TellLogs() const;
  // Why they failed, as far as can be seen now.
  std::string Reasons() const;

 private:
  HookObjects(std::vector<ReleaseObject> objects, std::string mark, const HookContext& context)
      : objects_(std::move(objects)), mark_(std::move(mark)), context_(context) {}
  bool IsOurs(const Json& live) const;
  absl::Status CreateOne(const ReleaseObject& object) const;
  void TellLogsOf(const Json& pod) const;

  const std::vector<ReleaseObject> objects_;
  const std::string mark_;
  const HookContext& context_;
};

}  // namespace devstats::release
