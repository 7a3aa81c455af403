#include "agent/front/commands.h"

#include <unistd.h>

#include <iostream>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/front/daemon.h"
#include "agent/front/enrol.h"
#include "common/files.h"
#include "common/log.h"
#include "common/status.h"
#include "common/subprocess.h"

namespace devstats::agent {
namespace {

constexpr char kEnrolExamples[] = R"(
Examples:
  The lines to run here are printed by `devstatsctl node token NAME` on the coordinator:
    devstats-agent enrol 10.0.0.1:7441 --node node-1 --pin sha256:3f0c... <<<'TOKEN'
  With the token in a file, as cloud-init does it (the file is not removed):
    devstats-agent enrol 10.0.0.1:7441 --node node-1 --pin sha256:3f0c... --token-file /run/devstats-token)";

struct EnrolArguments {
  EnrolOptions options;
  std::string token_file;
  bool start = true;
};

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::cerr << "error: " << log::Printable(status.message()) << "\n";
  if (const std::string hint = HintOf(status); !hint.empty())
    std::cerr << "hint: " << log::Printable(hint) << "\n";
  return 1;
}

absl::StatusOr<Secret> ReadToken(const std::string& file) {
  std::string text;
  if (file.empty()) {
    if (::isatty(STDIN_FILENO)) std::cerr << "Token: ";
    std::getline(std::cin, text);
  } else {
    ASSIGN_OR_RETURN(text, ReadFile(file, 4096));
  }
  Secret token{std::string(absl::StripAsciiWhitespace(text))};
  if (token.empty()) return absl::InvalidArgumentError("no token was given on standard input");
  return token;
}

// The daemons wait for enrolment (ConditionPathExists); now they can start.
absl::Status StartDaemons() {
  ASSIGN_OR_RETURN(
      const ProcessResult result,
      RunProcess({"systemctl", "restart", "devstats-agent-executor.service", "devstats-agent.service"}));
  if (result.exit_code == 0) return absl::OkStatus();
  return Hint(absl::InternalError(absl::StrCat("enrolled, but the agent does not start: ",
                                               absl::StripAsciiWhitespace(result.err))),
              "journalctl -u devstats-agent -u devstats-agent-executor");
}

absl::Status DoEnrol(EnrolArguments& arguments) {
  if (::geteuid() != 0) return absl::PermissionDeniedError("enrol must run as root");
  ASSIGN_OR_RETURN(arguments.options.token, ReadToken(arguments.token_file));
  RETURN_IF_ERROR(Enrol(arguments.options, SystemClock()));
  if (arguments.start) RETURN_IF_ERROR(StartDaemons());
  std::cerr << "enrolled as " << arguments.options.node << "\n";
  return absl::OkStatus();
}

absl::Status DoServe(const FrontOptions& options) {
  log::Init("devstats-agent", log::Level::kInfo);
  absl::Status status = RunFront(options);
  if (!status.ok())
    log::Error(absl::StrCat(status.message(), HintOf(status).empty() ? "" : "; ", HintOf(status)));
  return status;
}

}  // namespace

int RunCommand(CLI::App& app, int argc, char** argv) {
  FrontOptions front;
  EnrolArguments enrol;
  app.set_version_flag("--version", "devstats-agent " DEVSTATS_VERSION);
  app.require_subcommand(1);
  CLI::App* serve =
      app.add_subcommand("serve", "Serve the coordinator; systemd starts this (devstats-agent.service).");
  serve->add_option("--listen", front.listen, "address:port for the coordinator")->capture_default_str();
  serve->add_option("--health-address", front.health_address, "address of /livez, /readyz and /metrics")
      ->capture_default_str();
  serve->add_option("--health-port", front.health_port, "port of /livez, /readyz and /metrics")
      ->capture_default_str();
  CLI::App* join =
      app.add_subcommand("enrol", "Join this box to a cluster with a one-time token from standard input.");
  join->add_option("COORDINATOR", enrol.options.coordinator,
                   "host:port of the coordinator's enrolment listener")
      ->required();
  join->add_option("--node", enrol.options.node, "name of this box in cluster.yaml")->required();
  join->add_option("--pin", enrol.options.pin, "sha256:... of the cluster's authority")->required();
  join->add_option("--token-file", enrol.token_file, "file that holds the token, instead of standard input");
  join->add_flag("!--no-start", enrol.start, "do not start the agent's services");
  join->footer(kEnrolExamples);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (*serve) return DoServe(front).ok() ? 0 : 1;
  return Report(DoEnrol(enrol));
}

}  // namespace devstats::agent
