// devstats-coordinator: sequences the cluster. Started by systemd (devstats-coordinator.service).
#include <iostream>

#include "CLI/CLI.hpp"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/server/server.h"

int main(int argc, char** argv) {
  using namespace devstats;
  coordinator::Options options;
  CLI::App app("The coordinator of a DevStats cluster.", "devstats-coordinator");
  app.set_version_flag("--version", "devstats-coordinator " DEVSTATS_VERSION);
  app.add_option("--listen", options.listen, "address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "port for operators")->capture_default_str();
  app.add_option("--enrolment-port", options.enrolment_port, "port for boxes that enrol")
      ->capture_default_str();
  app.add_option("--advertise", options.advertise,
                 "host that boxes and operators are told; default: of the default route");
  app.add_option("--health-address", options.health_address, "address of /livez, /readyz and /metrics")
      ->capture_default_str();
  app.add_option("--health-port", options.health_port, "port of /livez, /readyz and /metrics")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  log::Init("devstats-coordinator", log::Level::kInfo);
  const absl::Status status = coordinator::RunCoordinator(options);
  if (status.ok()) return 0;
  log::Error(absl::StrCat(status.message(), HintOf(status).empty() ? "" : "; ", HintOf(status)));
  return 1;
}
