#include "coordinator/ctl/chart/chart_flags.h"

#include "CLI/CLI.hpp"

namespace devstats::ctl {

void DeclareChartFlags(CLI::App& verb, ChartRequest& request) {
  verb.add_option("--version", request.version, "a version or a range of versions; the newest unless given");
  verb.add_flag("--devel", request.devel, "prereleases, too");
  verb.add_option("--repo", request.repository, "URL of the chart's repository")->type_name("URL");
  verb.add_option("--username", request.username, "for the repository");
  verb.add_option("--password", request.password, "for the repository; others may see it in the list of processes");
  verb.add_option("--ca-file", request.ca_file, "trust these authorities")->type_name("FILE");
  verb.add_option("--cert-file", request.cert_file, "certificate of this client")->type_name("FILE");
  verb.add_option("--key-file", request.key_file, "key of that certificate")->type_name("FILE");
  verb.add_flag("--insecure-skip-tls-verify", request.insecure, "take any certificate");
  verb.add_flag("--plain-http", request.plain_http, "registries without TLS");
  verb.add_flag("--pass-credentials", request.pass_credentials, "send credentials to other hosts, too");
}

}  // namespace devstats::ctl
