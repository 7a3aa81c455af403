#include "coordinator/ctl/network.h"

namespace devstats::ctl {
namespace {

chartsource::Settings SettingsFor(const Shell& shell) {
  return chartsource::SettingsOf([&shell](const std::string& name) -> absl::optional<std::string> {
    std::string value = shell.Env(name);
    if (value.empty()) return absl::nullopt;
    return value;
  });
}

}  // namespace

Network::Network(const Shell& shell, chart::Warn warn)
    : fetcher_("devstatsctl/" DEVSTATS_VERSION), charts_(SettingsFor(shell), fetcher_, limits_, std::move(warn)) {}

}  // namespace devstats::ctl
