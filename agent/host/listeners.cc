#include "agent/host/listeners.h"

#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/files.h"

namespace devstats::agent {
namespace {

constexpr size_t kMaxComm = 15;
constexpr size_t kMaxProcesses = 1 << 16;
constexpr size_t kMaxFiles = 1 << 16;  // of one process

// The inode of "socket:[12345]"; 0 for anything else.
uint64_t SocketInode(const std::string& link) {
  char buffer[64];
  const ssize_t n = ::readlink(link.c_str(), buffer, sizeof buffer);
  if (n <= 0) return 0;
  absl::string_view target(buffer, static_cast<size_t>(n));
  uint64_t inode = 0;
  if (!absl::ConsumePrefix(&target, "socket:[") || !absl::ConsumeSuffix(&target, "]")) return 0;
  return absl::SimpleAtoi(target, &inode) ? inode : 0;
}

// The sockets that hold the ports.
std::map<uint64_t, std::set<PortKey>> FindSockets(const Host& host, const std::set<PortKey>& ports,
                                                  std::map<PortKey, std::vector<PortHolder>>* holders) {
  std::map<uint64_t, std::set<PortKey>> sockets;
  for (const auto& [file, protocol] : {std::pair("tcp", v1::Port::TCP),
                                       {"tcp6", v1::Port::TCP},
                                       {"udp", v1::Port::UDP},
                                       {"udp6", v1::Port::UDP}}) {
    const auto text = host.ReadFile(absl::StrCat("/proc/net/", file));
    if (!text.ok() || !*text) continue;
    for (const Listener& listener : ParseSockets(**text, protocol)) {
      const PortKey key{protocol, listener.port};
      if (!ports.contains(key)) continue;
      (*holders)[key];
      if (listener.inode != 0) sockets[listener.inode].insert(key);
    }
  }
  return sockets;
}

// A process may end while it is looked at: then it holds nothing.
void AddHolder(const Host& host, uint32_t pid, const std::map<uint64_t, std::set<PortKey>>& sockets,
               std::map<PortKey, std::vector<PortHolder>>* holders) {
  const std::string folder = absl::StrCat("/proc/", pid);
  const auto files = host.ListFolder(folder + "/fd");
  if (!files.ok()) return;
  std::set<PortKey> held;
  for (size_t i = 0; i < files->size() && i < kMaxFiles; ++i) {
    const auto socket = sockets.find(SocketInode(absl::StrCat(host.root(), folder, "/fd/", (*files)[i])));
    if (socket != sockets.end()) held.insert(socket->second.begin(), socket->second.end());
  }
  if (held.empty()) return;
  const auto comm = host.ReadFile(folder + "/comm");
  if (!comm.ok() || !*comm) return;
  for (const PortKey& key : held)
    (*holders)[key].push_back({std::string(absl::StripAsciiWhitespace(**comm)), pid});
}

}  // namespace

std::vector<Listener> ParseSockets(absl::string_view text, v1::Port::Protocol protocol) {
  //   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  //    0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 ...
  const absl::string_view wanted = protocol == v1::Port::TCP ? "0A" : "07";  // listening; not connected
  std::vector<Listener> listeners;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (fields.size() < 10 || fields[3] != wanted) continue;
    const std::pair<absl::string_view, absl::string_view> local =
        absl::StrSplit(fields[1], absl::MaxSplits(':', 1));
    Listener listener;
    if (absl::SimpleHexAtoi(local.second, &listener.port) && listener.port <= 65535 &&
        absl::SimpleAtoi(fields[9], &listener.inode))
      listeners.push_back(listener);
  }
  return listeners;
}

std::map<PortKey, std::vector<PortHolder>> FindHolders(const Host& host, const std::set<PortKey>& ports) {
  std::map<PortKey, std::vector<PortHolder>> holders;
  const auto sockets = FindSockets(host, ports, &holders);
  if (holders.empty()) return holders;
  const auto names = host.ListFolder("/proc");
  if (!names.ok()) return {};
  size_t processes = 0;
  for (const std::string& name : *names) {
    uint32_t pid = 0;
    if (!absl::SimpleAtoi(name, &pid)) continue;
    if (++processes > kMaxProcesses) break;
    AddHolder(host, pid, sockets, &holders);
  }
  for (auto& [key, of_port] : holders)
    if (of_port.empty()) of_port.push_back({kKernelHolder, 0});
  return holders;
}

bool IsProgram(absl::string_view program, absl::string_view meant) {
  return program == meant.substr(0, kMaxComm);
}

}  // namespace devstats::agent
