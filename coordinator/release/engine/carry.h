// Makes a transition happen, under the release's lease. Each step looks at what is there first, so that a run
// which was cut anywhere is gone on with by calling it again.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/release/engine/engine.h"
#include "coordinator/release/engine/guarded_client.h"
#include "coordinator/release/engine/hooks.h"
#include "coordinator/release/engine/lease.h"

namespace devstats::release {

class Carrying {
 public:
  Carrying(const Transition& transition, const CarryContext& context, const EngineParts& parts)
      : t_(transition), context_(context), parts_(parts), release_(transition.release) {}

  absl::StatusOr<Release> Run();

 private:
  // As part of another one that holds the lease: what --atomic does after a failure.
  absl::StatusOr<Release> RunUnder(Lease* lease, kube::KubeClient* client);

  absl::Status Settle();
  absl::StatusOr<Release> MakeRevision();
  absl::Status Record();
  absl::Status SupersedeReplaced();
  absl::Status Define();
  absl::Status Steps();
  absl::Status Wait();
  absl::StatusOr<Release> Succeed();
  absl::StatusOr<Release> Supersede();
  absl::Status SupersedeOthers();

  absl::StatusOr<Release> Fail(const absl::Status& why);
  absl::Status CleanUp();
  absl::Status GoBack(const absl::Status& why);
  absl::Status TakeBack(const absl::Status& why);
  absl::Status GoOnTakingBack(const absl::Status& told);
  absl::StatusOr<Release> ResumeTakingBack();

  absl::StatusOr<Release> Uninstall();
  absl::Status MarkUninstalling();
  absl::Status RemoveObjects();
  absl::StatusOr<Release> Conclude();
  absl::Status Purge();
  absl::StatusOr<Release> Test();

  absl::Status RunHooksFor(const std::string& event);
  bool WasInterrupted(const absl::Status& status) const;
  void Fault(const char* point) const;
  void Tell(const std::string& what) const { context_.progress(what); }
  void TellDropped(const ObjectChange& change) const;
  ChangeOptions OptionsOfChange() const;
  Storage MakeStorage() const;
  absl::Time Deadline() const;
  EngineParts PartsUnderLease() const;

  const Transition& t_;
  const CarryContext& context_;
  const EngineParts& parts_;
  Release release_;
  Lease* lease_ = nullptr;
  kube::KubeClient* client_ = nullptr;  // guarded by the lease, and patient
};

}  // namespace devstats::release
