// The only door from resources to the operating system. Everything goes through a root folder, so a resource
// is tested on a temporary one; what changes the box is entered in the inventory first.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/host/inventory.h"

namespace devstats::agent {

class BlockDevices;
class Commands;
class Kernel;
class Systemd;

class Host {
 public:
  // `root` is "" on a box. None is owned; the last four may be null where no resource needs them.
  Host(std::string root, Inventory* inventory, Systemd* systemd = nullptr, Commands* commands = nullptr,
       Kernel* kernel = nullptr, BlockDevices* blocks = nullptr)
      : root_(std::move(root)),
        inventory_(inventory),
        systemd_(systemd),
        commands_(commands),
        kernel_(kernel),
        blocks_(blocks) {}

  // Content, or nothing when absent.
  absl::StatusOr<std::optional<std::string>> ReadFile(const std::string& path) const;
  // Atomic; remembers what was there for `resource`. Makes missing folders.
  absl::Status WriteFile(const std::string& resource, const std::string& path, absl::string_view content,
                         int mode = 0644);
  // The same for root's eyes only: 0600, also where there was a file that others could read.
  absl::Status WritePrivateFile(const std::string& resource, const std::string& path,
                                absl::string_view content);
  absl::Status RemoveFile(const std::string& resource, const std::string& path);
  absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path) const;  // empty when absent

  bool Exists(const std::string& path) const;  // of any kind
  // Its permissions, links followed: 0644. Nothing when it is absent.
  absl::StatusOr<std::optional<int>> ModeOf(const std::string& path) const;
  // Whether `path`, links followed, is here a swap area (file or device) of at least `bytes`.
  bool IsSwapArea(const std::string& path, uint64_t bytes) const;
  // Who holds a POSIX lock on this file: "apt-get (process 42)". Nothing when it is free or absent.
  std::optional<std::string> LockHolder(const std::string& path) const;

  // A mark, durable on return, that something is still to be done about a change: a service to restart, an
  // index to fetch. Set before the change and cleared after the act, so that a cut between the two loses
  // nothing.
  absl::Status MarkPending(const std::string& name);
  bool IsPending(const std::string& name) const;
  absl::Status ClearPending(const std::string& name);

  // A kernel parameter by its dotted name ("net.ipv4.conf.eth0/1.rp_filter": a '/' stands for a dot in a
  // part). White space runs are one blank, ends are trimmed. Nothing when the kernel has no such parameter.
  absl::StatusOr<std::optional<std::string>> ReadSysctl(const std::string& key) const;
  // FailedPrecondition when the kernel has no such parameter, PermissionDenied when it is read-only here.
  absl::Status WriteSysctl(const std::string& resource, const std::string& key, const std::string& value);

  // Differs after each boot.
  absl::StatusOr<std::string> BootId() const;

  const std::string& root() const { return root_; }
  Inventory& inventory() { return *inventory_; }
  Systemd& systemd() { return *systemd_; }
  Commands& commands() { return *commands_; }
  Kernel& kernel() { return *kernel_; }
  BlockDevices* blocks() const { return blocks_; }  // null: this host has no disks to look at

 private:
  absl::Status Remember(const std::string& resource, const std::string& path);
  const std::string root_;
  Inventory* const inventory_;
  Systemd* const systemd_;
  Commands* const commands_;
  Kernel* const kernel_;
  BlockDevices* const blocks_;
};

// "net.ipv4.ip_forward" -> "/proc/sys/net/ipv4/ip_forward". InvalidArgument unless every part is a plain
// name.
absl::StatusOr<std::string> SysctlPath(const std::string& key);
// White space runs to one blank, ends trimmed: the kernel prints "4096\t16384" for "4096 16384".
std::string NormalizeSysctl(absl::string_view value);

}  // namespace devstats::agent
