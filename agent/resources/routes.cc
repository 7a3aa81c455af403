#include "agent/resources/routes.h"

#include <arpa/inet.h>

#include <bit>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/host/commands.h"
#include "agent/resources/file_state.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kIp[] = "/sbin/ip";
constexpr absl::string_view kStart = "ExecStart=/sbin/ip route replace ";
constexpr char kService[] = "devstats-routes.service runs at boot";

// The kernel prints the four bytes in its own order, as the number that they are in memory.
std::string AddressOf(uint32_t bytes) {
  char text[INET_ADDRSTRLEN] = "";
  const in_addr address{bytes};
  return inet_ntop(AF_INET, &address, text, sizeof text) ? text : "";
}

// "10.244.1.0/24" with no bit set beyond its length, as the kernel demands.
bool IsNetwork(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  in_addr address{};
  int bits = 0;
  if (parts.size() != 2 || inet_pton(AF_INET, parts[0].c_str(), &address) != 1 ||
      !absl::SimpleAtoi(parts[1], &bits) || bits < 1 || bits > 32)
    return false;
  return bits == 32 || (ntohl(address.s_addr) << bits) == 0;
}

bool IsAddress(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

absl::StatusOr<RouteTable> Wanted(const v1::Routes& desired) {
  RouteTable out;
  for (const auto& route : desired.items()) {
    if (!IsNetwork(route.destination()) || !IsAddress(route.via()))
      return absl::InvalidArgumentError(
          absl::StrCat("\"", route.destination(), "\" by way of \"", route.via(), "\" is no IPv4 route"));
    if (!out.emplace(route.destination(), route.via()).second)
      return absl::InvalidArgumentError(absl::StrCat("two routes to ", route.destination()));
  }
  return out;
}

std::string ServiceText(const RouteTable& routes) {
  std::string out =
      "# Made by devstats-agent from cluster.yaml; changes here are overwritten.\n"
      "[Unit]\n"
      "Description=Routes to the pods of the other nodes\n"
      "Wants=network-online.target\n"
      "After=network-online.target\n\n"
      "[Service]\n"
      "Type=oneshot\n"
      "RemainAfterExit=yes\n";
  for (const auto& [destination, via] : routes)
    absl::StrAppend(&out, kStart, destination, " via ", via, "\n");
  if (routes.empty()) out += "ExecStart=/bin/true\n";
  return out + "\n[Install]\nWantedBy=multi-user.target\n";
}

std::string PathOf(const std::string& destination) { return absl::StrCat("route ", destination); }

}  // namespace

RouteTable ParseKernelRoutes(absl::string_view text) {
  RouteTable out;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    // Iface Destination Gateway Flags RefCnt Use Metric Mask ...
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint32_t destination = 0, gateway = 0, mask = 0;
    if (words.size() < 8 || !absl::SimpleHexAtoi(words[1], &destination) ||
        !absl::SimpleHexAtoi(words[2], &gateway) || !absl::SimpleHexAtoi(words[7], &mask) || gateway == 0)
      continue;
    out.emplace(absl::StrCat(AddressOf(destination), "/", std::popcount(mask)), AddressOf(gateway));
  }
  return out;
}

RouteTable ParseServiceRoutes(absl::string_view text) {
  RouteTable out;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, kStart)) continue;
    const std::vector<std::string> words = absl::StrSplit(line.substr(kStart.size()), ' ');
    if (words.size() == 3) out.emplace(words[0], words[2]);
  }
  return out;
}

absl::StatusOr<Json> RoutesResource::Observe() {
  ASSIGN_OR_RETURN(const RouteTable wanted, Wanted(desired_));
  ASSIGN_OR_RETURN(Json file, ObserveFile(host_, kFile));
  ASSIGN_OR_RETURN(auto text, host_->ReadFile("/proc/net/route"));
  ASSIGN_OR_RETURN(const Json service, ObserveService(host_, kUnit));
  const RouteTable kernel = ParseKernelRoutes(text.value_or(""));
  const RouteTable made =
      ParseServiceRoutes(file.is_null() ? "" : file["content"].get_ref<const std::string&>());
  Json now = Json::object();  // only what Diff reads: other routes of the box come and go
  for (const auto& table : {wanted, made})
    for (const auto& [destination, via] : table)
      if (auto found = kernel.find(destination); found != kernel.end()) now[destination] = found->second;
  return Json{{"file", file}, {"kernel", now}, {"made", made}, {"enabled", service["enabled"]}};
}

absl::StatusOr<UnitPlan> RoutesResource::Diff(const Json& observed) const {
  UnitPlan plan;
  ASSIGN_OR_RETURN(const RouteTable wanted, Wanted(desired_));
  const Json &kernel = observed["kernel"], &made = observed["made"];
  // First, while the file still tells which ones were ours.
  for (const auto& [destination, via] : made.items())
    if (!wanted.contains(destination) && kernel.value(destination, "") == via)
      AddChange(&plan, PathOf(destination), Change::DELETE, Change::OURS, via, "");
  DiffFile(observed["file"], kFile, ServiceText(wanted), &plan);
  for (const auto& [destination, via] : wanted) {
    const std::string now = kernel.value(destination, "");
    if (now == via) continue;
    const bool ours = made.value(destination, "") == now;
    AddChange(&plan, PathOf(destination), now.empty() ? Change::CREATE : Change::UPDATE,
              now.empty() ? Change::ABSENT
              : ours      ? Change::OURS
                          : Change::FOREIGN,
              now, via);
  }
  if (observed["enabled"] != true) AddChange(&plan, kService, Change::UPDATE, Change::OURS, "no", "yes");
  return plan;
}

absl::Status RoutesResource::Settle(const StepContext& context) {
  return host_->commands().Settle(context.key);
}

absl::Status RoutesResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    if (c.action() != Change::DELETE) continue;
    const std::string destination = c.path().substr(PathOf("").size());
    context.progress(absl::StrCat("removing the route to ", destination));
    ASSIGN_OR_RETURN(const ProcessResult removed,
                     host_->commands().Run(
                         context.key,
                         {.label = absl::StrCat("remove-", absl::StrReplaceAll(destination, {{"/", "-"}}),
                                                "-", context.attempt),
                          .argv = {kIp, "route", "del", destination, "via", c.before()},
                          .environment = {},
                          .input = ""},
                         [](absl::string_view) {}));
    RETURN_IF_ERROR(CommandStatus(absl::StrCat("removing the route to ", destination), removed));
    FaultPoint("routes.removed", destination);
  }
  for (const Change& c : diff.changes())
    if (c.path() == kFile) RETURN_IF_ERROR(host_->WriteFile(id(), kFile, c.after()));
  FaultPoint("routes.written", context.key.Text());
  context.progress("setting routes");
  return ApplyService(host_, kUnit);
}

}  // namespace devstats::agent
