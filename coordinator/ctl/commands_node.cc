// node token, list, show, disks, logs
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/node_view.h"

namespace devstats::ctl {
namespace {

struct TokenOptions {
  std::string node, ttl = "1h";
  bool cloud_init = false;
};

absl::StatusOr<int> DoToken(Shell& shell, const TokenOptions& options) {
  v1::NodeTokenRequest request;
  request.set_node(options.node);
  int64_t seconds = 0;
  if (!ParsePeriod(options.ttl, &seconds))
    return Hint(absl::InvalidArgumentError(absl::StrCat("--ttl: not a time: ", options.ttl)),
                "such as 30m, 1h, 24h");
  request.set_ttl_seconds(seconds);
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::NodeToken token, client->CreateNodeToken(request));
  *shell.io.out << (options.cloud_init ? CloudInit(options.node, token) : EnrolLines(options.node, token));
  *shell.io.err << "good once, for " << options.node << " only, until "
                << Moment(token.expires_ms(), shell.io.zone)
                << (options.cloud_init ? "\n" : "; run as root on that box\n");
  return kOk;
}

absl::StatusOr<int> DoListNodes(Shell& shell) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::NodeList nodes, client->ListNodes());
  shell.Print(nodes, [&] {
    return NodeTable(nodes, shell.wide(), shell.io.zone).Text(shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

absl::StatusOr<v1::NodeDetail> Detail(Client& client, const std::string& name) {
  v1::NodeRequest request;
  request.set_name(name);
  return client.GetNode(request);
}

absl::StatusOr<int> DoShowNode(Shell& shell, const std::string& name) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::NodeDetail node, Detail(*client, name));
  shell.Print(node, [&] { return NodeView(node, shell.io.zone, shell.PaintFor(shell.io.out_terminal)); });
  return kOk;
}

// A box that does not answer is told of on stderr; the others are shown all the same.
absl::StatusOr<int> DoDisks(Shell& shell, const std::string& name) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  std::vector<std::string> names = {name};
  if (name.empty()) {
    ASSIGN_OR_RETURN(const v1::NodeList nodes, client->ListNodes());
    names.clear();
    for (const v1::NodeSummary& node : nodes.nodes()) names.push_back(node.name());
  }
  std::vector<v1::NodeDetail> details;
  int code = kOk;
  for (const std::string& n : names) {
    ASSIGN_OR_RETURN(v1::NodeDetail node, Detail(*client, n));
    if (!node.summary().reachable()) {
      PrintError(absl::UnavailableError(absl::StrCat(n, ": ", node.summary().error())), *shell.io.err);
      code = kError;
      continue;
    }
    details.push_back(std::move(node));
  }
  PrintDisks(shell, details);
  return code;
}

struct LogOptions {
  std::string node, unit = "devstats-agent";
  uint32_t lines = 100;
};

absl::StatusOr<int> DoLogs(Shell& shell, const LogOptions& options) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::NodeLogsRequest request;
  request.set_name(options.node);
  request.set_unit(options.unit);
  request.set_lines(options.lines);
  RETURN_IF_ERROR(client->NodeLogs(request, [&](const agent::v1::LogLine& line) {
    *shell.io.out << Moment(line.time_ms(), shell.io.zone) << " " << log::Printable(line.unit()) << ": "
                  << log::Printable(line.text()) << "\n";
  }));
  return kOk;
}

}  // namespace

void DeclareNodeCommands(Tree& tree) {
  CLI::App* node = Noun(tree, "node", "The boxes of the cluster.");

  auto token = std::make_shared<TokenOptions>();
  CLI::App* verb =
      Verb(tree, node, "token", "Print the three lines that join a box: install, enrol, its one-time token.",
           [token](Shell& shell) { return DoToken(shell, *token); });
  verb->add_option("NAME", token->node, "the box's name in cluster.yaml")->required();
  verb->add_option("--ttl", token->ttl, "how long the token may be used, at most 24h")
      ->type_name("TIME")
      ->capture_default_str();
  verb->add_flag("--cloud-init", token->cloud_init, "print a #cloud-config instead");

  AddFormat(tree, Verb(tree, node, "list", "List the boxes and how they are.", DoListNodes));

  auto shown = std::make_shared<std::string>();
  verb =
      Verb(tree, node, "show", "Show one box.", [shown](Shell& shell) { return DoShowNode(shell, *shown); });
  verb->add_option("NAME", *shown, "of the box")->required();
  AddFormat(tree, verb);

  auto disks = std::make_shared<std::string>();
  verb = Verb(tree, node, "disks", "List disks, with the serials that cluster.yaml names them by.",
              [disks](Shell& shell) { return DoDisks(shell, *disks); });
  verb->add_option("NAME", *disks, "of the box; all boxes when absent");
  AddFormat(tree, verb);

  auto logs = std::make_shared<LogOptions>();
  verb = Verb(tree, node, "logs", "Print a box's journal of one unit that we manage.",
              [logs](Shell& shell) { return DoLogs(shell, *logs); });
  verb->add_option("NAME", logs->node, "of the box")->required();
  verb->add_option("UNIT", logs->unit, "devstats-agent, containerd, kubelet ...")->capture_default_str();
  verb->add_option("-n,--lines", logs->lines, "how many lines")->type_name("LINES")->capture_default_str();
}

}  // namespace devstats::ctl
