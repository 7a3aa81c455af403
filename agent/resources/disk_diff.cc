#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/resources/changes.h"
#include "agent/resources/disk.h"
#include "agent/resources/disk_tools.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

using Strings = std::vector<std::string>;

bool Has(const Json& thing, const char* type) {
  const auto types = thing.value("types", Strings());
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string Name(const Json& device) {
  return absl::StrCat("disk ", device["id"].get<std::string>(), " (", device.value("device", "absent"), ")");
}

std::string ContentOf(const Json& device) {
  Strings parts = device.value("types", Strings());
  if (auto label = device.value("label", ""); !label.empty()) parts.push_back(absl::StrCat("label ", label));
  for (const std::string& p : device.value("partitions", Strings()))
    parts.push_back(absl::StrCat("partition ", p));
  return absl::StrJoin(parts, ", ");
}

Strings Sorted(Strings list) {
  std::sort(list.begin(), list.end());
  return list;
}

Strings DevicesOf(const Json& observed) {
  Strings out;
  for (const Json& d : observed["devices"]) out.push_back(d.value("device", ""));
  return Sorted(out);
}

}  // namespace

bool DiskResource::IsOurFilesystem(const Json& observed, const Json& signature) const {
  if (!signature.is_object()) return false;
  const std::string uuid = signature.value("uuid", "");
  if (uuid.empty() || !Has(signature, desired_.filesystem().c_str())) return false;
  if (observed["known"] == uuid) return true;
  // The inventory may be lost with the system disk; then label and our own line in fstab must both agree.
  return signature.value("label", "") == desired_.label() && observed["fstab"].is_string() &&
         absl::StartsWith(observed["fstab"].get<std::string>(), absl::StrCat("UUID=", uuid, " "));
}

bool DiskResource::IsOurDevice(const Json& observed, const Json& device) const {
  if (IsSingle()) return IsOurFilesystem(observed, device);
  const Json& known = observed["known_array"];
  if (IsRaid()) {
    if (!Has(device, "linux_raid_member")) return false;
    const std::string uuid = PlainUuid(device.value("uuid", ""));
    const Json& array = observed["array"];
    return known == uuid ||
           (array.is_object() && array["uuid"] == uuid && IsOurFilesystem(observed, observed["volume"]));
  }
  if (!Has(device, "LVM2_member") || !device["group"].is_string()) return false;
  if (known == kGroup) return device["group"] == kGroup || device["group"].get_ref<const std::string&>().empty();
  return device["group"] == kGroup && IsOurFilesystem(observed, observed["volume"]);
}

bool DiskResource::MayWipe(const Json& device) const {
  return std::any_of(desired_.wipe().begin(), desired_.wipe().end(), [&](const std::string& id) {
    return !id.empty() && (id == device.value("serial", "") || id == device.value("wwn", ""));
  });
}

absl::Status DiskResource::DiffDevice(const Json& observed, const Json& d, UnitPlan* plan) const {
  if (d["matches"] == 0)
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat("no disk has the serial or WWN ", d["id"].get<std::string>())),
                absl::StrCat("the box has ", d.value("present", "none")));
  if (d["matches"] != 1)
    return absl::FailedPreconditionError(absl::StrCat(d["matches"].get<int>(), " disks have the identity ",
                                                      d["id"].get<std::string>(),
                                                      "; a data disk needs one of its own"));
  if (d["system"] == true)
    return absl::FailedPreconditionError(absl::StrCat(Name(d), " carries the running system"));
  if (IsOurDevice(observed, d)) return absl::OkStatus();
  const Strings users = d["mounts"].get<Strings>(), holders = d["holders"].get<Strings>();
  if (!users.empty() || !holders.empty())
    return Hint(absl::FailedPreconditionError(absl::StrCat(
                    Name(d), " is in use and not ours: ", ContentOf(d), "; mounted on [",
                    absl::StrJoin(users, ", "), "], held by [", absl::StrJoin(holders, ", "), "]")),
                "unmount it, and stop what holds it, by hand; it is never taken away from under a user");
  const std::string content = ContentOf(d);
  if (content.empty()) return absl::OkStatus();
  if (!MayWipe(d))
    return Hint(absl::FailedPreconditionError(absl::StrCat(Name(d), " is not empty: ", content)),
                absl::StrCat("name another disk; or, if all of it may be destroyed, name ",
                             d.value("serial", ""), " in the node's wipe list"));
  Change* c = plan->add_changes();
  c->set_path(kWipePath + d["id"].get<std::string>());
  c->set_action(Change::DELETE);
  c->set_owner(Change::FOREIGN);
  c->set_destructive(true);
  c->set_before(content);
  return absl::OkStatus();
}

absl::Status DiskResource::DiffArray(const Json& observed, UnitPlan* plan) const {
  if (IsSingle()) return absl::OkStatus();
  const std::string level = IsRaid() ? absl::StrCat("raid", desired_.raid_level()) : "linear";
  const Json& array = observed["array"];
  const Json& all = observed["devices"];
  const auto ours =
      std::count_if(all.begin(), all.end(), [&](const Json& d) { return IsOurDevice(observed, d); });
  const bool complete = ours == static_cast<std::ptrdiff_t>(all.size());
  if (array.is_object() && complete) {
    if (array["level"] != level || Sorted(array["members"].get<Strings>()) != DevicesOf(observed))
      return Hint(absl::FailedPreconditionError(
                      absl::StrCat(ArrayDevice(), " is ", array["level"].get<std::string>(), " over [",
                                   absl::StrJoin(array["members"].get<Strings>(), ", "),
                                   "], which is not what cluster.yaml says")),
                  "an array that holds data is never rebuilt: make cluster.yaml say what is there");
    return absl::OkStatus();
  }
  if (ours > 0 && observed["formatted"].is_string() && !(IsRaid() && complete))
    return Hint(absl::FailedPreconditionError(absl::StrCat(ArrayDevice(), " was made and is now incomplete")),
                "it may hold data: repair it by hand (mdadm --assemble, mdadm --add, vgchange -ay), then "
                "apply again");
  if (IsRaid() && complete && ours > 0) {
    AddRun(plan, AssemblePath());
    return absl::OkStatus();
  }
  AddChange(plan, ArrayDevice(), Json(), absl::StrCat(level, " over ", Ids()));
  return absl::OkStatus();
}

absl::Status DiskResource::DiffFilesystem(const Json& observed, UnitPlan* plan) const {
  const Json& volume = observed["volume"];
  const bool made = IsOurFilesystem(observed, volume);
  if (made && volume["half_made"] != true) return absl::OkStatus();
  const bool foreign = volume.is_object() && !made && !volume["types"].get<Strings>().empty();
  if (foreign && !IsSingle())
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(ArrayDevice(), " carries ", ContentOf(volume), ", which is not ours")),
                "what is on an array is never destroyed; take it off by hand");
  // An array that only has to be assembled brings its filesystem with it.
  if (!volume.is_object() && observed["formatted"] == Ids() && plan->changes_size() > 0 &&
      plan->changes(plan->changes_size() - 1).path() == AssemblePath())
    return absl::OkStatus();
  const Json& all = observed["devices"];
  const bool lost = observed["formatted"] == Ids() && !foreign && !made;
  const bool may_wipe = std::all_of(all.begin(), all.end(), [&](const Json& d) { return MayWipe(d); });
  if (lost && !may_wipe)
    return Hint(
        absl::FailedPreconditionError(absl::StrCat("the filesystem of ", desired_.mount_point(), " was on ",
                                                   Ids(), " and is no longer found there")),
        "look for damage before anything is written (blkid -p, fsck); if what was there may go, name the "
        "disks "
        "in the node's wipe list");
  AddChange(plan, FilesystemPath(), Json(),
            absl::StrCat(desired_.filesystem(), " ", desired_.label(), " on ", Ids()));
  if (!lost) return absl::OkStatus();
  Change* c = plan->mutable_changes(plan->changes_size() - 1);
  c->set_destructive(true);
  c->set_owner(Change::FOREIGN);
  return absl::OkStatus();
}

void DiskResource::DiffMdadmConf(const Json& observed, UnitPlan* plan) const {
  if (!IsRaid()) return;
  const Json& array = observed["array"];
  const Json& line = observed["mdadm"];
  const bool good = array.is_object() && line.is_string() &&
                    absl::StrContains(line.get<std::string>(), MdUuid(array["uuid"].get<std::string>()));
  if (!good) AddChange(plan, kMdadmConf, line, absl::StrCat("ARRAY ", ArrayDevice(), " by its UUID"));
  if (!good || observed["initramfs_pending"] == true) AddRun(plan, kInitramfsPath);
}

absl::Status DiskResource::DiffFstab(const Json& observed, UnitPlan* plan) const {
  if (observed["fstab_foreign"].is_string())
    return Hint(absl::FailedPreconditionError(absl::StrCat("/etc/fstab has a line of somebody else for ",
                                                           desired_.mount_point(), ": ",
                                                           observed["fstab_foreign"].get<std::string>())),
                "remove that line, or choose another mount point");
  const Json& volume = observed["volume"];
  if (IsOurFilesystem(observed, volume) &&
      observed["fstab"] == FstabLine(desired_, volume["uuid"].get<std::string>()))
    return absl::OkStatus();
  // The UUID is not known before the filesystem is made, so the plan does not tell it.
  AddChange(plan, kFstab, observed["fstab"], FstabLine(desired_, "(of the filesystem)"));
  return absl::OkStatus();
}

absl::Status DiskResource::DiffMount(const Json& observed, UnitPlan* plan) const {
  const Json& mount = observed["mount"];
  if (mount.is_object() && mount["ours"] == true && IsOurFilesystem(observed, observed["volume"]))
    return absl::OkStatus();
  if (mount.is_object())
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(mount["source"].get<std::string>(), " is mounted on ",
                                                   desired_.mount_point(), " and is not ours")),
        "unmount it, or choose another mount point");
  if (observed["mount_point_used"] == true)
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(desired_.mount_point(), " holds data, which the mount would hide")),
                "move what is in it away");
  AddRun(plan, MountPath());
  return absl::OkStatus();
}

absl::StatusOr<UnitPlan> DiskResource::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const Json& d : observed["devices"]) RETURN_IF_ERROR(DiffDevice(observed, d, &plan));
  RETURN_IF_ERROR(DiffArray(observed, &plan));
  RETURN_IF_ERROR(DiffFilesystem(observed, &plan));
  DiffMdadmConf(observed, &plan);
  RETURN_IF_ERROR(DiffFstab(observed, &plan));
  RETURN_IF_ERROR(DiffMount(observed, &plan));
  return plan;
}

}  // namespace devstats::agent
