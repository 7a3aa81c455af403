// The door to block devices: which disks a box has, what they carry and who uses them. Disks are named by
// what udev knows of them (serial, WWN), never by a kernel name, which may differ after the next boot.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace devstats::agent {

// What libblkid finds on a device, or in an image file.
struct Signature {
  std::vector<std::string>
      types;                // each signature found: "ext4", "gpt", "linux_raid_member"; empty when blank
  std::string uuid, label;  // of the first filesystem, array member or volume
  bool half_made = false;   // a mkfs of XFS was cut: valid to look at, but not finished
};

struct BlockDevice {
  std::string device;  // "/dev/nvme0n1", "/dev/md0"
  std::string serial, wwn, model;
  uint64_t size_bytes = 0;
  Signature signature;
  std::vector<std::string>
      mounts;  // where it, its partitions and what is stacked on it are; "[SWAP]" for swap
  std::vector<std::string> holders;  // kernel names of what is stacked on it or its partitions: "md0", "dm-1"
  std::vector<std::string> partitions;  // kernel names

  // Carries the running system.
  bool IsSystem() const;
};

struct Mount {
  std::string source, target, type;
};

// Thread-safe.
class BlockDevices {
 public:
  virtual ~BlockDevices() = default;
  // Whole disks and arrays (md), sorted by device. No partitions, no device-mapper, no zram or ram disks, and
  // loop devices only when udev gives them a serial.
  virtual absl::StatusOr<std::vector<BlockDevice>> List() = 0;
  // Of any block device by path; NotFound when there is none.
  virtual absl::StatusOr<Signature> Probe(const std::string& device) = 0;
  // Equal for two names of one device, whatever links and nodes it has: its number, or of what is no device the path
  // without links. NotFound when absent.
  virtual absl::StatusOr<std::string> Resolve(const std::string& device) = 0;
  // In the order of /proc/self/mountinfo: of two on one target the later one is seen.
  virtual absl::StatusOr<std::vector<Mount>> Mounts() = 0;
};

// `root` is "" on a box; /sys, /proc and /dev are read below it. Identity comes from udev's database
// (libudev), and from sysfs where udev knows nothing.
std::unique_ptr<BlockDevices> SystemBlockDevices(std::string root = "");

// Low-level probe with libblkid: filesystems, arrays, volumes and partition tables. `path` may be an image
// file.
absl::StatusOr<Signature> ProbeSignature(const std::string& path);

// The mount that holds `path` (an absolute one): the longest target that is `path` or above it.
const Mount* MountOver(const std::vector<Mount>& mounts, const std::string& path);
// What is mounted on exactly `target`, or null.
const Mount* MountAt(const std::vector<Mount>& mounts, const std::string& target);

}  // namespace devstats::agent
