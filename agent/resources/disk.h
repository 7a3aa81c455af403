// The data disk of a box: array or volume group over its devices, filesystem, line in /etc/fstab, mount.
// Devices are found by serial or WWN only. Nothing is written to a device that carries anything, is mounted
// or has holders, unless its serial stands in `wipe`; and never while it is in use, nor when it carries the
// system.
#pragma once
#include <string>
#include <vector>

#include "agent/host/host.h"
#include "common/unit/unit.h"
#include "devstats/agent/v1/storage.pb.h"

namespace devstats::agent {

class DiskResource : public Unit {
 public:
  static constexpr char kFstab[] = "/etc/fstab";
  static constexpr char kMdadmConf[] = "/etc/mdadm/mdadm.conf";
  static constexpr char kGroup[] = "devstats";  // of LVM

  DiskResource(v1::DataDisk desired, Host* host)
      : desired_(std::move(desired)), host_(host) {}  // host not owned
  std::string id() const override { return "disk"; }
  Json Inputs() const override { return ToJson(desired_); }
  absl::StatusOr<Json> Observe() override;
  absl::StatusOr<UnitPlan> Diff(const Json& observed) const override;
  // UUIDs of filesystem and array: of an earlier attempt unless a device has it already, else new ones.
  absl::StatusOr<Json> ChooseWitness(const UnitPlan& diff) override;
  absl::Status Settle(const StepContext& context) override;
  absl::Status Apply(const UnitPlan& diff, const StepContext& context) override;

 private:
  // Observe.
  absl::Status ObserveDevices(Json* observed);
  absl::Status ObserveRecords(Json* observed);
  absl::Status ObserveRaid(Json* observed);
  absl::Status ObserveLvm(Json* observed);
  absl::Status ObserveVolume(Json* observed);
  absl::Status ObserveMount(Json* observed);
  // Diff.
  bool IsOurFilesystem(const Json& observed, const Json& signature) const;
  bool IsOurDevice(const Json& observed, const Json& device) const;
  bool MayWipe(const Json& device) const;
  absl::Status DiffDevice(const Json& observed, const Json& device, UnitPlan* plan) const;
  absl::Status DiffArray(const Json& observed, UnitPlan* plan) const;
  absl::Status DiffFilesystem(const Json& observed, UnitPlan* plan) const;
  void DiffMdadmConf(const Json& observed, UnitPlan* plan) const;
  absl::Status DiffFstab(const Json& observed, UnitPlan* plan) const;
  absl::Status DiffMount(const Json& observed, UnitPlan* plan) const;
  // Apply (disk_apply.cc): each looks again before it acts.
  absl::Status Wipe(const std::string& id, const StepContext& context);
  absl::Status MakeRaid(const Json& observed, const StepContext& context);
  absl::Status MakeLvm(const Json& observed, const StepContext& context);
  absl::Status AssembleRaid(const Json& observed, const StepContext& context);
  absl::Status MakeFilesystem(const StepContext& context);
  absl::Status WriteMdadmConf(const StepContext& context);
  absl::Status UpdateInitramfs(const StepContext& context);
  absl::Status WriteFstab(const StepContext& context);
  absl::Status MountIt(const StepContext& context);
  absl::Status RunTool(const std::string& label, const std::vector<std::string>& argv,
                       const StepContext& context);
  // What we made, remembered before it is made.
  absl::Status Record(const std::string& thing, const std::string& value);

  bool IsSingle() const { return desired_.layout() == v1::DataDisk::SINGLE; }
  bool IsRaid() const { return desired_.layout() == v1::DataDisk::RAID; }
  std::string Ids() const;          // "SER-A, SER-B"
  std::string ArrayDevice() const;  // "/dev/md/data"
  std::string FilesystemThing() const { return "filesystem:" + desired_.mount_point(); }
  std::string ArrayThing() const { return "array:" + desired_.mount_point(); }
  std::string FormattedThing() const { return "formatted:" + desired_.mount_point(); }
  std::string FstabMark() const { return "mount " + desired_.mount_point(); }
  std::string MdadmMark() const { return "array " + ArrayDevice(); }
  // Paths of changes.
  std::string FilesystemPath() const { return "filesystem of " + desired_.mount_point(); }
  std::string MountPath() const { return "mount " + desired_.mount_point(); }
  std::string AssemblePath() const { return "assemble " + ArrayDevice(); }

  const v1::DataDisk desired_;
  Host* const host_;
};

// Parts of the names of changes and pending marks that disk.cc and disk_apply.cc share.
inline constexpr char kWipePath[] = "content of disk ";
inline constexpr char kInitramfsPath[] = "update-initramfs";

}  // namespace devstats::agent
