#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agent/host/block.h"
#include "agent/host/commands.h"
#include "agent/host/systemd.h"
#include "agent/resources/disk.h"
#include "agent/resources/disk_tools.h"
#include "agent/resources/marked_line.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

using Strings = std::vector<std::string>;

bool IsPartitionTable(const std::string& type) { return type == "gpt" || type == "dos"; }

// Labels become parts of unit names, and a serial may hold anything.
std::string UnitWord(std::string label) {
  for (char& c : label)
    if (!absl::ascii_isalnum(c) && c != '-') c = '_';
  return label;
}

Strings WipeCommand(const std::string& device, const Strings& types) {
  Strings argv = {"/usr/sbin/wipefs", "-a"};
  // wipefs takes a partition table off only when forced. That would also force a mounted device: Diff refused
  // that.
  if (std::any_of(types.begin(), types.end(), IsPartitionTable)) argv.push_back("-f");
  argv.push_back(device);
  return argv;
}

}  // namespace

absl::Status DiskResource::Record(const std::string& thing, const std::string& value) {
  ASSIGN_OR_RETURN(auto known, host_->inventory().Find(thing));
  if (known && known->before == value) return absl::OkStatus();
  if (known) RETURN_IF_ERROR(host_->inventory().Drop(thing));  // of a disk that was replaced
  return host_->inventory().Remember(
      {.resource = id(), .thing = thing, .before = value, .digest = "", .mode = 0});
}

absl::Status DiskResource::RunTool(const std::string& label, const Strings& argv,
                                   const StepContext& context) {
  const std::string text = absl::StrJoin(argv, " ");
  context.progress(text);
  Command command{.label = UnitWord(absl::StrCat(label, "-", context.attempt)),
                  .argv = argv,
                  .environment = {},
                  .input = ""};
  command.timeout = absl::Hours(2);  // a mkfs that discards many terabytes is slow
  auto result = host_->commands().Run(context.key, command, context.progress);
  if (absl::IsNotFound(result.status()))
    return Hint(
        absl::NotFoundError(absl::StrCat(argv[0], " is not installed")),
        "its package (mdadm, lvm2, e2fsprogs, xfsprogs or btrfs-progs) belongs to the packages of the spec");
  RETURN_IF_ERROR(result.status(), text);
  return CommandStatus(text, *result);
}

absl::StatusOr<Json> DiskResource::ChooseWitness(const UnitPlan&) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  ASSIGN_OR_RETURN(const std::vector<BlockDevice> list, host_->blocks()->List());
  const auto choose = [&](const Json& known) {
    const bool taken =
        known.is_string() && std::any_of(list.begin(), list.end(), [&](const BlockDevice& d) {
          return !d.signature.half_made && PlainUuid(d.signature.uuid) == PlainUuid(known.get<std::string>());
        });
    return known.is_string() && !taken ? known.get<std::string>() : NewUuid();
  };
  // Members of an array that was cut carry its UUID and are made anew under it.
  const Json& array = observed["known_array"];
  return Json{{"uuid", choose(observed["known"])},
              {"array", array.is_string() ? array.get<std::string>() : NewUuid()}};
}

absl::Status DiskResource::Settle(const StepContext& context) {
  return host_->commands().Settle(context.key);
}

absl::Status DiskResource::Wipe(const std::string& id, const StepContext& context) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  for (const Json& d : observed["devices"]) {
    if (d["id"] != id) continue;
    UnitPlan again;
    RETURN_IF_ERROR(DiffDevice(observed, d, &again));
    if (again.changes_size() == 0) return absl::OkStatus();
    return RunTool("wipe-" + id, WipeCommand(d["device"].get<std::string>(), d["types"].get<Strings>()),
                   context);
  }
  return absl::InternalError(absl::StrCat(id, " is not in the spec"));
}

absl::Status DiskResource::MakeRaid(const Json& observed, const StepContext& context) {
  const std::string uuid = context.witness.value("array", "");
  Strings devices;
  std::vector<std::string> holders;
  for (const Json& d : observed["devices"]) {
    devices.push_back(d["device"].get<std::string>());
    for (const std::string& h : d["holders"].get<Strings>())
      if (std::find(holders.begin(), holders.end(), h) == holders.end()) holders.push_back(h);
  }
  RETURN_IF_ERROR(Record(ArrayThing(), PlainUuid(uuid)));
  FaultPoint("disk.array", ArrayDevice());
  // What is left of a creation that was cut: only members of ours are here, Diff has seen to it.
  for (const std::string& h : holders)
    RETURN_IF_ERROR(RunTool("stop-" + h, {"/usr/sbin/mdadm", "--stop", "/dev/" + h}, context));
  for (const Json& d : observed["devices"])
    if (IsOurDevice(observed, d))
      RETURN_IF_ERROR(RunTool("zero-" + d["id"].get<std::string>(),
                              {"/usr/sbin/mdadm", "--zero-superblock", d["device"].get<std::string>()},
                              context));
  return RunTool("array", CreateArrayCommand(desired_, uuid, devices), context);
}

absl::Status DiskResource::AssembleRaid(const Json& observed, const StepContext& context) {
  Strings argv = {"/usr/sbin/mdadm", "--assemble", ArrayDevice()};
  for (const Json& d : observed["devices"]) argv.push_back(d["device"].get<std::string>());
  return RunTool("assemble", argv, context);
}

absl::Status DiskResource::MakeLvm(const Json& observed, const StepContext& context) {
  RETURN_IF_ERROR(Record(ArrayThing(), kGroup));
  FaultPoint("disk.array", ArrayDevice());
  Strings group = {"/usr/sbin/vgcreate", kGroup};
  for (const Json& d : observed["devices"]) {
    const std::string device = d["device"].get<std::string>();
    group.push_back(device);
    if (!IsOurDevice(observed, d))
      RETURN_IF_ERROR(
          RunTool("pv-" + d["id"].get<std::string>(), {"/usr/sbin/pvcreate", "--yes", device}, context));
  }
  const Json members = observed.value("group_members", Json::array());
  if (members.empty()) RETURN_IF_ERROR(RunTool("group", group, context));
  return RunTool("volume", {"/usr/sbin/lvcreate", "--yes", "-l", "100%FREE", "-n", desired_.label(), kGroup},
                 context);
}

absl::Status DiskResource::MakeFilesystem(const StepContext& context) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  const Json& volume = observed["volume"];
  if (!volume.is_object())
    return absl::InternalError(absl::StrCat(ArrayDevice(), " is not there after it was made"));
  const std::string device = volume["device"].get<std::string>();
  const bool ours = IsOurFilesystem(observed, volume);
  if (ours && volume["half_made"] != true) return absl::OkStatus();
  const Strings types = volume["types"].get<Strings>();
  if (!ours && !types.empty())
    return absl::FailedPreconditionError(
        absl::StrCat(device, " carries ", absl::StrJoin(types, ", "), " now; nothing is written to it"));
  const std::string uuid = context.witness.value("uuid", "");
  RETURN_IF_ERROR(Record(FilesystemThing(), uuid));
  FaultPoint("disk.mkfs", device);
  if (ours) RETURN_IF_ERROR(RunTool("unmake", WipeCommand(device, types), context));
  RETURN_IF_ERROR(RunTool("mkfs", MkfsCommand(desired_, uuid, device), context));
  FaultPoint("disk.made", device);
  return Record(FormattedThing(), Ids());
}

absl::Status DiskResource::WriteMdadmConf(const StepContext&) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  if (!observed["array"].is_object())
    return absl::InternalError(absl::StrCat(ArrayDevice(), " is not there after it was made"));
  ASSIGN_OR_RETURN(auto text, host_->ReadFile(kMdadmConf));
  RETURN_IF_ERROR(host_->MarkPending(kInitramfsPath));
  return host_->WriteFile(id(), kMdadmConf,
                          WithMarkedLine(text.value_or(""), MdadmMark(),
                                         absl::StrCat("ARRAY ", ArrayDevice(), " metadata=1.2 UUID=",
                                                      MdUuid(observed["array"]["uuid"].get<std::string>()))));
}

absl::Status DiskResource::UpdateInitramfs(const StepContext& context) {
  RETURN_IF_ERROR(RunTool("initramfs", {"/usr/sbin/update-initramfs", "-u"}, context));
  return host_->ClearPending(kInitramfsPath);
}

absl::Status DiskResource::WriteFstab(const StepContext& context) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  const Json& volume = observed["volume"];
  if (!IsOurFilesystem(observed, volume))
    return absl::InternalError(
        absl::StrCat("the filesystem of ", desired_.mount_point(), " is not there after it was made"));
  // Options that changed hold at once, not only from the next boot; first, so that a cut leaves the diff.
  if (observed["mount"].is_object() && desired_.mount_options_size() > 0)
    RETURN_IF_ERROR(
        RunTool("remount",
                {"/usr/bin/mount", "-o", "remount," + absl::StrJoin(desired_.mount_options(), ","),
                 desired_.mount_point()},
                context));
  ASSIGN_OR_RETURN(auto text, host_->ReadFile(kFstab));
  RETURN_IF_ERROR(host_->WriteFile(id(), kFstab,
                                   WithMarkedLine(text.value_or(""), FstabMark(),
                                                  FstabLine(desired_, volume["uuid"].get<std::string>()))));
  return host_->systemd().DaemonReload();
}

absl::Status DiskResource::MountIt(const StepContext& context) {
  context.progress(absl::StrCat("mounting ", desired_.mount_point()));
  RETURN_IF_ERROR(MakeFolders(host_->root() + desired_.mount_point()));
  RETURN_IF_ERROR(host_->systemd().DaemonReload());  // again: a cut may lie between fstab and here
  RETURN_IF_ERROR(host_->systemd().Start(MountUnit(desired_.mount_point())));
  ASSIGN_OR_RETURN(const Json observed, Observe());
  const Json& mount = observed["mount"];
  if (mount.is_object() && mount["ours"] == true && mount["type"] == desired_.filesystem())
    return absl::OkStatus();
  return absl::InternalError(absl::StrCat(MountUnit(desired_.mount_point()), " was started, but on ",
                                          desired_.mount_point(), " there is ",
                                          mount.is_object() ? mount.dump() : "nothing"));
}

absl::Status DiskResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    absl::string_view what = c.path();
    if (absl::ConsumePrefix(&what, kWipePath)) {
      RETURN_IF_ERROR(Wipe(std::string(what), context));
    } else if (c.path() == ArrayDevice()) {
      ASSIGN_OR_RETURN(const Json observed, Observe());
      RETURN_IF_ERROR(IsRaid() ? MakeRaid(observed, context) : MakeLvm(observed, context));
    } else if (c.path() == AssemblePath()) {
      ASSIGN_OR_RETURN(const Json observed, Observe());
      RETURN_IF_ERROR(AssembleRaid(observed, context));
    } else if (c.path() == FilesystemPath()) {
      RETURN_IF_ERROR(MakeFilesystem(context));
    } else if (c.path() == kMdadmConf) {
      RETURN_IF_ERROR(WriteMdadmConf(context));
    } else if (c.path() == kInitramfsPath) {
      RETURN_IF_ERROR(UpdateInitramfs(context));
    } else if (c.path() == kFstab) {
      RETURN_IF_ERROR(WriteFstab(context));
    } else if (c.path() == MountPath()) {
      RETURN_IF_ERROR(MountIt(context));
    }
    FaultPoint("disk.done", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
