#include "agent/resources/disk_tools.h"

#include <sys/random.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/digest.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// {"report": [{NAME: [row, ...]}]}
absl::StatusOr<Json> Rows(absl::string_view json, const char* name) {
  ASSIGN_OR_RETURN(const Json all, ParseJson(json), "LVM's report");
  const Json::json_pointer rows(absl::StrCat("/report/0/", name));
  if (!all.contains(rows) || !all[rows].is_array())
    return absl::InvalidArgumentError(absl::StrCat("LVM's report has no list \"", name, "\""));
  return all[rows];
}

std::string Field(const Json& row, const char* name) {
  return row.is_object() && row.contains(name) && row[name].is_string() ? row[name].get<std::string>() : "";
}

}  // namespace

absl::StatusOr<MdArray> ParseMdDetail(absl::string_view text) {
  MdArray array;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> kv = absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (kv.first == "MD_LEVEL") array.level = std::string(kv.second);
    if (kv.first == "MD_UUID") array.uuid = PlainUuid(kv.second);
    if (absl::StartsWith(kv.first, "MD_DEVICE_") && absl::EndsWith(kv.first, "_DEV"))
      array.members.push_back(std::string(kv.second));
  }
  if (array.uuid.empty()) return absl::InvalidArgumentError("mdadm --detail --export says no MD_UUID");
  std::sort(array.members.begin(), array.members.end());
  return array;
}

absl::StatusOr<std::map<std::string, std::string>> ParsePvs(absl::string_view json) {
  ASSIGN_OR_RETURN(const Json rows, Rows(json, "pv"));
  std::map<std::string, std::string> groups;
  for (const Json& row : rows) groups[Field(row, "pv_name")] = Field(row, "vg_name");
  return groups;
}

absl::StatusOr<std::vector<std::string>> ParseLvs(absl::string_view json) {
  ASSIGN_OR_RETURN(const Json rows, Rows(json, "lv"));
  std::vector<std::string> volumes;
  for (const Json& row : rows)
    volumes.push_back(absl::StrCat(Field(row, "vg_name"), "/", Field(row, "lv_name")));
  return volumes;
}

std::string PlainUuid(absl::string_view uuid) {
  std::string out;
  for (char c : uuid)
    if (absl::ascii_isxdigit(c)) out.push_back(absl::ascii_tolower(c));
  return out;
}

std::string MdUuid(absl::string_view uuid) {
  const std::string plain = PlainUuid(uuid);
  std::vector<std::string> parts;
  for (size_t i = 0; i < plain.size(); i += 8) parts.push_back(plain.substr(i, 8));
  return absl::StrJoin(parts, ":");
}

std::string NewUuid() {
  unsigned char b[16];
  if (::getrandom(b, sizeof b, 0) != sizeof b)
    abort();  // never short for 16 bytes, and there is no going on without
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  std::string out;
  for (int i = 0; i < 16; ++i)
    absl::StrAppendFormat(&out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
  return out;
}

std::vector<std::string> MkfsCommand(const v1::DataDisk& disk, const std::string& uuid,
                                     const std::string& device) {
  std::vector<std::string> argv = {"/usr/sbin/mkfs." + disk.filesystem(), "-q"};
  // -F: no question about a whole disk; mkfs.ext4 still refuses what is mounted. The others refuse a device
  // that carries a signature, which is one more look before the act.
  if (disk.filesystem() == "ext4") argv.insert(argv.end(), {"-F", "-U", uuid});
  if (disk.filesystem() == "xfs") argv.insert(argv.end(), {"-m", "uuid=" + uuid});
  if (disk.filesystem() == "btrfs") argv.insert(argv.end(), {"-U", uuid});
  if (!disk.label().empty()) argv.insert(argv.end(), {"-L", disk.label()});
  argv.push_back(device);
  return argv;
}

std::vector<std::string> CreateArrayCommand(const v1::DataDisk& disk, const std::string& uuid,
                                            const std::vector<std::string>& devices) {
  // Without a home host in its name the array is /dev/md/NAME on any box.
  std::vector<std::string> argv = {"/usr/sbin/mdadm",
                                   "--create",
                                   "/dev/md/" + disk.label(),
                                   "--run",
                                   "--metadata=1.2",
                                   "--homehost=any",
                                   "--name=" + disk.label(),
                                   "--uuid=" + MdUuid(uuid),
                                   absl::StrCat("--level=", disk.raid_level()),
                                   absl::StrCat("--raid-devices=", devices.size())};
  if (disk.raid_level() != 0) argv.push_back("--bitmap=internal");
  argv.insert(argv.end(), devices.begin(), devices.end());
  return argv;
}

std::string FstabLine(const v1::DataDisk& disk, const std::string& uuid) {
  const std::string options =
      disk.mount_options().empty() ? "defaults" : absl::StrJoin(disk.mount_options(), ",");
  return absl::StrCat("UUID=", uuid, " ", disk.mount_point(), " ", disk.filesystem(), " ", options, " 0 ",
                      disk.filesystem() == "ext4" ? 2 : 0);  // the others' fsck does nothing at boot
}

std::string MountUnit(const std::string& mount_point) {
  std::string out;
  for (char c : mount_point.substr(1)) {
    if (c == '/')
      out.push_back('-');
    else if (absl::ascii_isalnum(c) || c == '_' || c == ':' || (c == '.' && !out.empty()))
      out.push_back(c);
    else
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(c));
  }
  return out + ".mount";
}

}  // namespace devstats::agent
