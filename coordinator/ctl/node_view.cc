#include "coordinator/ctl/node_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "coordinator/ctl/output.h"
#include "coordinator/ctl/progress.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

constexpr char kTokenFile[] = "/run/devstats-token";

std::string UseOf(const agent::v1::Disk& disk) {
  if (disk.mounts_size() > 0) return absl::StrJoin(disk.mounts(), ", ");
  if (disk.holders_size() > 0) return absl::StrJoin(disk.holders(), ", ");
  return disk.filesystem().empty() ? "free" : "";
}

std::string Quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

std::string StateOf(const v1::NodeSummary& node) {
  if (node.role().empty()) return "not in cluster.yaml";
  if (!node.enrolled()) return "not enrolled";
  return node.reachable() ? "ready" : "unreachable";
}

Table NodeTable(const v1::NodeList& nodes, bool wide, absl::TimeZone zone) {
  std::vector<std::string> head = {"NAME", "ROLE", "STATE", "ADDRESS", "OS", "AGENT"};
  if (wide) head.insert(head.end(), {"CERTIFICATE UNTIL", "REASON"});
  Table table(head);
  for (const v1::NodeSummary& node : nodes.nodes()) {
    const std::string state = StateOf(node);
    std::vector<Cell> row = {node.name(),    node.role(), {state, ColorOf(state)},
                             node.address(), node.os(),   node.agent_version()};
    if (wide) row.insert(row.end(), {Moment(node.certificate_not_after_ms(), zone), node.error()});
    table.Row(std::move(row));
  }
  return table;
}

std::string NodeView(const v1::NodeDetail& node, absl::TimeZone zone, const Paint& paint) {
  const v1::NodeSummary& s = node.summary();
  const agent::v1::Facts& f = node.facts();
  std::vector<std::string> addresses;
  for (const agent::v1::Address& a : f.addresses())
    addresses.push_back(absl::StrCat(a.address(), " (", a.interface(), ")"));
  const bool known = s.reachable();
  std::string out =
      Fields({{"name", s.name()},
              {"role", s.role()},
              {"state", StateOf(s)},
              {"reason", s.error()},
              {"address", s.address()},
              {"certificate until", s.enrolled() ? Moment(s.certificate_not_after_ms(), zone) : ""},
              {"agent", s.agent_version()},
              {"os", s.os()},
              {"kernel", f.kernel()},
              {"architecture", f.architecture()},
              {"cpus", known ? absl::StrCat(f.cpus()) : ""},
              {"memory", known ? Bytes(f.memory_bytes()) : ""},
              {"disks", known ? absl::StrCat(f.disks_size()) : ""},
              {"addresses", absl::StrJoin(addresses, ", ")},
              {"clock", Moment(f.time_ms(), zone) == "-" ? "" : Moment(f.time_ms(), zone)}});
  for (const std::string& warning : f.warnings())
    absl::StrAppend(&out, paint(Color::kYellow, "warning: "), log::Printable(warning), "\n");
  for (const agent::v1::Check& check : node.health().checks())
    if (!check.ok())
      absl::StrAppend(&out, paint(Color::kRed, "unhealthy: "), log::Printable(check.name()), ": ",
                      log::Printable(check.reason()), "\n");
  return out;
}

void PrintDisks(const Shell& shell, const std::vector<v1::NodeDetail>& nodes) {
  Table table({"NODE", "DEVICE", "SIZE", "SERIAL", "WWN", "MODEL", "CONTENT", "USED BY"});
  Json data = Json::array();
  for (const v1::NodeDetail& node : nodes)
    for (const agent::v1::Disk& disk : node.facts().disks()) {
      table.Row({node.summary().name(), disk.device(), Bytes(disk.size_bytes()), disk.serial(), disk.wwn(),
                 disk.model(), disk.filesystem(), UseOf(disk)});
      Json entry = FullJson(disk);
      entry["node"] = node.summary().name();
      data.push_back(std::move(entry));
    }
  if (shell.ForPeople())
    *shell.io.out << table.Text(shell.PaintFor(shell.io.out_terminal));
  else
    *shell.io.out << FormattedJson({{"disks", data}}, shell.format);
}

std::string EnrolLines(const std::string& node, const v1::NodeToken& token) {
  // apt must not read the token that waits on the terminal.
  return absl::StrCat("apt-get install -y ./devstats-agent_*.deb </dev/null\n", "devstats-agent enrol ",
                      log::Printable(token.address()), " --node ", node, " --pin ",
                      log::Printable(token.ca_pin()), "\n", log::Printable(token.token()), "\n");
}

std::string CloudInit(const std::string& node, const v1::NodeToken& token) {
  return absl::StrCat(
      "#cloud-config\n", "# The image, or a \"packages:\" list beside this, must bring devstats-agent.\n",
      "write_files:\n", "  - path: ", kTokenFile, "\n", "    owner: root:root\n",
      "    permissions: \"0600\"\n", "    content: ", Quoted(token.token()), "\n", "runcmd:\n",
      "  - [devstats-agent, enrol, ", Quoted(token.address()), ", --node, ", Quoted(node), ", --pin, ",
      Quoted(token.ca_pin()), ", --token-file, ", kTokenFile, "]\n", "  - [rm, -f, ", kTokenFile, "]\n");
}

}  // namespace devstats::ctl
