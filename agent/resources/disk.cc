// Observe of the data disk; see disk_diff.cc and disk_apply.cc.
#include "agent/resources/disk.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/host/block.h"
#include "agent/host/commands.h"
#include "agent/resources/disk_tools.h"
#include "agent/resources/marked_line.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

Json OrNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

void AddSignature(const Signature& s, Json* out) {
  (*out)["types"] = s.types;
  (*out)["uuid"] = s.uuid;
  (*out)["label"] = s.label;
  (*out)["half_made"] = s.half_made;
}

// Output of a tool that is not installed yet is nothing.
absl::StatusOr<std::string> Ask(Commands& commands, const std::vector<std::string>& argv) {
  auto run = commands.Observe(argv);
  if (absl::IsNotFound(run.status())) return std::string();
  if (!run.ok()) return run.status();
  RETURN_IF_ERROR(CommandStatus(absl::StrJoin(argv, " "), *run));
  return run->out;
}

// Somebody else's line for this mount point.
Json ForeignLine(const std::string& fstab, const std::string& mount_point) {
  for (absl::string_view line : absl::StrSplit(fstab, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() >= 3 && words[0][0] != '#' && words[1] == mount_point) return std::string(line);
  }
  return Json();
}

}  // namespace

std::string DiskResource::Ids() const { return absl::StrJoin(desired_.devices(), ", "); }

std::string DiskResource::ArrayDevice() const {
  return IsRaid() ? absl::StrCat("/dev/md/", desired_.label())
                  : absl::StrCat("/dev/", kGroup, "/", desired_.label());
}

absl::Status DiskResource::ObserveDevices(Json* observed) {
  ASSIGN_OR_RETURN(const std::vector<BlockDevice> list, host_->blocks()->List(), "listing disks");
  Json devices = Json::array();
  for (const std::string& id : desired_.devices()) {
    Json d = {{"id", id}, {"matches", 0}};
    std::vector<std::string> present;
    for (const BlockDevice& b : list) {
      present.push_back(absl::StrCat(b.device, " (", b.serial.empty() ? "no serial" : b.serial, ")"));
      if (id != b.serial && id != b.wwn) continue;
      d["matches"] = d["matches"].get<int>() + 1;
      d.update({{"device", b.device},
                {"serial", b.serial},
                {"wwn", b.wwn},
                {"mounts", b.mounts},
                {"holders", b.holders},
                {"partitions", b.partitions},
                {"system", b.IsSystem()}});
      AddSignature(b.signature, &d);
    }
    if (d["matches"] == 0) d["present"] = absl::StrJoin(present, ", ");
    devices.push_back(d);
  }
  (*observed)["devices"] = devices;
  return absl::OkStatus();
}

absl::Status DiskResource::ObserveRecords(Json* observed) {
  for (const auto& [key, thing] : {std::pair{"known", FilesystemThing()},
                                   {"known_array", ArrayThing()},
                                   {"formatted", FormattedThing()}}) {
    ASSIGN_OR_RETURN(auto item, host_->inventory().Find(thing));
    (*observed)[key] = item ? OrNull(item->before) : Json();
  }
  ASSIGN_OR_RETURN(auto fstab, host_->ReadFile(kFstab));
  (*observed)["fstab"] = OrNull(MarkedLine(fstab.value_or(""), FstabMark()));
  (*observed)["fstab_foreign"] =
      ForeignLine(WithoutMarkedLine(fstab.value_or(""), FstabMark()), desired_.mount_point());
  if (!IsRaid()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto mdadm, host_->ReadFile(kMdadmConf));
  (*observed)["mdadm"] = OrNull(MarkedLine(mdadm.value_or(""), MdadmMark()));
  (*observed)["initramfs_pending"] = host_->IsPending(kInitramfsPath);
  return absl::OkStatus();
}

// The array that holds our devices, if one does: by what holds them, as its name may be another after a boot.
absl::Status DiskResource::ObserveRaid(Json* observed) {
  for (const Json& d : (*observed)["devices"])
    for (const std::string& holder : d.value("holders", std::vector<std::string>())) {
      if (!absl::StartsWith(holder, "md")) continue;
      const std::string device = "/dev/" + holder;
      ASSIGN_OR_RETURN(std::string text,
                       Ask(host_->commands(), {"/usr/sbin/mdadm", "--detail", "--export", device}));
      if (text.empty()) continue;
      ASSIGN_OR_RETURN(const MdArray md, ParseMdDetail(text), device);
      (*observed)["array"] = {
          {"device", device}, {"level", md.level}, {"uuid", md.uuid}, {"members", md.members}};
      return absl::OkStatus();
    }
  return absl::OkStatus();
}

absl::Status DiskResource::ObserveLvm(Json* observed) {
  ASSIGN_OR_RETURN(std::string text, Ask(host_->commands(), {"/usr/sbin/pvs", "--reportformat", "json", "-o",
                                                             "pv_name,vg_name"}));
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto groups, ParsePvs(text));
  std::vector<std::string> members;
  for (const auto& [device, group] : groups)
    if (group == kGroup) members.push_back(device);
  for (Json& d : (*observed)["devices"]) {
    auto group = groups.find(d.value("device", ""));
    d["group"] = group == groups.end() ? Json() : Json(group->second);
  }
  (*observed)["group_members"] = members;
  ASSIGN_OR_RETURN(
      text, Ask(host_->commands(), {"/usr/sbin/lvs", "--reportformat", "json", "-o", "vg_name,lv_name"}));
  ASSIGN_OR_RETURN(auto volumes, ParseLvs(text));
  if (std::find(volumes.begin(), volumes.end(), absl::StrCat(kGroup, "/", desired_.label())) != volumes.end())
    (*observed)["array"] = {{"device", ArrayDevice()}, {"level", "linear"}, {"members", members}};
  return absl::OkStatus();
}

// What the filesystem is on: the disk itself, or the array.
absl::Status DiskResource::ObserveVolume(Json* observed) {
  const Json& base = IsSingle() ? (*observed)["devices"][0] : (*observed)["array"];
  if (!base.contains("device")) return absl::OkStatus();
  Json volume = {{"device", base["device"]}};
  if (IsSingle()) {
    for (const char* key : {"types", "uuid", "label", "half_made"}) volume[key] = base[key];
  } else {
    ASSIGN_OR_RETURN(const Signature s, host_->blocks()->Probe(base["device"].get<std::string>()));
    AddSignature(s, &volume);
  }
  (*observed)["volume"] = volume;
  return absl::OkStatus();
}

absl::Status DiskResource::ObserveMount(Json* observed) {
  ASSIGN_OR_RETURN(const std::vector<Mount> mounts, host_->blocks()->Mounts(), "reading mounts");
  const Mount* mount = MountAt(mounts, desired_.mount_point());
  if (!mount) {
    ASSIGN_OR_RETURN(auto names, host_->ListFolder(desired_.mount_point()));
    // mkfs.ext4's own folder is no data.
    std::erase(names, "lost+found");
    (*observed)["mount_point_used"] = !names.empty();
    return absl::OkStatus();
  }
  // By the node itself: mountinfo may say /dev/mapper/x where we say /dev/group/x.
  auto resolved = [&](const std::string& device) {
    return host_->blocks()->Resolve(device).value_or(device);
  };
  const Json& volume = (*observed)["volume"];
  const bool same =
      volume.is_object() && resolved(mount->source) == resolved(volume["device"].get<std::string>());
  (*observed)["mount"] = {{"source", mount->source}, {"type", mount->type}, {"ours", same}};
  return absl::OkStatus();
}

absl::StatusOr<Json> DiskResource::Observe() {
  if (!host_->blocks()) return absl::FailedPreconditionError("the disks of this host cannot be seen");
  Json observed = {{"array", Json()}, {"volume", Json()}, {"mount", Json()}, {"mount_point_used", false}};
  RETURN_IF_ERROR(ObserveDevices(&observed));
  RETURN_IF_ERROR(ObserveRecords(&observed));
  if (!IsSingle()) RETURN_IF_ERROR(IsRaid() ? ObserveRaid(&observed) : ObserveLvm(&observed));
  RETURN_IF_ERROR(ObserveVolume(&observed));
  RETURN_IF_ERROR(ObserveMount(&observed));
  return observed;
}

}  // namespace devstats::agent
