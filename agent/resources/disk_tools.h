// What mdadm, LVM and the mkfs programs are told, and what they answer. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "devstats/agent/v1/storage.pb.h"

namespace devstats::agent {

struct MdArray {
  std::string level;                 // "raid10"
  std::string uuid;                  // as PlainUuid
  std::vector<std::string> members;  // devices, sorted
};
// Output of `mdadm --detail --export`. InvalidArgument when it has no MD_UUID.
absl::StatusOr<MdArray> ParseMdDetail(absl::string_view text);

// Output of `pvs --reportformat json -o pv_name,vg_name`: volume group by device, "" for none.
absl::StatusOr<std::map<std::string, std::string>> ParsePvs(absl::string_view json);
// Output of `lvs --reportformat json -o vg_name,lv_name`: "GROUP/VOLUME".
absl::StatusOr<std::vector<std::string>> ParseLvs(absl::string_view json);

// Lower-case hex without separators: mdadm and libblkid write the same UUID in different ways.
std::string PlainUuid(absl::string_view uuid);
// "11111111:22223333:44445555:66667777", as mdadm writes it.
std::string MdUuid(absl::string_view uuid);
// A random UUID (version 4).
std::string NewUuid();

std::vector<std::string> MkfsCommand(const v1::DataDisk& disk, const std::string& uuid,
                                     const std::string& device);
std::vector<std::string> CreateArrayCommand(const v1::DataDisk& disk, const std::string& uuid,
                                            const std::vector<std::string>& devices);
// "UUID=... /data ext4 noatime 0 2"
std::string FstabLine(const v1::DataDisk& disk, const std::string& uuid);
// The mount unit of a mount point, as systemd-escape names it: "/mnt/my-data" -> "mnt-my\x2ddata.mount".
std::string MountUnit(const std::string& mount_point);

}  // namespace devstats::agent
