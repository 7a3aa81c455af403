// Options of devstats-coordinator.
#pragma once
#include <string>

#include "coordinator/paths.h"

namespace devstats::coordinator {

struct Options {
  Paths paths;
  std::string faults = "/etc/devstats/faults";
  std::string listen = "0.0.0.0";
  int port = 7440;
  int enrolment_port = 7441;
  std::string
      advertise;  // the host part that boxes and users are told; empty: the address of the default route
  std::string health_address = "127.0.0.1";
  int health_port = 7450;
  std::string devstats_chart = "/usr/share/devstats/charts/devstats";  // as the package installs it
};

// The address with which this box reaches others: of the interface with the default route. Empty when there
// is none.
std::string DefaultAddress();

}  // namespace devstats::coordinator
