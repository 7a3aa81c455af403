#include "coordinator/ctl/chart/chart_flags.h"

#include "CLI/CLI.hpp"
#include "coordinator/ctl/chart/flags.h"

namespace devstats::ctl {

void DeclareCredentialFlags(CLI::App& verb, chartsource::Repository& credentials) {
  verb.add_option("--username", credentials.username, "who logs in there");
  verb.add_option_function<std::string>(
      "--password", [&credentials](const std::string& word) { credentials.password = Secret(word); },
      "his password; others may see it in the list of processes");
  verb.add_option("--ca-file", credentials.ca_file, "trust these authorities")->type_name("FILE");
  verb.add_option("--cert-file", credentials.cert_file, "certificate of this client")->type_name("FILE");
  verb.add_option("--key-file", credentials.key_file, "key of that certificate")->type_name("FILE");
  verb.add_flag("--insecure-skip-tls-verify", credentials.insecure_skip_tls_verify, "take any certificate");
  verb.add_flag("--pass-credentials", credentials.pass_credentials_all,
                "send credentials to other hosts, too");
}

void DeclareProvenanceFlags(CLI::App& verb) {
  RefusedFlags(verb, {"--verify"}, kNoProvenance);
  IgnoredOptions(verb, {"--keyring"});
}

void DeclareDependencyUpdate(CLI::App& verb, ChartRequest& request) {
  verb.add_flag("--dependency-update", request.update_dependencies,
                "first get dependencies that the chart's folder lacks, as chart dependency update does");
}

void DeclareChartFlags(CLI::App& verb, chartsource::ChartRequest& request) {
  verb.add_option("--version", request.version, "a version or a range of versions; the newest unless given");
  verb.add_flag("--devel", request.devel, "prereleases, too");
  verb.add_option("--repo", request.repository_url, "URL of the chart's repository")->type_name("URL");
  verb.add_flag("--plain-http", request.plain_http, "registries without TLS");
  DeclareCredentialFlags(verb, request.credentials);
  DeclareProvenanceFlags(verb);
}

}  // namespace devstats::ctl
