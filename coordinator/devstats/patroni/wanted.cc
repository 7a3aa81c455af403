#include "coordinator/devstats/patroni/wanted.h"

#include "absl/strings/ascii.h"
#include "coordinator/devstats/patroni/answers.h"
#include "coordinator/devstats/patroni/parameters.h"
#include "coordinator/devstats/patroni/values.h"
#include "coordinator/kube/object.h"

namespace devstats::patroni {

Json Wanted::ToJson() const {
  return {
      {"settings", settings}, {"postgresql", postgresql}, {"parameters", parameters}, {"members", members}};
}

Wanted WantedOf(const spec::PatroniSpec& spec) {
  Wanted wanted{.settings = {{"loop_wait", spec.loop_wait},
                             {"ttl", spec.ttl},
                             {"retry_timeout", spec.retry_timeout},
                             {"primary_start_timeout", spec.start_timeout}},
                .postgresql = {{"use_pg_rewind", true}, {"use_slots", true}},
                .members = spec.members};
  if (spec.maximum_lag_on_failover > 0)
    wanted.settings["maximum_lag_on_failover"] = spec.maximum_lag_on_failover;
  for (const auto& [name, value] : spec.parameters) wanted.parameters[absl::AsciiStrToLower(name)] = value;
  return wanted;
}

Wanted ForVersion(Wanted wanted, absl::string_view patroni_version) {
  std::map<std::string, int64_t> named;
  for (const auto& [name, value] : wanted.settings) named[SettingName(name, patroni_version)] = value;
  wanted.settings = std::move(named);
  return wanted;
}

std::vector<SettingDifference> SettingDifferences(const Wanted& wanted, const Config& config) {
  std::vector<SettingDifference> out;
  for (const auto& [name, value] : wanted.settings) {
    const std::string before = config.Setting(name).value_or(""), after = absl::StrCat(value);
    if (before != after) out.push_back({name, before, after});
  }
  for (const auto& [name, value] : wanted.postgresql) {
    const Json& now = kube::At(config.all, {"postgresql", name.c_str()});
    const std::string before = TextOf(now).value_or(""), after = value ? "on" : "off";
    if (BoolOf(before) != value) out.push_back({"postgresql." + name, before, after});
  }
  return out;
}

}  // namespace devstats::patroni
