// Block devices for tests: a list that the test and its scripted commands change.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/host/block.h"

namespace devstats::agent {

class FakeBlocks : public BlockDevices {
 public:
  std::vector<BlockDevice> devices;
  std::vector<Mount> mounts{{"/dev/sda", "/", "ext4"}};
  std::map<std::string, std::string> links;  // "/dev/md/data" -> "/dev/md127"
  std::map<std::string, Signature> volumes;  // what is not in the list: logical volumes

  BlockDevice& Add(const std::string& device, const std::string& serial) {
    devices.push_back({.device = device, .serial = serial, .wwn = "wwn-" + serial, .size_bytes = 1 << 30});
    return devices.back();
  }
  BlockDevice* Find(const std::string& device) {
    for (BlockDevice& d : devices)
      if (d.device == device) return &d;
    return nullptr;
  }

  absl::StatusOr<std::vector<BlockDevice>> List() override { return devices; }
  absl::StatusOr<Signature> Probe(const std::string& device) override {
    const std::string real = links.contains(device) ? links[device] : device;
    if (BlockDevice* d = Find(real)) return d->signature;
    if (volumes.contains(real)) return volumes[real];
    return absl::NotFoundError(absl::StrCat("opening ", device));
  }
  absl::StatusOr<std::string> Resolve(const std::string& device) override {
    const std::string real = links.contains(device) ? links[device] : device;
    if (Find(real) || volumes.contains(real)) return real;
    return absl::NotFoundError(device);
  }
  absl::StatusOr<std::vector<Mount>> Mounts() override { return mounts; }
};

}  // namespace devstats::agent
