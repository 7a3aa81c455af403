#include "agent/host/facts.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bit>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/host/block.h"

namespace devstats::agent {
namespace {

std::string Trimmed(const Host& host, const std::string& path) {
  auto content = host.ReadFile(path);
  return content.ok() && content->has_value() ? std::string(absl::StripAsciiWhitespace(**content)) : "";
}

void AddAddresses(v1::Facts* facts) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return;
  std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
  for (const ifaddrs* i = list; i; i = i->ifa_next) {
    if (!i->ifa_addr || !i->ifa_netmask || i->ifa_addr->sa_family != AF_INET || (i->ifa_flags & IFF_LOOPBACK))
      continue;
    char text[INET_ADDRSTRLEN];
    const auto* address = reinterpret_cast<const sockaddr_in*>(i->ifa_addr);
    const auto* mask = reinterpret_cast<const sockaddr_in*>(i->ifa_netmask);
    if (!::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text)) continue;
    v1::Address* a = facts->add_addresses();
    a->set_interface(i->ifa_name);
    a->set_address(absl::StrCat(text, "/", std::popcount(mask->sin_addr.s_addr)));
  }
}

void AddDisks(BlockDevices* blocks, v1::Facts* facts) {
  if (!blocks) return;
  auto disks = blocks->List();
  if (!disks.ok()) {
    facts->add_warnings(absl::StrCat("disks could not be read: ", disks.status().message()));
    return;
  }
  for (const BlockDevice& d : *disks) {
    v1::Disk* disk = facts->add_disks();
    disk->set_device(d.device);
    disk->set_serial(d.serial);
    disk->set_wwn(d.wwn);
    disk->set_model(d.model);
    disk->set_size_bytes(d.size_bytes);
    disk->set_filesystem(absl::StrJoin(d.signature.types, "+"));
    for (const std::string& m : d.mounts) disk->add_mounts(m);
    for (const std::string& h : d.holders) disk->add_holders(h);
  }
}

// Version 2 has one hierarchy, whose root names its controllers.
uint32_t CgroupVersion(const Host& host) {
  if (host.Exists("/sys/fs/cgroup/cgroup.controllers")) return 2;
  return host.Exists("/sys/fs/cgroup") ? 1 : 0;
}

}  // namespace

void ParseOsRelease(const std::string& text, v1::Facts* facts) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> kv = absl::StrSplit(line, absl::MaxSplits('=', 1));
    absl::string_view value =
        absl::StripSuffix(absl::StripPrefix(absl::StripAsciiWhitespace(kv.second), "\""), "\"");
    if (kv.first == "ID") facts->set_os_id(std::string(value));
    if (kv.first == "VERSION_ID") facts->set_os_version(std::string(value));
  }
}

uint64_t ParseMemTotal(const std::string& text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::ConsumePrefix(&line, "MemTotal:")) continue;
    uint64_t kib = 0;
    absl::string_view number = absl::StripSuffix(absl::StripAsciiWhitespace(line), " kB");
    return absl::SimpleAtoi(number, &kib) ? kib * 1024 : 0;
  }
  return 0;
}

v1::Facts GatherFacts(const Host& host) {
  v1::Facts facts;
  utsname name{};
  if (::uname(&name) == 0) {
    facts.set_hostname(name.nodename);
    facts.set_kernel(name.release);
    facts.set_architecture(name.machine);
  }
  facts.set_machine_id(Trimmed(host, "/etc/machine-id"));
  facts.set_boot_id(Trimmed(host, "/proc/sys/kernel/random/boot_id"));
  ParseOsRelease(Trimmed(host, "/etc/os-release"), &facts);
  facts.set_memory_bytes(ParseMemTotal(Trimmed(host, "/proc/meminfo")));
  facts.set_cpus(static_cast<uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
  facts.set_time_ms(absl::ToUnixMillis(absl::Now()));
  facts.set_agent_version(DEVSTATS_VERSION);
  facts.set_cgroup_version(CgroupVersion(host));
  AddAddresses(&facts);
  AddDisks(host.blocks(), &facts);
  return facts;
}

}  // namespace devstats::agent
